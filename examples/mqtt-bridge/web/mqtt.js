// The MQTT panel of the guide: what the bridge is connected with, and what it listens to.

import { get, post } from "./api.js";
import { $, announce, make, write } from "./dom.js";
import { onChange } from "./live.js";

const FIELDS = [
    { name: "broker", label: "Host", required: true, hint: "For instance 192.168.1.4, emonpi, or mqtts://broker.example for TLS. The word embedded stands for the bridge's own broker." },
    { name: "user", label: "Username", hint: "Blank: no authentication.", complete: "off" },
    { name: "password", label: "Password", type: "password", hint: "Blank: no authentication.", complete: "new-password" },
    { name: "topic", label: "Base topic", required: true, hint: "For instance openevse." },
];
const FEEDS = [
    { name: "solar", label: "Solar PV topic", hint: "Watts of the generator, for instance emon/emonpi/power2." },
    { name: "grid", label: "Grid topic (+ import, − export)", hint: "Watts at the grid connection, for instance emon/emonpi/power1." },
];

let loaded = null;
const form = () => $("mqtt-form");
const input = (name) => form().elements[name];

/** `mqtt://host:1883` is what a person calls `host`. */
const short = (broker) => String(broker ?? "").replace(/^mqtt:\/\//, "").replace(/:1883$/, "");
const long = (host) => host === "" || host === "embedded" || host.includes("://") ? host
    : host.split(/\s+/).map((one) => `mqtt://${one}`).join(" ");

function field({ name, label, hint, type = "text", complete = "off", required }) {
    return make("div", { class: "field" },
        make("label", { for: `mqtt-${name}` }, label),
        make("input", { id: `mqtt-${name}`, name, type, autocomplete: complete, spellcheck: "false", autocapitalize: "none",
            required, "aria-describedby": `mqtt-${name}-wrong mqtt-${name}-hint` }),
        make("p", { class: "wrong", id: `mqtt-${name}-wrong` }),
        make("p", { class: "hint", id: `mqtt-${name}-hint` }, hint));
}

const check = (name, label, hint) => make("label", { class: "check" }, make("input", { type: "checkbox", name, role: "switch" }),
    make("span", {}, label, hint ? make("small", { class: "hint" }, ` ${hint}`) : null));

function build() {
    form().replaceChildren(
        check("enabled", "Enable MQTT"),
        make("div", { class: "fields" }, ...FIELDS.map(field)),
        check("retain", "Retain", "The broker keeps the newest values for those who come later."),
        make("fieldset", {}, make("legend", {}, "Solar PV divert"),
            make("p", { class: "hint" }, "One of the two. Eco charges with what this meter says is left over."),
            make("div", { class: "fields" }, ...FEEDS.map(field))),
        make("div", { class: "row end" },
            make("span", { class: "hint", id: "mqtt-saved", role: "status" }),
            make("button", { class: "main" }, "Save")));
    form().addEventListener("submit", save);
    form().addEventListener("input", (event) => {
        complain(event.target.name, "");
        write("mqtt-saved", "");
        grey();
    });
}

/** Each feed is greyed out while the other is filled; everything while MQTT is off. */
function grey() {
    const on = input("enabled").checked;
    for (const { name } of [...FIELDS, ...FEEDS]) {
        const other = { solar: "grid", grid: "solar" }[name];
        input(name).disabled = !on || Boolean(other && input(other).value.trim());
    }
    input("retain").disabled = !on;
    for (const { name, hint } of FEEDS) {
        const other = { solar: "grid", grid: "Solar" }[name];
        write(`mqtt-${name}-hint`, input(name).disabled && on ? `Clear the ${other} topic to use this one.` : hint);
    }
}

function complain(name, text) {
    const place = $(`mqtt-${name}-wrong`);
    if (!place) {
        return false;
    }
    write(place, text);
    if (text) {
        input(name).setAttribute("aria-invalid", "true");
    } else {
        input(name).removeAttribute("aria-invalid");
    }
    return true;
}

/** What can be told without the bridge: the field, and what is wrong with it. */
function problem() {
    const value = (name) => input(name).value.trim();
    if (!input("enabled").checked) {
        return null;
    }
    if (!value("broker")) {
        return ["broker", "Give the broker's host, or switch MQTT off."];
    }
    if (!value("topic")) {
        return ["topic", "Give a base topic, for instance openevse."];
    }
    for (const name of ["topic", "solar", "grid"]) {
        if (/[#+]/.test(value(name))) {
            return [name, "A topic has no # and no +: they stand for many topics."];
        }
    }
    if (input("password").value && !value("user")) {
        return ["user", "A password needs a user."];
    }
    return null;
}

async function save(event) {
    event.preventDefault();
    for (const { name } of [...FIELDS, ...FEEDS]) {
        complain(name, "");
    }
    const wrong = problem();
    if (wrong) {
        complain(...wrong);
        input(wrong[0]).focus();
        return;
    }
    const value = (name) => input(name).value.trim();
    const mqtt = { enabled: input("enabled").checked, broker: long(value("broker")), user: value("user"),
        topic: value("topic"), solar: value("solar"), grid: value("grid"), retain: input("retain").checked };
    if (input("password").value || (loaded?.password_set && !value("user"))) {
        mqtt.password = input("password").value;
    }
    write("mqtt-saved", "Saving…");
    try {
        const { msg } = await post("/api/config-form", { mqtt });
        // What is connected with the old values is about to go: the form keeps the new ones.
        loaded = { ...loaded, ...mqtt, password_set: mqtt.password === undefined ? loaded?.password_set : mqtt.password !== "" };
        showPassword();
        write("mqtt-saved", msg && msg !== "done" ? msg : "Saved.");
    } catch (refusal) {
        write("mqtt-saved", "");
        const name = (refusal.body?.field ?? "").replace(/^mqtt\./, "");
        if (name && complain(name, refusal.message)) {
            input(name).focus();
        } else {
            write("mqtt-saved", refusal.message);
        }
        announce(refusal.message);
    }
}

function connected(is, error) {
    const line = $("mqtt-state");
    line.dataset.connected = String(Boolean(is));
    write(line, is ? "Connected: Yes" : `Connected: No${error ? `, ${error}` : ""}`);
}

/** A password is never told: only whether there is one. */
function showPassword() {
    input("password").value = "";
    input("password").placeholder = loaded.password_set ? "unchanged" : "";
    write("mqtt-password-hint", loaded.password_set ? "One is set; blank leaves it as it is." : FIELDS[2].hint);
}

async function load() {
    const answer = await get("/api/config-form");
    loaded = answer.mqtt;
    for (const name of ["user", "topic", "solar", "grid"]) {
        input(name).value = loaded[name] ?? "";
    }
    input("broker").value = short(loaded.broker);
    showPassword();
    input("enabled").checked = loaded.enabled;
    input("retain").checked = loaded.retain;
    connected(loaded.connected, loaded.error);
    grey();
}

export function show() {
    if (!form().childElementCount) {
        build();
    }
    // What somebody is typing stays.
    if (!form().contains(document.activeElement)) {
        load().catch((refusal) => write("mqtt-saved", refusal.message));
    }
}

onChange((status) => {
    if (loaded && status.mqtt_connected !== undefined) {
        connected(+status.mqtt_connected, status.mqtt_error);
    }
});
document.addEventListener("signed-in", () => $("mqtt").hidden || show());
