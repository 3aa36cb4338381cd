// How long the first paint takes with a full day, in milliseconds, and what of it is the browser's own: see
// `the_first_paint_with_a_full_day_is_measured`.

import { ask, assert, run, until, url } from "./browser.mjs";

const TURNS = 15;
const DAY = 86_400;
const PIECE = 4_000;

/** How many points the bridge has, counted piece by piece, where nothing is thinned. */
async function stored() {
    const now = Math.floor(Date.now() / 1000);
    let count = 0;
    for (let from = now - DAY + 1; from <= now; from += PIECE) {
        const to = Math.min(from + PIECE - 1, now);
        count += (await ask(`/api/history?from=${from}&to=${to}&points=5000`)).points.length;
    }
    return count;
}

const tell = (what, times) => {
    times.sort((a, b) => a - b);
    const median = Math.round(times[TURNS >> 1]);
    console.log(`${what}, ms: median ${median}, of ${TURNS}: ${times.map(Math.round).join(" ")}`);
};

const points = await stored();
assert.ok(points > DAY - 60, `a full day: ${points} points`);
console.log(`${points} points stored`);
const [paints, curves, bare] = [[], [], []];
await run(async (page) => {
    const paint = () => page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    for (let turn = 0; turn < TURNS; turn += 1) {
        await page.goto("about:blank");
        await page.goto(`${url}/`);
        await until("a curve", () => page.locator("#power-plot canvas").isVisible());
        curves.push(await page.evaluate(() => performance.now()));
        paints.push(await paint());
        // One line of text: what any page costs in this browser.
        await page.goto("about:blank");
        await page.goto(`${url}/healthz`);
        await until("a line of text", async () => await paint() !== undefined);
        bare.push(await paint());
    }
});
tell("first paint", paints);
tell("curves drawn", curves);
tell("first paint of a page with one line of text", bare);
