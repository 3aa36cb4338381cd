// The car of a simulated station, for those who try the bridge out.

import { post } from "./api.js";
import { $, attempt } from "./dom.js";
import { onChange } from "./live.js";

export function start() {
    onChange((status) => {
        $("sim").hidden = !status.simulated;
    });
    $("sim").addEventListener("click", (event) => {
        const word = event.target.closest("button")?.value;
        if (word) {
            attempt($("run-hint"), () => post("/sim", new URLSearchParams({ car: word })));
        }
    });
}
