// Answers of the controller for people, by the table of commands.

/** The form of a field: its name, and what belongs to it. */
function form(field) {
    const given = field.form;
    return typeof given === "object" && given !== null ? Object.entries(given)[0] : [given, null];
}

function one(field, value) {
    if (value === null || value === undefined) {
        return "–";
    }
    const [name, more] = form(field);
    switch (name) {
        case "Switch":
            return value ? "on" : "off";
        case "Codes": {
            const known = more.known.find(({ code }) => code === value);
            return known ? `${known.meaning} (${value})` : `unknown (${value})`;
        }
        case "Flags": {
            const set = more.filter(({ code }) => value & code).map(({ meaning }) => meaning.replaceAll("_", " "));
            const hex = value.toString(16).padStart(4, "0");
            return `${set.join(", ") || "none"} (${hex})`;
        }
        case "Words": {
            const known = more.find(({ word }) => word === value);
            return known ? `${known.meaning} (${value})` : String(value).replaceAll("_", " ");
        }
        default:
    }
    if (typeof value === "object") {
        return Object.entries(value).map(([key, inner]) => `${key} ${JSON.stringify(inner)}`).join(", ");
    }
    return scaled(value, field.unit ?? "");
}

/** `0.1 °C` and 251 are 25.1 °C. */
function scaled(value, unit) {
    const match = unit.match(/^(0\.0*1) (.+)$/);
    if (match && typeof value === "number") {
        return `${(value * Number(match[1])).toFixed(match[1].length - 2)} ${match[2]}`;
    }
    return unit && typeof value === "number" ? `${value} ${unit}` : String(value);
}

/** Name and value of each field of an answer. */
export function decode(command, decoded) {
    if (decoded === null || decoded === undefined) {
        return [];
    }
    const fields = command?.answer ?? [];
    if (typeof decoded !== "object") {
        return [[fields[0]?.name ?? "answer", one(fields[0] ?? {}, decoded)]];
    }
    return Object.entries(decoded).map(([name, value]) => [
        name.replaceAll("_", " "), one(fields.find((field) => field.name === name) ?? {}, value)]);
}

/** What may be given for an argument, in words. */
export function argument(field) {
    const [name, more] = form(field);
    const range = Number.isFinite(field.min) ? `${field.min} to ${field.max}` : "";
    switch (name) {
        case "Switch":
            return `${field.name}: 0 off, 1 on`;
        case "Codes":
            return `${field.name}: ${more.known.map(({ code, meaning }) => `${code} ${meaning}`).join(", ")}`;
        case "Words":
            return `${field.name}: ${more.map(({ word, meaning }) => `${word} ${meaning}`).join(", ")}`;
        case "Text":
            return `${field.name}: text, up to ${more.max} characters`;
        case "Hex":
            return `${field.name}: hexadecimal, ${more.digits} digits`;
        default:
            return `${field.name}: ${range || "number"}${field.unit ? ` ${field.unit}` : ""}`;
    }
}
