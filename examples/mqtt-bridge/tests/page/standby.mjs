// What the page says of a bridge that waits.

import { open, run, shows } from "./browser.mjs";

await run(async (page) => {
    await open(page);
    await shows(page, "#troubles", "This bridge is in standby.");
    await shows(page, "#decider", "Another bridge decides");
});
