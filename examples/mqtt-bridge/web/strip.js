// Who decided when, as a strip of colours between the curves: the reasons of a day at a glance.

import { $, make } from "./dom.js";

/** Kinds of reasons, in the order in which they are looked for: what they are called, long and short. */
const KINDS = [
    ["away", "Not known", "", /not recorded|does not answer|fault/],
    ["car", "No car", "No car", /^no vehicle/],
    ["person", "A person", "A person", /^override|stopped by a person/],
    ["program", "Program or schedule", "Program", /^(claim|schedule)/],
    ["limit", "Limit", "Limit", /^(limit|house|share|contactor): [ad]/],
    ["wait", "Waiting for sun", "Waiting", /^(pause|stop)|^(no )?meter/],
    ["normal", "Normal mode", "Normal mode", /^normal mode/],
    ["sun", "Charging with the sun", "Sun", /./],
];
/** So much of the strip holds a word, in pixels. */
const WORD = 72;

const kindOf = (reason) => KINDS.find(([, , , pattern]) => pattern.test(reason ?? "")) ?? KINDS[0];

/** One piece for each stretch of time in which the same one decided. */
function pieces(points) {
    const list = [];
    for (const { at, reason } of points) {
        const kind = kindOf(reason);
        const last = list.at(-1);
        if (last) {
            last.to = at;
        }
        if (last?.kind !== kind) {
            list.push({ kind, from: at, to: at });
        }
    }
    return list;
}

export function strip(points) {
    const area = $("strip");
    const [begin, end] = [points[0].at, points.at(-1).at];
    const scale = 100 / Math.max(end - begin, 1);
    const list = pieces(points);
    area.replaceChildren(...list.map(({ kind: [name, , short], from, to }) => {
        const fits = (to - from) * scale / 100 * area.clientWidth > WORD;
        const piece = make("i", { class: name }, fits ? short : "");
        piece.style.left = `${(from - begin) * scale}%`;
        piece.style.width = `${(to - from) * scale}%`;
        return piece;
    }));
    $("strip-keys").replaceChildren(...KINDS.filter((kind) => list.some((piece) => piece.kind === kind)).reverse()
        .map(([name, long]) => make("span", {}, make("i", { class: name }), long)));
}

/** Reads out what is below the pointer: `seen` is given how far along it is, from 0 to 1. */
export function onPoint(seen) {
    $("strip").addEventListener("pointermove", (event) => {
        const { left, width } = $("strip").getBoundingClientRect();
        seen(Math.min(Math.max((event.clientX - left) / width, 0), 1));
    });
}
