// The whole page without a mouse.

import { assert, run, shows, status, until, url } from "./browser.mjs";

/** Presses Tab until the focus is there; every stop on the way must be seen. */
async function tabTo(page, selector, most = 120) {
    for (let press = 0; press < most; press += 1) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate((wanted) => {
            const at = document.activeElement;
            const mark = at.matches("input[type=radio]") ? at.nextElementSibling : at;
            const { outlineStyle, outlineWidth } = getComputedStyle(mark);
            const { width, height } = mark.getBoundingClientRect();
            return { there: at.matches(wanted), name: at.outerHTML.slice(0, 80), body: at === document.body,
                seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0 };
        }, selector);
        assert.ok(stop.seen || stop.body, `the focus cannot be seen on ${stop.name}`);
        if (stop.there) {
            return;
        }
    }
    assert.fail(`Tab does not come to ${selector}`);
}

/** Goes to another part of the page, whose beginning then has the focus. */
async function part(page, name) {
    await page.evaluate(() => document.activeElement.blur());
    await tabTo(page, `nav a[href="#${name}"]`);
    await page.keyboard.press("Enter");
    await until("the focus in the new part", () => page.evaluate(() => document.activeElement.id === "main"));
}

await run(async (page) => {
    await page.goto(`${url}/`);
    await shows(page, "#state", "Ready");
    await page.keyboard.press("Tab");
    await shows(page, ":focus", "Skip to the content");

    // A car, and stop it.
    await tabTo(page, "#sim button[value=plug]");
    await page.keyboard.press("Enter");
    await shows(page, "#state", "Connected");
    await tabTo(page, "#sim button[value=ask]");
    await page.keyboard.press("Space");
    await shows(page, "#state", "Charging");
    await tabTo(page, "input[name=run]");
    await page.keyboard.press("ArrowLeft");
    await until("a stop", async () => (await status("state")) === 254);
    await page.keyboard.press("ArrowRight");
    await until("a start", async () => (await status("state")) === 3);
    await tabTo(page, "#current");
    await page.keyboard.press("Home");
    await until("6 A", async () => (await status("pilot")) === 6);
    await shows(page, "#current-value", "6 A");

    // The other parts, and back.
    await part(page, "rapi");
    await tabTo(page, "#rapi-field");
    await page.keyboard.type("$GV");
    await page.keyboard.press("Enter");
    await shows(page, "#answers li:first-child", "$OK");
    await tabTo(page, "#find");
    await tabTo(page, "button.command");
    await page.keyboard.press("Enter");
    await until("the field", () => page.evaluate(() => document.activeElement.id === "rapi-field"));

    await part(page, "mqtt");
    await tabTo(page, "input[name=enabled]");
    await tabTo(page, "input[name=topic]");
    await tabTo(page, "#mqtt-form button");

    await part(page, "log");
    await tabTo(page, "#log-level");
});
