// What is set on the page happens in the station.

import { ask, assert, charge, open, run, shows, station, status, until } from "./browser.mjs";

const stateIs = (code) => until(`state ${code}`, async () => {
    const state = await status("state");
    return state === code || state;
});
const offered = (amps) => until(`${amps} A`, async () => {
    const answer = await station("$GE");
    return answer.startsWith(`$OK ${amps} `) || answer;
});

await run(async (page) => {
    await open(page);
    await charge(page);

    await page.getByText("Stop", { exact: true }).click();
    await stateIs(254);
    await shows(page, "#state", "Paused");
    await shows(page, "#offered", "nothing");
    await shows(page, "#decider", "You decide");
    await shows(page, "#why", "You have stopped charging");
    await page.getByText("Start", { exact: true }).click();
    await stateIs(3);
    await shows(page, "#why", "You have started charging");
    // A current is wished besides; then the start ends, and the current stays.
    const slider = page.getByRole("slider", { name: "Current" });
    await slider.fill("14");
    await offered(14);
    await page.getByText("Auto", { exact: true }).click();
    await shows(page, "#decider", "Normal mode");
    await until("a wish for a current only", async () => {
        const wish = await ask("/override");
        return (wish.charge_current === 14 && wish.state === undefined) || wish;
    });

    // Its ends are those of the station.
    const json = { "Content-Type": "application/json" };
    const ends = (most) => until(`6 to ${most} A`, async () => {
        const seen = [await slider.getAttribute("min"), await slider.getAttribute("max")];
        return seen.join() === `6,${most}` || seen;
    });
    await ends(24);
    await ask("/config", { method: "POST", headers: json, body: '{"max_current_soft": 20}' });
    await ends(20);
    await shows(page, "#current-hint", "The station can offer 6 to 20 A.");

    await slider.focus();
    await slider.fill("13");
    await offered(13);
    await shows(page, "#current-hint", "You have set it");
    assert.equal(await slider.getAttribute("aria-valuetext"), "13 amps");
    await page.getByRole("button", { name: "Let the mode choose" }).click();
    await until("no wish", async () => {
        const wish = await ask("/override");
        return wish.charge_current === undefined || wish;
    });

    await page.getByLabel("Stop this session after").selectOption("energy");
    await page.getByRole("button", { name: "Set" }).click();
    await shows(page, "#limit-hint", "Give a number above 0.");
    await page.getByRole("spinbutton", { name: "Amount" }).fill("7.5");
    await page.getByRole("button", { name: "Set" }).click();
    await until("the limit", async () => {
        const limit = await ask("/limit");
        return (limit.type === "energy" && limit.value === 7500) || limit;
    });
    await page.locator("#state").click();
    await shows(page, "#limit-hint", "of 7.50 kWh are in the car");
    await page.getByLabel("Stop this session after").selectOption("none");
    await page.getByRole("button", { name: "Set" }).click();
    await until("no limit", async () => (await ask("/limit")).type === "none");

    // A reading that leaves nothing for the car, and then Eco: the station pauses, and the page says why.
    await ask("/status", { method: "POST", headers: json, body: '{"grid_ie": 9000}' });
    await page.getByText("Eco", { exact: true }).click();
    await until("Eco", async () => (await status("divertmode")) === 2);
    await stateIs(254);
    await shows(page, "#decider", "The sun decides");
    await shows(page, "#why", /too little sun|waiting for sun|paused/i);
    await page.getByText("Normal", { exact: true }).click();
    await until("Normal", async () => (await status("divertmode")) === 1);
    await stateIs(3);
});
