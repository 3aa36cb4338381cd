// What the bridge has done: its log, and each exchange with the station.

import { get } from "./api.js";
import { $, make, write } from "./dom.js";

const KEPT = 500;
const EVERY = 2_000;
let last = 0;
let timer = null;

function line({ at, level, text }) {
    const time = new Date(at * 1000);
    return make("tr", { "data-level": level },
        make("td", { class: "when" }, make("time", { datetime: time.toISOString() }, time.toLocaleTimeString("en-GB"))),
        make("td", { class: "level" }, level),
        make("td", {}, text));
}

function filter() {
    const only = $("log-level").value;
    const wanted = { all: () => true, rapi: (level) => level === "rapi", warn: (level) => level === "warn" || level === "error" }[only];
    for (const row of $("log-lines").rows) {
        row.hidden = !wanted(row.dataset.level);
    }
}

async function load() {
    clearTimeout(timer);
    if ($("log").hidden) {
        return;
    }
    timer = setTimeout(load, EVERY);
    if (document.hidden) {
        return;
    }
    try {
        const { lines } = await get(`/api/log?after=${last}`);
        if (lines.length > 0) {
            last = lines.at(-1).id;
            // The newest first: on a phone nobody scrolls to the end.
            $("log-lines").prepend(...lines.map(line).reverse());
            while ($("log-lines").rows.length > KEPT) {
                $("log-lines").lastElementChild.remove();
            }
            filter();
        }
        $("log-empty").hidden = $("log-lines").rows.length > 0;
    } catch (refusal) {
        $("log-empty").hidden = false;
        write("log-empty", refusal.message);
    }
}

export function show() {
    load();
}

$("log-level").addEventListener("change", filter);
