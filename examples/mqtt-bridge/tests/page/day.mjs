// A day that the bridge has found in its file: drawn, told, and open where nothing was recorded.

import { ask, assert, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    const now = Math.floor(Date.now() / 1000);
    const { points } = await ask(`/api/history?from=${now - 86_400}&to=${now}&points=600`);
    assert.ok(points.length > 500 && points[0].at < now - 86_000, JSON.stringify(points[0]));
    await open(page);
    await until("the curves", () => page.locator("#power-plot canvas").isVisible());
    const slider = page.getByRole("slider", { name: "Moment of the day" });
    const least = points.findLastIndex(({ at }) => at < now - 50_400);
    await slider.fill(String(least));
    await shows(page, "#readout", /solar [\d,]+ W.*car [\d,]+ W.* of sun/);
    await page.keyboard.press("ArrowRight");
    await shows(page, "#readout", "Not recorded: the bridge was not running.");
    // The pixels of the car's curve: none in the middle of the gap, many an hour before.
    const painted = (hour) => page.evaluate((hour) => {
        const canvas = document.querySelector("#power-plot canvas");
        const over = document.querySelector("#power-plot .u-over");
        const scale = canvas.width / canvas.clientWidth;
        const left = (over.offsetLeft + over.clientWidth * hour / 24) * scale;
        const area = canvas.getContext("2d").getImageData(Math.round(left), 0, 1, canvas.height).data;
        const colours = new Set();
        for (let at = 0; at < area.length; at += 4) {
            colours.add(area.slice(at, at + 4).join());
        }
        return colours.size;
    }, hour);
    await until("a gap in the curves", async () => {
        const [before, within] = [await painted(9.5), await painted(10.5)];
        return before > 5 && within < before - 3 || [before, within];
    });
    await page.getByText("Decisions as a table").click();
    await shows(page, "#decisions-body", "Not recorded: the bridge was not running.");
});
