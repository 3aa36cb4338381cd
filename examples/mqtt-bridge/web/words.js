// What numbers are called, in plain words. No page in here.

const FAULTS = {
    4: ["Ventilation needed", "The car asks for ventilation, which this station does not have."],
    5: ["Diode check failed", "The car's pilot circuit is faulty, or something else is plugged in. Unplug it."],
    6: ["Ground fault", "Current has leaked to earth. Unplug the car; if it happens again, call an electrician."],
    7: ["No protective earth", "The station does not find its earth. Have an electrician check the installation."],
    8: ["Relay stuck", "The relay does not open. Switch the breaker off and call an electrician."],
    9: ["Self test failed", "The test of the residual-current detector has failed. Switch the breaker off and on once."],
    10: ["Too hot", "The station is too hot and waits until it has cooled down."],
    11: ["Too much current", "The car draws more than it was offered. Unplug it."],
    14: ["Relay does not close", "Switch the breaker off and on once; if it happens again, have the station checked."],
    15: ["Plug contact shorted", "The proximity contact of the plug is shorted. Check the plug."],
    16: ["Plug not recognised", "The proximity resistor of the plug is missing. Check the plug."],
    17: ["Memory failed", "The controller's EEPROM has failed. Have the station checked."],
};

const STATES = {
    0: { word: "Starting", pilot: "", kind: "idle" },
    1: { word: "Ready", pilot: "J1772 state A, no car", kind: "idle" },
    2: { word: "Connected", pilot: "J1772 state B, car connected", kind: "ready" },
    3: { word: "Charging", pilot: "J1772 state C, car charging", kind: "charging" },
    254: { word: "Paused", pilot: "sleeping: the pilot offers nothing", kind: "idle" },
    255: { word: "Disabled", pilot: "disabled: pilot at −12 V", kind: "idle" },
};

/** From here on the station offers no current. */
export const ASLEEP = 254;

/** A state of the controller: a word, the J1772 name, how it looks, and what to do if anything. */
export function state(code) {
    if (code === undefined || code === null) {
        return { word: "Unknown", pilot: "", kind: "away" };
    }
    if (STATES[code]) {
        return STATES[code];
    }
    const [word, advice] = FAULTS[code] ??
        [`Fault ${code}`, "The station reports a fault. Look at its display."];
    const pilot = code === 4 ? "J1772 state D, ventilation" : `fault ${code}`;
    return { word, pilot, kind: "fault", advice };
}

const group = new Intl.NumberFormat("en-GB");

export const number = (value, digits = 0) => value.toLocaleString("en-GB",
    { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const amps = (milliamps) => `${number(milliamps / 1000, 1)} A`;
export const watts = (value) => `${group.format(Math.round(value))} W`.replace("-", "−");
export const energy = (wattHours) => wattHours < 1000
    ? `${group.format(Math.round(wattHours))} Wh` : `${number(wattHours / 1000, 2)} kWh`;
export const clock = (unix, second) => new Date(unix * 1000)
    .toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second });

export function duration(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) {
        return `${seconds} s`;
    }
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const N = "(-?[\\d.]+)";
// What the divert rule says, and what that means.
const REASONS = [
    [`start: bucket full, ${N} of ${N} Wh`, (have, need) => `Started: ${have} Wh of sun were saved up, and a start needs ${need} Wh.`],
    [`pause: bucket fills, ${N} of ${N} Wh`, (have, need) => `Waiting for sun: ${have} of the ${need} Wh that a start needs have come.`],
    [`pause: least time off, ${N} s left`, (left) => `Sun enough, but paused for ${duration(+left)} more, so that the relay does not wear out.`],
    [`pause: too little sun, ${N} of ${N} W`, (have, need) => `Too little sun: ${watts(have)} are left over, and ${watts(need)} are needed.`],
    [`stay on: enough sun, ${N} of ${N} W`, (have, need) => `Enough sun: ${watts(have)} are left over, and ${watts(need)} are needed.`],
    [`hold: bucket ${N} of ${N} Wh`, (have, of) => `Charging with the sun; ${have} of ${of} Wh are saved up against clouds.`],
    [`hold: least time on, ${N} s left`, (left) => `Little sun, but charging for ${duration(+left)} more, so that the relay does not wear out.`],
    [`more: surplus ${N} W`, (surplus) => `More current: the sun leaves ${watts(surplus)} for the car.`],
    [`less: surplus ${N} W`, (surplus) => `Less current: the sun leaves ${watts(surplus)} for the car.`],
    [`less at once: surplus ${N} W`, (surplus) => `Less current at once: the sun leaves only ${watts(surplus)} for the car.`],
    ["stop: bucket empty", () => "Stopped: clouds have used up what the sun had saved."],
    [`stop: hard budget, ${N} of ${N} Wh`, (used, allowed) => `Stopped: the grid has given ${used} of the ${allowed} Wh that one start may cost.`],
    [`limit: ${N} A`, (limit) => `Limited to ${limit} A.`],
    ["pause: change of phases", () => "Paused for a moment: changing the number of phases."],
    [`meter silent for ${N} s`, (age) => `The meter has been silent for ${duration(+age)}.`],
    [`no meter reading in ${N} s`, (waited) => `No reading of the meter for ${duration(+waited)}. Check its topic.`],
    ["meter not trusted: (.*)", (fault) => `The meter's readings cannot be right: ${fault}.`],
    ["no vehicle", () => "No car is plugged in."],
    ["stopped by a person", () => "A person has stopped the station; Eco leaves it alone until the car leaves or the mode changes."],
    ["fault or unknown state of the EVSE", () => "The station reports a fault."],
    ["override: active", () => "A person has started charging."],
    ["override: disabled", () => "A person has stopped charging."],
    ["claim: active", () => "Another program has started charging."],
    ["claim: disabled", () => "Another program has stopped charging."],
    ["schedule: active", () => "The schedule lets the car charge."],
    ["schedule: disabled", () => "The schedule has a pause."],
    ["limit: disabled", () => "The session has reached its limit."],
    ["house: disabled", () => "The house connection has nothing left for the car."],
    ["share: disabled", () => "The other stations need what the connection can carry."],
    ["contactor: disabled", () => "Paused for a moment: the contactor changes the phases."],
    ["standby", () => "This bridge waits until no other one has the station."],
    ["normal mode", () => "Normal mode: the car charges when it asks."],
].map(([pattern, say]) => [new RegExp(`^${pattern}$`), say]);

