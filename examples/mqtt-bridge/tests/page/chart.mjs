// The day as curves, read out by a slider, and as a table.

import { assert, charge, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await charge(page);
    // Two values make a curve.
    await until("a curve", async () => {
        await page.getByText("1 h", { exact: true }).click();
        await page.getByText("6 h", { exact: true }).click();
        return page.locator("#power-plot canvas").isVisible();
    });
    await shows(page, "#history-title", "The last 6 hours");
    const slider = page.getByRole("slider", { name: "Moment of the day" });
    await slider.focus();
    await page.keyboard.press("Home");
    await shows(page, "#readout", /^\d\d:\d\d /);
    await page.keyboard.press("End");
    await until("the moment in words", async () => {
        const text = await slider.getAttribute("aria-valuetext");
        return /^\d\d:\d\d: .*car [\d,]+ W.*\. Normal mode/.test(text) || text;
    });
    // Where the pointer is.
    await page.locator("#power-plot .u-over").hover();
    await shows(page, "#readout", "Normal mode");
    // Who decided, at a glance.
    await shows(page, "#strip-keys", "Normal");
    assert.ok(await page.locator("#strip i.normal").count() >= 1);
    await page.locator("#strip").hover();
    await shows(page, "#readout", "Normal mode");
    const curve = page.getByRole("button", { name: "Car" }).first();
    await curve.click();
    assert.equal(await curve.getAttribute("aria-pressed"), "false");
    await page.getByText("Decisions as a table").click();
    await shows(page, "#decisions-head", /Time.*Decision.*Car, W/);
    await shows(page, "#decisions-body tr:first-child", /^\d\d:\d\d/);
    await shows(page, "#decisions-body", "Normal mode");
});
