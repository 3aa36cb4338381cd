// What the page says when somebody is away: station and broker from the start, then the bridge.

import { assert, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await shows(page, "#troubles [data-who=station]", "The charging station does not answer. Check its power");
    await shows(page, "#troubles [data-who=broker]", "The MQTT broker is not connected.");
    await shows(page, "#state", "Unknown");
    await shows(page, "#power", "–");
    await shows(page, "#decider", "Nobody decides");
    // Nobody knows what it could offer.
    assert.ok(await page.getByRole("slider", { name: "Current" }).isDisabled());
    await page.locator("#troubles a").click();
    await until("the MQTT panel", () => page.locator("#mqtt-form").isVisible());

    process.kill(Number(process.env.PAGE_BRIDGE), "SIGKILL");
    await shows(page, "#troubles [data-who=bridge]", "The bridge does not answer.");
    assert.equal(await page.locator("#troubles p").count(), 1);
});
