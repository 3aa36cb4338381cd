// The curves of the day: power above, current below, and a slider that reads them out.

import { get } from "./api.js";
import { $, make, write } from "./dom.js";
import { decisions } from "./decisions.js";
import { onPoint, strip } from "./strip.js";
import * as words from "./words.js";

/* global uPlot */

const POINTS = 600;
const EVERY = 30_000;
/** What is that much longer than the time between two points was not recorded; in seconds at least. */
const GAP = 4;
const LEAST_GAP = 200;
/** What is left free beside a plot, in pixels: half of a time with seconds; see `panels.css`, too. */
const EDGE = 28;
const LEFT = 52;
// Dashes besides colours: not everybody tells colours apart.
const CURVES = [
    { key: "solar", label: "Solar", unit: "W", colour: "--solar", fill: "--solar-area" },
    { key: "ev", label: "Car", unit: "W", colour: "--accent", fill: "--car-area" },
    { key: "house", label: "House", unit: "W", colour: "--house", dash: [6, 4] },
    { key: "grid", label: "Grid (+ import)", unit: "W", colour: "--grid", dash: [2, 3] },
    { key: "amps", label: "Car", unit: "A", colour: "--accent", fill: "--car-area" },
    { key: "pilot", label: "Offered", unit: "A", colour: "--house", stepped: true, dash: [6, 4] },
];

/** Seconds between two times: whole ones, because nothing finer is written. */
const STEPS = [1, 2, 5, 10, 15, 30, ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720].map((minutes) => 60 * minutes)];

const AWAY = "not recorded: the bridge was not running";

let points = [];
let plots = [];
let timer = null;
const hidden = new Set();
const PLOTS = [{ unit: "W", id: "power-plot", height: 240 }, { unit: "A", id: "current-plot", height: 130 }];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const hours = () => Number(document.querySelector("input[name=span]:checked").value);

const kilowatts = (watts) => `${words.number(watts / 1000, watts % 1000 ? 1 : 0)} kW`.replace("-", "−");

/** With seconds where two ticks would say the same: soon after the start. */
function times(_, ticks) {
    const second = ticks[1] - ticks[0] < 60 ? "2-digit" : undefined;
    return ticks.map((tick) => words.clock(tick, second));
}

function options(unit, curves, width, height) {
    const ink = colour("--quiet");
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = { stroke: ink, font: "12px system-ui", grid, ticks: { show: false } };
    const narrow = width < 480;
    return {
        width,
        height,
        // Both plots have the same times below each other.
        padding: [8, EDGE, unit === "A" ? 0 : 8, 0],
        legend: { show: false },
        cursor: { y: false, sync: { key: "day" }, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
            x: { time: true },
            y: { range: (_, least, most) => [Math.min(0, least ?? 0) * 1.05, Math.max(unit === "A" ? 8 : 500, (most ?? 0) * 1.05)] },
        },
        axes: [
            { ...axis, grid: { show: false }, space: narrow ? 60 : 80, incrs: STEPS, values: times, show: unit === "A", size: 26 },
            { ...axis, size: LEFT, values: (_, ticks) => ticks.map((tick) => unit === "A" ? `${tick} A` : kilowatts(tick)) },
        ],
        series: [
            {},
            ...curves.map((curve) => ({
                label: curve.label,
                show: !hidden.has(curve.key),
                stroke: colour(curve.colour),
                fill: curve.fill && colour(curve.fill),
                width: 1.75,
                dash: curve.dash,
                points: { show: false },
                paths: curve.stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
            })),
        ],
        hooks: { setCursor: [(plot) => plot.cursor.event && moved(plot.cursor.idx)] },
    };
}

/** Only what somebody has measured. */
const present = () => CURVES.filter(({ key }) => points.some((point) => Number.isFinite(point[key])));

function draw() {
    plots.forEach((plot) => plot.destroy());
    plots = [];
    const at = points.map((point) => point.at);
    $("decision-plot").hidden = points.length < 2;
    if (points.length >= 2) {
        strip(points);
    }
    for (const { unit, id, height } of PLOTS) {
        const curves = present().filter((curve) => curve.unit === unit);
        $(id).hidden = curves.length === 0 || points.length < 2;
        const area = $(id).querySelector(".area");
        if (!$(id).hidden && area.clientWidth > 0) {
            keys($(id).querySelector(".keys"), curves);
            const values = curves.map(({ key }) => points.map((point) => point[key] ?? null));
            plots.push(new uPlot(options(unit, curves, area.clientWidth, height), [at, ...values], area));
        }
    }
}

