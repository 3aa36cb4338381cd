// What a person may want of the station: mode, start and stop, current, limit.

import { get, post, remove } from "./api.js";
import { $, announce, attempt, write } from "./dom.js";
import { onChange, status } from "./live.js";
import { limit, onWishes, refresh, target, want, wish } from "./wishes.js";
import * as words from "./words.js";

/** What the station can offer, in amps; nothing before the bridge has said it. */
let range = null;
/** What somebody has just chosen is not overwritten by what was before. */
let touched = 0;
const quiet = () => Date.now() - touched > 2_000;
/** What went wrong stays readable for a while. */
let complained = 0;
const COMPLAINT = 8_000;

const radio = (name) => [...document.querySelectorAll(`input[name=${name}]`)];
const choose = (name, value) => radio(name).forEach((input) => {
    input.checked = input.value === String(value);
});

async function wanted(hint, action, done) {
    touched = Date.now();
    if (await attempt($(hint), action)) {
        announce(done);
    } else {
        touched = 0;
        complained = Date.now();
        // What was chosen is not so.
        showMode();
        showWish();
    }
    refresh();
}

function tell(id, text) {
    const hint = $(id);
    if (!hint.classList.contains("wrong") || Date.now() - complained > COMPLAINT) {
        hint.classList.remove("wrong");
        write(hint, text);
    }
}

async function learnRange() {
    const { min_current_hard: least, max_current_soft: most } = await get("/config");
    if (least !== undefined && most !== undefined) {
        range = { least, most };
        showWish();
    }
}

function showMode() {
    if (status.divertmode === undefined || !quiet()) {
        return;
    }
    choose("mode", status.divertmode);
    const age = status.divert_update;
    const read = status.grid_ie ?? status.solar;
    const reading = Number.isFinite(read) ? ` The meter says ${words.watts(read)}${age > 5 ? `, ${words.duration(age)} ago` : ""}.` : "";
    tell("mode-hint", status.divertmode === 2 ? `Eco charges with what the sun leaves over.${reading}`
        : `Normal charges at once.${status.has_meter !== false ? reading : " Eco needs a meter: give its topic under MQTT."}`);
}

function showWish() {
    if (!quiet()) {
        return;
    }
    const { state, charge_current: amps } = wish();
    const run = state === "active" || state === "disabled" ? state : "auto";
    choose("run", run);
    tell("run-hint", run === "auto" ? "Auto leaves it to the mode."
        : `${run === "active" ? "Started" : "Stopped"} by a person, until the car leaves or you choose Auto.`);
    const slider = $("current");
    slider.disabled = !range;
    if (range) {
        slider.min = range.least;
        slider.max = range.most;
    }
    const now = amps ?? target().charge_current ?? status.pilot;
    if (now !== undefined && now !== null) {
        slider.value = now;
        showCurrent();
    }
    $("current-clear").hidden = !amps;
    const possible = range ? ` The station can offer ${range.least} to ${range.most} A.` : "";
    tell("current-hint", `${amps ? "You have set it, until the car leaves." : "The mode chooses it."}${possible}`);
}

function showCurrent() {
    const amps = $("current").value;
    write("current-value", `${amps} A`);
    $("current").setAttribute("aria-valuetext", `${amps} amps`);
}

function showLimit() {
    const { type, value } = limit();
    const some = type === "energy" || type === "time";
    const form = $("limit");
    if (!form.contains(document.activeElement) && quiet()) {
        $("limit-type").value = some ? type : "none";
        $("limit-value").value = some ? (type === "energy" ? value / 1000 : value) : "";
        $("limit-value").hidden = !some;
    }
    const used = type === "energy" ? status.session_energy : Math.floor((status.session_elapsed ?? status.elapsed ?? 0) / 60);
    const bar = $("limit-progress");
    bar.hidden = !some;
    if (some) {
        bar.value = Math.min(1, (used ?? 0) / value);
        tell("limit-hint", type === "energy" ? `${words.energy(used ?? 0)} of ${words.energy(value)} are in the car.`
            : `${used} of ${value} minutes are over.`);
    } else {
        tell("limit-hint", "");
    }
}

function setLimit(event) {
    event.preventDefault();
    const type = $("limit-type").value;
    const given = Number($("limit-value").value);
    if (type === "none") {
        wanted("limit-hint", () => remove("/limit"), "No limit.");
        return;
    }
    if (!(given > 0)) {
        wanted("limit-hint", () => Promise.reject(new Error("Give a number above 0.")));
        $("limit-value").focus();
        return;
    }
    const value = type === "energy" ? Math.round(given * 1000) : Math.max(1, Math.round(given));
    wanted("limit-hint", () => post("/limit", { type, value, auto_release: true }), "The limit is set.");
}

export function start() {
    for (const input of radio("mode")) {
        input.addEventListener("change", () => {
            const body = new URLSearchParams({ divertmode: input.value });
            wanted("mode-hint", () => post("/divertmode", body), `${input.value === "2" ? "Eco" : "Normal"} mode.`);
        });
    }
    for (const input of radio("run")) {
        input.addEventListener("change", () => {
            const state = input.value === "auto" ? null : input.value;
            wanted("run-hint", () => want({ state }), { auto: "Automatic.", active: "Started.", disabled: "Stopped." }[input.value]);
        });
    }
    const slider = $("current");
    slider.addEventListener("input", () => {
        touched = Date.now();
        showCurrent();
    });
    slider.addEventListener("change", () => {
        const amps = Number(slider.value);
        wanted("current-hint", () => want({ charge_current: amps }), `${amps} amps.`);
    });
    $("current-clear").addEventListener("click", () => {
        wanted("current-hint", () => want({ charge_current: null }), "The mode chooses the current.")
            .then(() => { touched = 0; slider.focus(); });
    });
    $("limit").addEventListener("submit", setLimit);
    $("limit-type").addEventListener("change", () => {
        const none = $("limit-type").value === "none";
        $("limit-value").hidden = none;
        if (!none) {
            $("limit-value").focus();
        }
    });
    onWishes(() => { showWish(); showLimit(); });
    onChange((_, changed) => {
        if (changed.includes("max_current") || (!range && status.max_current !== undefined)) {
            learnRange().catch(() => {});
        }
        showMode();
        showWish();
        showLimit();
    });
}
