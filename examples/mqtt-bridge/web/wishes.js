// Who wants what of the station: the bridge's documents, read again when something has changed.

import { get, post } from "./api.js";
import { merge, onChange, status } from "./live.js";

const documents = { override: {}, limit: {}, target: {} };
const listeners = new Set();
let waiting = null;

/** What came out of all wishes, and whose they are. */
export const target = () => documents.target;
/** What a person wants. */
export const wish = () => documents.override;
export const limit = () => documents.limit;

/** Changes what a person wants: the bridge is sent the whole wish, without what is null in the change. */
export async function want(change) {
    const whole = { ...await get("/override"), ...change };
    return post("/override", Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null)));
}

export function onWishes(listener) {
    listeners.add(listener);
}

async function read() {
    const [override, limit, target] = await Promise.all(
        ["/override", "/limit", "/claims/target"].map((path) => get(path).catch(() => ({}))));
    Object.assign(documents, { override, limit, target });
    for (const listener of listeners) {
        listener();
    }
    // Who decides stands among the state.
    merge({});
}

/** Reads them soon; several wishes are read once. */
export function refresh(after = 150) {
    clearTimeout(waiting);
    waiting = setTimeout(() => read().catch(() => {}), after);
}

const TELLING = ["state", "pilot", "divertmode", "divert_active", "vehicle", "status", "manual_override",
    "override_version", "claims_version", "limit_version", "shaper_cur", "evse_connected"];

export function start() {
    onChange((_, changed) => {
        if (changed.some((key) => TELLING.includes(key))) {
            refresh();
        }
    });
    // What another one wants is noticed, too.
    setInterval(() => document.hidden || status.state === undefined || refresh(), 10_000);
}
