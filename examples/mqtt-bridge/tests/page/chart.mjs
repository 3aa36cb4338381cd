// The day as curves, read out by a slider, and as a table.

import { assert, charge, open, run, shows, until } from "./browser.mjs";

/** The times below a plot as they were painted last, each with its place on the canvas. */
const drawn = (page, plot) => page.evaluate((plot) => window.painted.get(document.querySelector(`${plot} canvas`)) ?? [], plot);

await run(async (page) => {
    await page.addInitScript(() => {
        window.painted = new Map();
        const paint = CanvasRenderingContext2D.prototype;
        const { clearRect, fillText } = paint;
        paint.clearRect = function (...area) {
            window.painted.delete(this.canvas);
            return clearRect.call(this, ...area);
        };
        paint.fillText = function (text, x, y, ...rest) {
            if (/^\d\d:\d\d/.test(text)) {
                const half = this.measureText(text).width / 2;
                const before = window.painted.get(this.canvas) ?? [];
                const centre = this.getTransform().e + x;
                window.painted.set(this.canvas, [...before, { text, left: centre - half, right: centre + half, width: this.canvas.width }]);
            }
            return fillText.call(this, text, x, y, ...rest);
        };
    });
    await open(page);
    await charge(page);
    // Two values make a curve.
    await until("a curve", async () => {
        await page.getByText("1 h", { exact: true }).click();
        await page.getByText("6 h", { exact: true }).click();
        return page.locator("#power-plot canvas").isVisible();
    });
    await shows(page, "#history-title", "The last 6 hours");
    // Soon after the start: each time stands once, and as a whole.
    const times = await drawn(page, "#current-plot");
    assert.ok(times.length > 1 && times.every(({ text }) => /^\d\d:\d\d:\d\d$/.test(text)), JSON.stringify(times));
    assert.equal(new Set(times.map(({ text }) => text)).size, times.length, JSON.stringify(times));
    assert.ok(times.every(({ left, right, width }) => left >= 0 && right <= width), JSON.stringify(times));
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
