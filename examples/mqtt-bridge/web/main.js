// The page: which part is shown, and for which station.

import { base } from "./api.js";
import { $, write } from "./dom.js";
import * as chart from "./chart.js";
import * as controls from "./controls.js";
import * as live from "./live.js";
import * as log from "./log.js";
import * as mqtt from "./mqtt.js";
import * as now from "./now.js";
import * as rapi from "./rapi.js";
import * as signin from "./signin.js";
import * as sim from "./sim.js";
import * as wishes from "./wishes.js";

const PAGES = { charging: chart, rapi, mqtt, log };

function page() {
    const name = location.hash.slice(1);
    return name in PAGES ? name : "charging";
}

function turn() {
    const current = page();
    for (const name of Object.keys(PAGES)) {
        $(name).hidden = name !== current;
        const link = document.querySelector(`nav a[href="#${name}"]`);
        if (name === current) {
            link.setAttribute("aria-current", "page");
        } else {
            link.removeAttribute("aria-current");
        }
    }
    PAGES[current].show();
}

function stations(session) {
    const list = session.stations ?? [];
    const named = decodeURIComponent(base.split("/")[2] ?? list[0] ?? "");
    write("station-name", named || "Charging station");
    if (session.version) {
        write("about", `rapi-bridge ${session.version}`);
    }
    if (list.length < 2) {
        return;
    }
    $("station-name").hidden = true;
    $("picker").hidden = false;
    $("picker-list").replaceChildren(...list.map((name) => new Option(name, name, false, name === named)));
    $("picker-list").addEventListener("change", (event) => {
        location.href = `/stations/${encodeURIComponent(event.target.value)}/${location.hash}`;
    });
}

live.start();
for (const part of [now, wishes, controls, sim]) {
    part.start();
}
signin.start().then(stations);
addEventListener("hashchange", () => {
    turn();
    scrollTo(0, 0);
    $("main").focus({ preventScroll: true });
});
turn();
