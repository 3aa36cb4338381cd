// The chart as a table: a row for each decision, for those who read rather than look.

import { $, make } from "./dom.js";
import * as words from "./words.js";

const MOST = 200;

function cell(point, { key, unit }) {
    const value = point[key];
    if (!Number.isFinite(value)) {
        return "–";
    }
    return unit === "W" ? words.watts(value).replace(" W", "") : words.number(value, key === "amps" ? 1 : 0);
}

/** Where the decision was another one, or at least each half hour. */
function moments(points) {
    const rows = [];
    let before = null;
    for (const point of points) {
        const kind = words.kind(point.reason);
        if (!before || kind !== before.kind || point.at - before.at >= 1800) {
            rows.push(point);
            before = { kind, at: point.at };
        }
    }
    return rows.reverse().slice(0, MOST);
}

export function decisions(points, curves) {
    const numbers = curves.map(({ label, unit }) => make("th", { scope: "col", class: "number" }, `${label}, ${unit}`));
    const head = ["Time", "Decision"].map((text) => make("th", { scope: "col" }, text));
    // The decision stands beside its time: on a phone the numbers are further along.
    $("decisions-head").replaceChildren(make("tr", {}, ...head, ...numbers));
    $("decisions-body").replaceChildren(...moments(points).map((point) => make("tr", {},
        make("th", { scope: "row" }, words.clock(point.at)),
        make("td", { class: "reason" }, point.reason ? words.reason(point.reason) : "–"),
        ...curves.map((curve) => make("td", { class: "number" }, cell(point, curve))))));
}
