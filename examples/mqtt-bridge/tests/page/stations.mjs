// Several stations: a picker, and each page is about its own.

import { ask, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await shows(page, "#state", "Ready");
    await page.getByLabel("Station").selectOption("right");
    await page.waitForURL(/\/stations\/right\//);
    await shows(page, "#state", "Ready");
    await page.getByRole("button", { name: "Plug in" }).click();
    await shows(page, "#state", "Connected");
    await until("the right one", async () => (await ask("/stations/right/status")).vehicle === 1);
    await until("not the left one", async () => (await ask("/stations/left/status")).vehicle === 0);
    await page.getByLabel("Station").selectOption("left");
    await shows(page, "#state", "Ready");
});
