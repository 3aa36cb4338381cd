// The RAPI tab: a field, Send, what was sent before, and answers in plain words.

import { post } from "./api.js";
import { $, make, write } from "./dom.js";
import { commands, find, notes, tables } from "./commands.js";
import { decode } from "./decode.js";
import { clock } from "./words.js";

const KEPT = 100;
const history = JSON.parse(sessionStorage.getItem("rapi") ?? "[]");
let place = history.length;
let draft = "";

const field = () => $("rapi-field");

/** Sends a line; the bridge's answer or refusal. */
async function send(line) {
    const start = performance.now();
    const answer = await post("/r", new URLSearchParams({ json: "1", rapi: line })).catch((refusal) => ({
        cmd: line, ret: refusal.body?.ret, error: refusal.body?.error ?? "error", message: refusal.body?.message ?? refusal.message,
    }));
    return { ms: Math.round(performance.now() - start), ...answer };
}

const ERRORS = {
    RAPI_RESPONSE_TIMEOUT: "The station has not answered. Does it know the command, and is it connected?",
    RAPI_RESPONSE_BLOCKED: "The bridge does not send this command: see rapi.allow in its configuration.",
    RAPI_RESPONSE_NK: "The controller does not know it, or not now.",
    nk: "The controller does not know it, or not now.",
};

function entry(line, answer) {
    const refused = Boolean(answer.error) || /^\$NK/.test(answer.ret ?? "");
    const row = find(line);
    const fields = decode(row, answer.decoded);
    const text = answer.message || ERRORS[answer.error] || (refused ? ERRORS.nk : "");
    return make("li", { class: refused ? "refused" : null },
        make("p", { class: "sent" }, make("code", {}, answer.cmd ?? line),
            make("span", { class: "when" }, `${clock(Date.now() / 1000)} · ${answer.ms} ms`)),
        answer.ret ? make("p", { class: "heard" }, make("code", {}, `>${answer.ret}`)) : null,
        text ? make("p", { class: "wrong" }, text) : null,
        // What the bridge has not sent: how it should have been.
        text && !answer.ret && row?.arguments.length > 0 ? make("p", { class: "hint" }, `$${row.usage}, ${notes(row)}`) : null,
        fields.length > 0 ? make("dl", {}, ...fields.map(([name, value]) => make("div", {},
            make("dt", {}, name), make("dd", {}, value)))) : null);
}

function add(element) {
    const list = $("answers");
    list.prepend(element);
    while (list.childElementCount > KEPT) {
        list.lastElementChild.remove();
    }
}

function remember(line) {
    if (history.at(-1) !== line) {
        history.push(line);
        history.splice(0, history.length - KEPT);
        sessionStorage.setItem("rapi", JSON.stringify(history));
    }
    place = history.length;
    draft = "";
}

async function submit(event) {
    event.preventDefault();
    const typed = field().value.trim();
    if (!typed) {
        write("rapi-hint", "Type a command, for instance $GV, or choose one from the tables.");
        field().focus();
        return;
    }
    const line = typed.startsWith("$") ? typed : `$${typed}`;
    remember(line);
    field().select();
    add(entry(line, await send(line)));
}

/** Arrow keys: what was sent before, and back to what was being typed. */
function recall(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || history.length === 0) {
        return;
    }
    event.preventDefault();
    if (place === history.length) {
        draft = field().value;
    }
    place = Math.min(Math.max(place + step, 0), history.length);
    field().value = history[place] ?? draft;
    hint();
}

function hint() {
    const row = find(field().value);
    write("rapi-hint", row && field().value.trim().length > 2 ? notes(row)
        : history.length > 0 ? "Up and down: what was sent before." : "The bridge adds the checksum.");
}

/** Puts a command into the field, its first argument selected. */
function choose(row) {
    const text = `$${row.usage}`;
    field().value = text;
    field().focus();
    const first = row.arguments[0];
    const at = first ? text.indexOf(` ${first.name}`) : -1;
    if (at >= 0) {
        field().setSelectionRange(at + 1, at + 1 + first.name.length);
    }
    hint();
    field().scrollIntoView({ block: "nearest" });
}

/** All that only reads and needs no argument, one after the other: the line has room for one. */
async function readAll() {
    const button = $("rapi-all");
    const rows = commands.filter((row) => row.class === "read" && row.allowed && !row.until && row.arguments.length === 0);
    button.disabled = true;
    // Those who listen are told the end, not each of them.
    $("answers-log").setAttribute("aria-busy", "true");
    let done = 0;
    for (const row of rows) {
        write("rapi-progress", `${done += 1} of ${rows.length}`);
        const line = `$${row.code}`;
        add(entry(line, await send(line)));
    }
    write("rapi-progress", `${rows.length} commands were read.`);
    $("answers-log").removeAttribute("aria-busy");
    button.disabled = false;
    button.focus();
}

$("rapi-form").addEventListener("submit", submit);
field().addEventListener("keydown", recall);
field().addEventListener("input", hint);
$("rapi-all").addEventListener("click", readAll);
$("rapi-clear").addEventListener("click", () => {
    $("answers").replaceChildren();
    write("rapi-progress", "");
    field().focus();
});

export function show() {
    tables(choose);
    hint();
}
