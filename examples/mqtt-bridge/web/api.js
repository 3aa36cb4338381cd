// Requests to the bridge, for the station that the address of the page names.

const path = location.pathname.match(/^\/stations\/[^/]+/);
export const base = path ? path[0] : "";

/** Something that the bridge has refused, in words. */
export class Refusal extends Error {
    constructor(status, body) {
        super(body.message || body.msg || body.error || `The bridge answered ${status}.`);
        this.status = status;
        this.body = body;
    }
}

let signIn = null;

/** Who asks for the password when the bridge wants one: resolves to whether it was given. */
export function onSignIn(ask) {
    signIn = ask;
}

async function request(method, url, body) {
    const options = { method, headers: { Accept: "application/json" }, cache: "no-store" };
    if (body instanceof URLSearchParams) {
        options.body = body;
    } else if (body !== undefined) {
        options.headers["Content-Type"] = "application/json";
        options.body = JSON.stringify(body);
    }
    let response;
    try {
        response = await fetch(url, options);
    } catch {
        throw new Refusal(0, { msg: "The bridge does not answer." });
    }
    const text = await response.text();
    let json = {};
    try {
        json = text ? JSON.parse(text) : {};
    } catch {
        json = { msg: text.trim() };
    }
    if (!response.ok) {
        throw new Refusal(response.status, json);
    }
    return json;
}

/** Asks again after a sign-in, if the bridge wants one. */
async function authorised(method, url, body) {
    try {
        return await request(method, url, body);
    } catch (refusal) {
        if (refusal.status !== 401 || !signIn || !await signIn()) {
            throw refusal;
        }
        return request(method, url, body);
    }
}

export const get = (url) => request("GET", base + url);
export const post = (url, body) => authorised("POST", base + url, body);
export const remove = (url) => authorised("DELETE", base + url);
/** For what belongs to no station. */
export const root = {
    get: (url) => request("GET", url),
    post: (url, body) => request("POST", url, body),
};
