// The station's state as it changes: the gateway's web socket, opened again by itself.

import { base, get } from "./api.js";

const SILENCE = 35_000;
const PING = 15_000;

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

/** Takes what somebody has heard in another way. */
export function merge(news) {
    const changed = Object.keys(news).filter((key) => status[key] !== news[key]);
    Object.assign(status, news);
    tell(changed);
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
        merge(news);
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
    // The first values need not wait for the socket. Of a station that is away they are numbers for other programs.
    get("/status").then((now) => there ?? (now.rapi_connected && merge(now)), () => {});
}
