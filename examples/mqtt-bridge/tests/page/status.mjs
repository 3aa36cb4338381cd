// What the page says about the station while a car comes, charges and leaves.

import { assert, charge, open, run, shows, status, until } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await shows(page, "#state", "Ready");
    await shows(page, "#pilot-state", "J1772 state A");
    await shows(page, "#car", "No car is plugged in.");
    await shows(page, "#decider", "Normal mode");
    await shows(page, "#why", /charged at once with up to \d+ A/);
    await charge(page);
    await shows(page, "#pilot-state", "J1772 state C");
    await shows(page, "#power", /^[1-9]\d*\.\d+$/);
    await shows(page, "#amps", /^[1-9][\d.]* A$/);
    await shows(page, "#car", /takes [\d.]+ A of \d+ A/);
    await shows(page, "#session-time", /\d+ (s|min)/);
    // Those who do not look are told, too.
    await shows(page, "#news", "Charging. The car is plugged in");
    assert.match(await page.title(), /kW · Charging/);
    await until("the power of the station", async () => {
        const shown = Number(await page.locator("#power").textContent()) * 1000;
        const power = await status("power");
        return Math.abs(shown - power) <= 50 || { shown, power };
    });
    await page.getByRole("button", { name: "Unplug" }).click();
    await shows(page, "#state", "Ready");
    await shows(page, "#power", /^0\.00$/);
    // A reading that has grown old is not shown for ever.
    const told = (news) => page.evaluate((news) => import("/web/live.js").then(({ merge }) => merge(news)), news);
    await told({ solar: 700 });
    await shows(page, "#solar", "700 W");
    await told({ solar: null });
    await shows(page, "#solar", "–");
});
