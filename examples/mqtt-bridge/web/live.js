// The station's state as it changes: the gateway's web socket, opened again by itself.

import { base, get } from "./api.js";

const SILENCE = 35_000;
const PING = 15_000;
/** Of a station that is away these are numbers for other programs. */
const NUMBERS = ["state", "status", "vehicle", "amp", "voltage", "power", "session_energy", "session_elapsed", "total_energy"];

export const status = {};
const listeners = new Set();
let socket = null;
let heard = 0;
let delay = 500;
let timer = null;
/** Whether the bridge answers; nothing before it is known. */
let there = null;

/** Calls with the state, the names of what has changed, and whether the bridge is there. */
export function onChange(listener) {
    listeners.add(listener);
}

export function since() {
    return heard ? new Date(heard) : null;
}

/** Takes what somebody has heard in another way, or the whole of it: then what is not in it is not there any more.
    Neither is what is null. */
export function merge(news, whole = false) {
    const before = { ...status };
    const now = { ...(whole ? {} : before), ...news };
    for (const key of Object.keys({ ...before, ...now })) {
        if ((now[key] ?? null) === null || (now.rapi_connected === 0 && NUMBERS.includes(key))) {
            delete status[key];
        } else {
            status[key] = now[key];
        }
    }
    tell(Object.keys({ ...before, ...status }).filter((key) => before[key] !== status[key]));
}

function tell(changed) {
    for (const listener of listeners) {
        listener(status, changed, there);
    }
}

function lost() {
    socket = null;
    if (there !== false) {
        there = false;
        tell([]);
    }
    clearTimeout(timer);
    timer = setTimeout(open, delay);
    delay = Math.min(delay * 2, 10_000);
}

function open() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}${base}/ws`);
    socket = mine;
    let first = true;
    mine.onmessage = (event) => {
        heard = Date.now();
        delay = 500;
        let news;
        try {
            news = JSON.parse(event.data);
        } catch {
            return;
        }
        delete news.pong;
        there = true;
        merge(news, first);
        first = false;
    };
    mine.onclose = () => {
        if (socket === mine) {
            lost();
        }
    };
}

/** A line that says nothing for so long is dead, even if nobody has closed it. */
function watch() {
    if (socket?.readyState !== WebSocket.OPEN) {
        return;
    }
    if (Date.now() - heard > SILENCE) {
        const dead = socket;
        lost();
        dead.close();
    } else {
        socket.send('{"ping":1}');
    }
}

export function start() {
    open();
    setInterval(watch, PING);
    // A phone that was asleep does not wait.
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && !there) {
            delay = 500;
            open();
        }
    });
    addEventListener("online", () => there || open());
    // The first values need not wait for the socket.
    get("/status").then((now) => there ?? (now.rapi_connected && merge(now)), () => {});
}