function keys(area, curves) {
    if (area.childElementCount === curves.length) {
        return;
    }
    area.replaceChildren(...curves.map((curve) => {
        const line = make("i", { class: `line ${curve.key}` });
        const button = make("button", { type: "button", "aria-pressed": String(!hidden.has(curve.key)) }, line, curve.label);
        button.addEventListener("click", () => {
            const shown = hidden.delete(curve.key) || !hidden.add(curve.key);
            button.setAttribute("aria-pressed", String(shown));
            draw();
        });
        return button;
    }));
}

/** Nothing is drawn where nothing is known: the bridge was not running. */
function withGaps(points) {
    const usual = Math.max(LEAST_GAP, GAP * hours() * 3600 / POINTS);
    return points.flatMap((point, index) => {
        const before = points[index - 1];
        return before && point.at - before.at > usual ? [{ at: before.at + 1, reason: AWAY }, point] : [point];
    });
}

/** What was at a moment, in a sentence. */
function sentence(point) {
    const values = CURVES.filter(({ key }) => Number.isFinite(point[key]))
        .map(({ key, label, unit }) => key === "grid"
            ? `${point.grid < 0 ? "export" : "import"} ${words.watts(Math.abs(point.grid))}`
            : key === "amps" ? `with ${words.number(point.amps, 1)} A`
            : `${label.toLowerCase()} ${unit === "W" ? words.watts(point[key]) : `${words.number(point[key])} A`}`);
    const soc = Number.isFinite(point.soc) ? [`battery ${Math.round(point.soc)} %`] : [];
    return [...values, ...soc].join(", ");
}

function readout(index) {
    const point = points[index];
    if (!point) {
        return;
    }
    const reason = point.reason ? words.reason(point.reason) : "";
    const values = [sentence(point)].filter(Boolean).map((values) => `${values}. `).join("");
    $("readout").replaceChildren(make("strong", {}, words.clock(point.at)), ` ${values}`,
        reason ? make("em", {}, reason) : "");
    $("scrub").setAttribute("aria-valuetext", `${words.clock(point.at)}: ${values}${reason}`);
}

function moved(index) {
    if (index === null || index === undefined) {
        return;
    }
    $("scrub").value = index;
    readout(index);
}

function scrubbed() {
    const index = Number($("scrub").value);
    const point = points[index];
    // Nothing while another span is being fetched.
    if (!point) {
        return;
    }
    readout(index);
    for (const plot of plots) {
        const left = plot.valToPos(point.at, "x");
        plot.setCursor({ left, top: 10 }, false);
    }
}

async function load() {
    clearTimeout(timer);
    timer = setTimeout(load, EVERY);
    if (document.hidden || $("charging").hidden) {
        return;
    }
    const to = Math.floor(Date.now() / 1000);
    const answer = await get(`/api/history?from=${to - hours() * 3600}&to=${to}&points=${POINTS}`).catch(() => null);
    if (!answer) {
        return;
    }
    const slider = $("scrub");
    const last = points.length === 0 || Number(slider.value) === Number(slider.max);
    const before = points[slider.value]?.at;
    points = withGaps(answer.points ?? []);
    const empty = points.length < 2;
    $("chart-empty").hidden = !empty;
    $("scrub-row").hidden = empty;
    $("decisions").hidden = empty;
    slider.max = Math.max(points.length - 1, 0);
    const same = points.findIndex((point) => point.at >= before);
    slider.value = last || same < 0 ? slider.max : same;
    draw();
    if (!empty) {
        readout(Number(slider.value));
        decisions(points, present());
    }
}

export function show() {
    load();
}

for (const input of document.querySelectorAll("input[name=span]")) {
    input.addEventListener("change", () => {
        write("history-title", input.value === "1" ? "The last hour" : `The last ${input.value} hours`);
        points = [];
        load();
    });
}
$("scrub").addEventListener("input", scrubbed);
onPoint((along) => {
    const at = points[0]?.at + along * (points.at(-1)?.at - points[0]?.at);
    moved(points.findLastIndex((point) => point.at <= at));
});
let width = 0;
new ResizeObserver(([entry]) => {
    if (Math.round(entry.contentRect.width) !== width) {
        width = Math.round(entry.contentRect.width);
        draw();
    }
}).observe($("history"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
document.addEventListener("visibilitychange", () => document.hidden || load());
