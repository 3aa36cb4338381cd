// Who may change something: the session, and the form that asks for the password.

import { onSignIn, root } from "./api.js";
import { $, announce, write } from "./dom.js";

let session = { auth: false, signed_in: false, stations: [] };
let waiting = [];

const dialog = () => $("login");

function show() {
    const button = $("sign");
    button.hidden = !session.auth;
    write(button, session.signed_in ? "Sign out" : "Sign in");
}

/** Opens the form; resolves to whether somebody has signed in. */
function ask() {
    if (!dialog().open) {
        write("login-wrong", "");
        dialog().showModal();
    }
    return new Promise((resolve) => waiting.push(resolve));
}

function answer(signedIn) {
    const all = waiting;
    waiting = [];
    all.forEach((resolve) => resolve(signedIn));
}

async function submit(event) {
    event.preventDefault();
    const form = event.target;
    try {
        await root.post("/login", { username: form.username.value, password: form.password.value });
    } catch (refusal) {
        write("login-wrong", refusal.status === 401 ? "User or password is wrong." : refusal.message);
        form.password.select();
        return;
    }
    form.reset();
    session.signed_in = true;
    show();
    answer(true);
    dialog().close();
    announce("Signed in.");
    document.dispatchEvent(new Event("signed-in"));
}

export async function start() {
    $("login-form").addEventListener("submit", submit);
    $("login-cancel").addEventListener("click", () => dialog().close());
    dialog().addEventListener("close", () => answer(false));
    $("sign").addEventListener("click", async () => {
        if (session.signed_in) {
            await root.post("/logout").catch(() => {});
            session.signed_in = false;
            show();
            announce("Signed out.");
        } else {
            ask();
        }
    });
    onSignIn(ask);
    session = { ...session, ...await root.get("/api/session").catch(() => ({})) };
    show();
    return session;
}
