// A browser for the tests of the page: `run` opens it, gives the test its page, and fails if the page
// has reported an error, for instance something that its content policy forbids.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(`${process.env.PAGE_MODULES}/`);
const { chromium } = require("playwright-core");
export const axe = require("axe-core").source;
export const url = process.env.PAGE_URL;
export const PATIENCE = 20_000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];

/** What the page may complain about: an answer of the bridge that a test has provoked. */
const PROVOKED = /Failed to load resource|WebSocket connection to/;

export async function run(test, options = {}) {
    const profile = mkdtempSync(join(tmpdir(), "rapi-page-"));
    const browser = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: FLAGS,
        viewport: { width: 1200, height: 800 },
        locale: "en-GB",
        ...options,
    });
    const problems = [];
    try {
        const page = browser.pages()[0] ?? await browser.newPage();
        page.setDefaultTimeout(PATIENCE);
        page.on("pageerror", (error) => problems.push(error.stack ?? String(error)));
        page.on("console", (message) => {
            if (message.type() === "error" && !PROVOKED.test(message.text())) {
                problems.push(message.text());
            }
        });
        await test(page);
        assert.deepEqual(problems, [], "the page has reported errors");
    } finally {
        await browser.close();
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
}

export const open = (page, part = "charging") => page.goto(`${url}/#${part}`);

/** Waits until something is so. */
export async function until(what, probe) {
    const start = Date.now();
    let seen;
    while (Date.now() - start < PATIENCE) {
        seen = await probe();
        if (seen === true) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`${what} did not come; last: ${JSON.stringify(seen)}`);
}

/** What the bridge itself says, whatever the page shows. */
export const ask = async (path, init) => {
    // The bridge closes what it kept open when its configuration changes: asked again, as a browser does.
    const answer = await fetch(url + path, init).catch(() => fetch(url + path, init));
    return answer.json();
};
export const status = (key) => ask("/status").then((all) => all[key]);
export const station = (command) => ask(`/r?json=1&rapi=${encodeURIComponent(command)}`).then(({ ret }) => ret);

/** Waits until an element's text is like this. */
export const shows = (page, selector, text) => until(`${selector} with ${text}`, async () => {
    const seen = await page.locator(selector).first().textContent();
    return (text instanceof RegExp ? text.test(seen) : seen.includes(text)) || seen;
});

/** Plugs the simulated car in and lets it charge. */
export async function charge(page) {
    await page.getByRole("button", { name: "Plug in" }).click();
    await shows(page, "#state", "Connected");
    await page.getByRole("button", { name: "Ask for current" }).click();
    await shows(page, "#state", "Charging");
}

export { assert };
