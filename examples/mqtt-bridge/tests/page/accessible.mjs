// axe-core on each part of the page, in light and dark, on a desk and on a phone; and no part is wider
// than a phone.

import { assert, axe, charge, open, run, shows } from "./browser.mjs";

const PARTS = ["charging", "rapi", "mqtt", "log"];

async function look(page, what) {
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    assert.ok(passes.length > 10, `${what}: axe has looked at nothing`);
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
    assert.deepEqual(found, [], what);
}

async function fill(page, part) {
    if (part === "charging") {
        await shows(page, "#decider", /./);
    } else if (part === "rapi") {
        await page.waitForSelector("details.commands");
        await page.getByRole("textbox", { name: "Command" }).fill("$GS");
        await page.keyboard.press("Enter");
        await page.getByRole("textbox", { name: "Command" }).fill("$FF D 0");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#answers li:nth-child(2)");
        await page.evaluate(() => document.querySelectorAll("details").forEach((it) => { it.open = true; }));
    } else if (part === "mqtt") {
        await page.waitForSelector("#mqtt-form input[name=topic]");
    }
}

for (const colorScheme of ["light", "dark"]) {
    for (const width of [1200, 360]) {
        // Colours that are still changing are of no scheme.
        await run(async (page) => {
            await open(page);
            await shows(page, "#state", /Ready|Connected|Charging/);
            if (await page.locator("#state").textContent() === "Ready") {
                await charge(page);
            }
            for (const part of PARTS) {
                await open(page, part);
                await fill(page, part);
                await look(page, `${part}, ${colorScheme}, ${width} px`);
                const widest = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(widest <= width, `${part} is ${widest} px wide on ${width} px`);
            }
        }, { colorScheme, viewport: { width, height: 740 }, reducedMotion: "reduce" });
    }
}
