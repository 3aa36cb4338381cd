// Small helpers for the document.

export const $ = (id) => document.getElementById(id);

/** Makes an element: `make("p", { class: "hint" }, "text", child)`. */
export function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === true) {
            element.setAttribute(key, "");
        } else if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(key, value);
        }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/** Writes a text, and only if it is another one: what did not change is not drawn or read again. */
export function write(id, text) {
    const element = typeof id === "string" ? $(id) : id;
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/** Says something to those who do not see the page. */
export function announce(text) {
    write("news", text);
}

/** Carries out what a person wants; what goes wrong is said below it. */
export async function attempt(hint, action) {
    try {
        hint?.classList.remove("wrong");
        await action();
        return true;
    } catch (problem) {
        if (hint) {
            hint.textContent = problem.message;
            hint.classList.add("wrong");
        }
        announce(problem.message);
        return false;
    }
}
