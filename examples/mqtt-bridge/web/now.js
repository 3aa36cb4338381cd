// The state of the station at a glance, and what is wrong if something is.

import { $, announce, make, write } from "./dom.js";
import { onChange, since } from "./live.js";
import { target } from "./wishes.js";
import * as words from "./words.js";

let said = "";

/** A figure; a dash for what is not known, and nothing at all for what is not there. */
function figure(id, value, say, optional) {
    const known = value !== undefined && value !== null && value !== false;
    write(id, known ? say(value) : "–");
    if (optional) {
        $(optional).hidden = !known;
    }
}

function show(status) {
    const { word, pilot, kind } = words.state(status.state);
    write("state", word);
    write("pilot-state", pilot);
    $("now").dataset.kind = kind;
    write("car", words.car(status));
    const charging = kind === "charging";
    figure("power", status.power ?? (charging || kind === "away" ? undefined : 0), (power) => words.number(power / 1000, power < 10_000 ? 2 : 1));
    const source = words.source(status);
    $("source").hidden = !source;
    if (source) {
        $("sun-share").style.width = `${Math.round(source.share * 100)}%`;
        write("source-text", source.text);
    }
    figure("amps", status.amp, words.amps);
    figure("offered", status.pilot, (pilot) => status.state >= words.ASLEEP ? "nothing" : `${pilot} A`);
    figure("session-energy", status.session_energy, words.energy);
    figure("session-time", status.session_elapsed ?? status.elapsed, words.duration);
    figure("solar", status.solar, words.watts, "solar-figure");
    figure("grid", status.grid_ie, (power) => words.watts(Math.abs(power)), "grid-figure");
    write("grid-name", status.grid_ie < 0 ? "To the grid" : "From the grid");
    figure("temperature", status.temp, (tenths) => `${words.number(tenths / 10, 1)} °C`, "temperature-figure");
    figure("total-energy", status.total_energy, (kilowattHours) => `${words.number(+kilowattHours, 1)} kWh`);
    const [decider, why] = words.why(status, target());
    write("decider", decider);
    write("why", why);
    document.title = charging && status.power !== undefined
        ? `${words.number(status.power / 1000, 1)} kW · ${word}` : `${word} · charging station`;
    if (status.state !== undefined && word !== said) {
        // The first one is read with the page.
        if (said) {
            announce(`${word}. ${words.car(status)}`);
        }
        said = word;
    }
}

/** What is not as it should be, and what to do about it. */
function troubles(status, there) {
    const list = [];
    if (there === false) {
        const from = since();
        const age = from ? ` What you see is from ${from.toLocaleTimeString("en-GB")}.` : "";
        list.push(["bridge", "The bridge does not answer.",
            `Check that rapi-bridge runs and that this device is on its network; the page connects by itself.${age}`]);
        return list;
    }
    if (status.standby && +status.mqtt_connected === 1 && status.mqtt_error) {
        list.push(["station", "This bridge is in standby, and cannot take the station over.",
            `It says: ${status.mqtt_error}.`, ["#mqtt", "MQTT settings"]]);
    } else if (status.standby) {
        list.push(["station", "This bridge is in standby.",
            "It waits until no other one has the station; the page of the one that has it shows and changes everything."]);
    } else if (+status.evse_connected === 0 || status.rapi_connected === 0) {
        list.push(["station", "The charging station does not answer.",
            "Check its power, the cable and the address in the configuration; the bridge tries again by itself. The station charges as it was last told."]);
    }
    if (+status.mqtt_connected === 0 && +status.mqtt_enabled !== 0) {
        const reason = status.mqtt_error || status.mqtt_close_reason;
        list.push(["broker", "The MQTT broker is not connected.",
            `${reason ? `It says: ${reason}. ` : ""}Check host, user and password.`, ["#mqtt", "MQTT settings"]]);
    }
    const silent = status.divert_update;
    if (status.divertmode === 2 && silent > 60) {
        list.push(["meter", "The meter is silent.",
            `Its last reading came ${words.duration(silent)} ago, so Eco lowers the current and then stops. Check the meter and its topic.`, ["#mqtt", "MQTT settings"]]);
    }
    return list;
}

let shown = "";

function showTroubles(status, there) {
    const list = troubles(status, there);
    document.body.classList.toggle("away", list.some(([who]) => who === "bridge" || who === "station"));
    // The age of a reading would be read again each second.
    const key = JSON.stringify(list.map(([who, what]) => [who, what]));
    if (key === shown) {
        return;
    }
    shown = key;
    $("troubles").replaceChildren(...list.map(([who, what, advice, link]) => make("p",
        { class: "trouble", "data-who": who }, make("strong", {}, what), ` ${advice} `,
        link ? make("a", { href: link[0] }, link[1]) : null)));
}

export function start() {
    onChange((status, changed, there) => {
        show(status);
        showTroubles(status, there);
    });
}
