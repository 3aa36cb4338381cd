// The tables of commands, from the bridge's own table.

import { get } from "./api.js";
import { $, make, write } from "./dom.js";
import { argument } from "./decode.js";

const CLASSES = [
    ["read", "Read", "They change nothing."],
    ["display", "Display", "They change what the station's display shows."],
    ["control", "Control", "They start, stop or limit charging until the next restart."],
    ["setting", "Settings", "Most are kept in the EEPROM, which wears out: not for every day."],
    ["debug", "Dangerous", "They touch safety checks or cannot be undone. The bridge sends one only if its configuration names it (rapi.allow_commands)."],
];

export let commands = [];

/** The row of the table that a typed line belongs to, if there is one: the most literal words win. */
export function find(line) {
    const words = line.trim().replace(/^\$/, "").split(/\s+/);
    const code = words[0]?.toUpperCase();
    const score = (row) => row.usage.split(" ").slice(1).reduce((sum, part, index) => {
        const literal = !row.arguments.some(({ name }) => name === part.replace(/[[\]]/g, ""));
        const given = words[index + 1];
        return sum + (literal ? (given === part ? 10 : -10) : (given === undefined ? -1 : 1));
    }, row.usage.split(" ").length < words.length ? -1 : 0);
    return commands.filter((row) => row.code === code).sort((a, b) => score(b) - score(a))[0];
}

/** What a person has to know about a command before sending it. */
export function notes(row) {
    const parts = row.arguments.map(argument);
    if (row.until) {
        parts.push(`firmware up to ${row.until} only`);
    }
    return parts.join(" · ");
}

/** The first sentence; the table's links to its own types are names here. */
const brief = (text) => (text ?? "").split(/\n\s*\n/)[0].replace(/\[`([^`]+)`\](\([^)]*\))?/g, "$1").replace(/[`*]/g, "");

function line(row, choose) {
    const code = make("code", {}, `$${row.usage}`);
    let first = code;
    if (row.allowed) {
        first = make("button", { type: "button", class: "command" }, code);
        first.addEventListener("click", () => choose(row));
    }
    return make("tr", { class: row.allowed ? null : "blocked" },
        make("th", { scope: "row" }, first,
            row.allowed ? null : make("span", { class: "badge" }, "blocked")),
        make("td", {}, brief(row.doc),
            row.arguments.length > 0 ? make("small", {}, notes(row)) : null));
}

function table([name, title, what], rows, choose) {
    const body = rows.map((row) => line(row, choose));
    return make("details", { class: `commands ${name}`, open: name === "read" || name === "control" },
        make("summary", {}, make("h3", {}, title), make("span", { class: "count" }, String(rows.length))),
        make("p", { class: "hint" }, what),
        make("table", {},
            make("thead", { class: "unseen" }, make("tr", {}, make("th", { scope: "col" }, "Command"), make("th", { scope: "col" }, "What it does"))),
            make("tbody", {}, ...body)));
}

function narrow(text) {
    const wanted = text.trim().toLowerCase().replace(/^\$/, "");
    let found = 0;
    for (const group of document.querySelectorAll("details.commands")) {
        let some = 0;
        for (const row of group.querySelectorAll("tbody tr")) {
            row.hidden = !row.textContent.toLowerCase().includes(wanted);
            some += row.hidden ? 0 : 1;
        }
        group.hidden = some === 0;
        if (wanted && some) {
            group.open = true;
        }
        found += some;
    }
    write("commands-hint", !wanted ? "Choose one to put it into the field."
        : found ? `${found} of ${commands.length} commands.` : "No command is like that.");
}

/** Reads the table once and shows it. `choose` is given the row that a person has chosen. */
export async function tables(choose) {
    if (commands.length > 0) {
        return;
    }
    const answer = await get("/api/commands").catch((problem) => {
        write("commands-hint", problem.message);
        return [];
    });
    commands = answer;
    $("commands").replaceChildren(...CLASSES.map((group) => [group, commands.filter((row) => row.class === group[0])])
        .filter(([, rows]) => rows.length > 0)
        .map(([group, rows]) => table(group, rows, choose)));
}

$("find").addEventListener("input", (event) => narrow(event.target.value));
