// The MQTT panel: what is wrong stands at its field, the two feeds exclude each other, Save saves.

import { ask, assert, open, run, shows, until } from "./browser.mjs";

const config = () => ask("/api/config-form").then(({ mqtt }) => mqtt);

await run(async (page) => {
    await open(page, "mqtt");
    const box = (name) => page.getByRole("textbox", { name, exact: true });
    const save = () => page.getByRole("button", { name: "Save" }).click();
    const host = box("Host");
    await until("the form", async () => (await host.inputValue()) !== "");
    await shows(page, "#mqtt-state", "Connected: Yes");

    // Solar is greyed out while grid is filled, and the other way round.
    const [solar, grid] = [box("Solar PV topic"), box("Grid topic (+ import, − export)")];
    await grid.fill("test/grid");
    assert.ok(await solar.isDisabled());
    await shows(page, "#mqtt-solar-hint", "Clear the grid topic");
    await grid.fill("");
    await solar.fill("test/solar");
    assert.ok(await grid.isDisabled() && await solar.isEnabled());
    await solar.fill("");

    // What is wrong is said at the field, the field has the focus, and nothing is saved.
    const before = await config();
    for (const [field, id, value, wrong] of [
        [host, "broker", "", "Give the broker's host"],
        [host, "broker", "mqtt://", /./],
        [box("Base topic"), "topic", "", "Give a base topic"],
        [box("Base topic"), "topic", "a/#", "no # and no +"],
        [grid, "grid", "a/+/b", "no # and no +"],
        [box("Base topic"), "topic", "a$b", /./],
    ]) {
        const was = await field.inputValue();
        await field.fill(value);
        await save();
        await shows(page, `#mqtt-${id}-wrong`, wrong);
        assert.equal(await field.getAttribute("aria-invalid"), "true");
        assert.ok(await field.evaluate((it) => it === document.activeElement), id);
        await field.fill(was);
        assert.equal(await page.locator(`#mqtt-${id}-wrong`).textContent(), "");
    }
    const { connected, error, ...rest } = await config();
    assert.deepEqual({ ...rest, connected, error }, before);

    // Saved: the bridge has it, and connects again.
    await grid.fill("test/grid");
    await box("Base topic").fill("garage");
    await page.getByRole("switch", { name: "Retain" }).uncheck();
    await save();
    await shows(page, "#mqtt-saved", /[Ss]aved|done/);
    await until("the new configuration", async () => {
        const { topic, grid: feed, retain, connected: there } = await config();
        return (topic === "garage" && feed === "test/grid" && retain === false && there === true)
            || { topic, feed, retain, there };
    });
    await shows(page, "#mqtt-state", "Connected: Yes");

    // A broker that is not there: Connected says No, and why.
    await host.fill("127.0.0.1:1");
    await save();
    await shows(page, "#mqtt-saved", /[Ss]aved|done/);
    await shows(page, "#mqtt-state", /Connected: No, .{5}/);
    await shows(page, "#troubles", "The MQTT broker is not connected.");
});
