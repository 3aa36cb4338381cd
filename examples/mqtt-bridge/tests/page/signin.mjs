// With a password: looking is free, changing asks for it, and then goes on with what was wanted.

import { assert, open, run, shows, status, until } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await shows(page, "#state", "Ready");
    await shows(page, "#sign", "Sign in");
    await page.getByText("Stop", { exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.waitFor();
    // Escape: nothing is done, it is said why, and the switch goes back.
    await page.keyboard.press("Escape");
    await shows(page, "#run-hint", "sign in first");
    assert.ok(await page.getByLabel("Auto", { exact: true }).isChecked());
    assert.notEqual(await status("state"), 254);

    await page.getByText("Stop", { exact: true }).click();
    await dialog.getByLabel("User").fill("admin");
    await dialog.getByLabel("Password").fill("wrong");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await shows(page, "#login-wrong", "User or password is wrong.");
    await dialog.getByLabel("Password").fill(process.env.PAGE_PASSWORD);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    await until("a stop", async () => (await status("state")) === 254);
    await shows(page, "#sign", "Sign out");

    // The cookie is kept from scripts, and holds for a new page.
    assert.equal(await page.evaluate(() => document.cookie), "");
    await page.reload();
    await shows(page, "#sign", "Sign out");
    await page.getByRole("button", { name: "Sign out" }).click();
    await shows(page, "#sign", "Sign in");
    await page.getByText("Auto", { exact: true }).click();
    await dialog.waitFor();
});