/** A reason of the divert rule as a sentence. */
export function reason(text) {
    for (const [pattern, say] of REASONS) {
        const match = text.match(pattern);
        if (match) {
            return say(...match.slice(1));
        }
    }
    return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** Whether two reasons are of one kind: the same words with other numbers. */
export const kind = (text) => (text ?? "").replace(/-?\d+/g, "#");

/** Who decides whether the car charges, and why, in one sentence. */
export function why(status, target) {
    if (status.standby) {
        return ["Another bridge decides", "This one takes the station over when no other one has it."];
    }
    if (state(status.state).kind === "away") {
        return ["Nobody decides", "As long as the station does not answer, it does what it was told before."];
    }
    const by = target.state_by;
    const stopped = target.state === "disabled";
    const most = offered(status);
    switch (by) {
        case "override":
            return ["You decide", stopped
                ? "You have stopped charging. It stays so until the car leaves or you choose Auto."
                : `You have started charging${most}. It stays so until the car leaves or you choose Auto.`];
        case "limit":
            return ["The session limit decides",
                `This session has reached its limit: ${energy(status.session_energy ?? 0)} in ${duration(status.session_elapsed ?? 0)}.`];
        case "house":
            return ["The house connection decides", house(status)];
        case "claim":
            return ["Another program decides",
                stopped ? "A program has stopped charging (claim)." : `A program has started charging (claim)${most}.`];
        case "schedule":
            return ["The schedule decides", stopped ? "The schedule has a pause now." : `The schedule lets the car charge now${most}.`];
        default:
    }
    if (status.divertmode === 2) {
        return ["The sun decides", reason(status.divert_reason ?? "") || "Eco waits for the first reading of the meter."];
    }
    const cap = target.max_current_by === "house" ? ` ${house(status)}` : "";
    return ["Normal mode", `A car that asks is charged at once${most}.${cap}`];
}

function offered(status) {
    return status.pilot === undefined ? "" : ` with up to ${status.pilot} A`;
}

function house(status) {
    const { shaper_live_pwr: live, shaper_max_pwr: most } = status;
    return live === undefined || live === null
        ? "The power of the house is not known, so nothing is drawn."
        : `The house draws ${watts(live)} of the ${watts(most ?? 0)} that its connection may carry.`;
}

/** What the car does, in a sentence. */
export function car(status) {
    const { word, kind: looks, advice } = state(status.state);
    if (advice) {
        return advice;
    }
    if (looks === "away") {
        return "Nothing is known of the station yet.";
    }
    if (word === "Starting") {
        return "The station tests itself.";
    }
    if (!status.vehicle) {
        return word === "Ready" ? "No car is plugged in." : "No car is plugged in; the station offers nothing.";
    }
    switch (word) {
        case "Charging":
            return `The car is plugged in and takes ${amps(status.amp ?? 0)} of ${status.pilot ?? "?"} A.`;
        case "Connected":
            return `The car is plugged in and could take ${status.pilot ?? "?"} A, but does not ask for it.`;
        default:
            return "The car is plugged in; the station offers nothing.";
    }
}

/** How much of what the car takes comes from the sun, and that in words; nothing if nobody knows. */
export function source({ power, grid_ie: grid }) {
    if (!(power > 0) || !Number.isFinite(grid)) {
        return null;
    }
    const bought = Math.min(Math.max(grid, 0), power);
    const share = 1 - bought / power;
    const own = watts(power - bought);
    const text = share > .99 ? "All of it is surplus of the sun." : share < .01 ? "All of it comes from the grid."
        : `${own} are surplus of the sun, ${watts(bought)} come from the grid.`;
    return { share, text };
}
