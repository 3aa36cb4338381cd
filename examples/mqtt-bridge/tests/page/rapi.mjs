// The RAPI tab: send, history, decoded answers, the tables, read all, clear.

import { assert, ask, open, run, shows, until } from "./browser.mjs";

await run(async (page) => {
    await open(page, "rapi");
    const field = page.getByRole("textbox", { name: "Command" });
    const newest = page.locator("#answers li").first();
    const send = async (line) => {
        await field.fill(line);
        await page.getByRole("button", { name: "Send" }).click();
        await shows(page, "#answers li:first-child .sent", line.replace(/^\$?/, "$"));
    };

    await send("$GV");
    await shows(page, "#answers li:first-child .heard", />\$OK [\d.]+ [\d.]+\^[0-9A-F]{2}/);
    await shows(page, "#answers li:first-child dl", /firmware[\d.]+protocol[\d.]+/);
    await send("GS");
    await shows(page, "#answers li:first-child dl", "not connected (1)");
    await send("$SC 13 V");
    await shows(page, "#answers li:first-child .heard", "$OK 13^");
    await shows(page, "#answers li:first-child dl", "amps13 A");

    // A command with characters that are something else in an address.
    await send("$FP 0 0 a+b&c#d");
    await shows(page, "#answers li:first-child .heard", "$OK^20");

    // The arrow keys: back to the first one and forth to what was being typed.
    await field.fill("$G");
    for (const expected of ["$FP 0 0 a+b&c#d", "$SC 13 V", "$GS", "$GV", "$GV"]) {
        await field.press("ArrowUp");
        assert.equal(await field.inputValue(), expected);
    }
    for (const expected of ["$GS", "$SC 13 V", "$FP 0 0 a+b&c#d", "$G"]) {
        await field.press("ArrowDown");
        assert.equal(await field.inputValue(), expected);
    }

    // What is refused says why, and nothing is sent.
    await send("$FF D 0");
    assert.match(await newest.getAttribute("class"), /refused/);
    await shows(page, "#answers li:first-child .wrong", /.{20}/);
    await send("$SC 99 V");
    await shows(page, "#answers li:first-child .hint", "amps: 6 to 80 A");

    // The tables are those of the bridge.
    const table = await ask("/api/commands");
    assert.equal(await page.locator("#commands tbody tr").count(), table.length);
    const blocked = table.filter(({ allowed }) => !allowed).length;
    assert.ok(blocked > 0);
    assert.equal(await page.locator("#commands tr.blocked .badge").count(), blocked);
    assert.equal(await page.locator("#commands tr.blocked button").count(), 0);
    await page.getByRole("searchbox", { name: "Find a command" }).fill("SC amps");
    await page.getByRole("button", { name: "$SC amps V" }).click();
    assert.equal(await field.inputValue(), "$SC amps V");
    assert.equal(await field.evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd)), "amps");
    await shows(page, "#rapi-hint", "6 to 80 A");
    await page.keyboard.type("14");
    await page.keyboard.press("Enter");
    await shows(page, "#answers li:first-child .heard", "$OK 14^");

    await page.getByRole("button", { name: "Clear" }).click();
    assert.equal(await page.locator("#answers li").count(), 0);
    await page.getByRole("button", { name: "Read all" }).click();
    await shows(page, "#rapi-progress", /^\d+ commands were read/);
    const read = table.filter((row) => row.class === "read" && row.allowed && !row.until && row.arguments.length === 0).length;
    assert.ok(read >= 15, String(read));
    assert.equal(await page.locator("#answers li").count(), read);
    await until("answers in plain words", async () => (await page.locator("#answers dl").count()) >= 10);
});
