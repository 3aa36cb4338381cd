// The log: what the program says, and each exchange.

import { ask, assert, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    await ask("/override", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"charge_current": 5}' });
    await ask("/r?json=1&rapi=%24GV");
    await open(page, "log");
    await shows(page, "#log-lines", "$GV");
    await shows(page, "#log-lines", "charge_current is 6 to 80");
    // What comes later is added.
    const lines = () => page.locator("#log-lines tr").count();
    const before = await lines();
    await ask("/r?json=1&rapi=%24GT");
    await until("one more line", async () => (await lines()) > before);
    await shows(page, "#log-lines tr:first-child", "$GT");
    await page.getByLabel("Show").selectOption("rapi");
    await until("only commands", async () => {
        const levels = await page.locator("#log-lines tr:visible .level").allTextContents();
        return (levels.length > 1 && levels.every((level) => level === "rapi")) || levels;
    });
    await page.getByLabel("Show").selectOption("warn");
    const seen = await page.locator("#log-lines tr:visible").allTextContents();
    assert.ok(seen.length > 0 && seen.every((line) => /warn|error/.test(line)), seen.join("\n"));
});
