// How long the first paint takes, in milliseconds, for `cargo test -p rapi-bridge --test page -- --ignored`.

import { run, until, url } from "./browser.mjs";

const times = [];
await run(async (page) => {
    for (let turn = 0; turn < 9; turn += 1) {
        await page.goto("about:blank");
        await page.goto(`${url}/`);
        await until("a curve", () => page.locator("#power-plot canvas").isVisible());
        times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    }
});
times.sort((a, b) => a - b);
console.log(`first paint, ms: median ${Math.round(times[4])}, of 9: ${times.map(Math.round).join(" ")}`);
