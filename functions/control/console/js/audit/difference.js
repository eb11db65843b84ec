// Pure functions: the differences of a change, field by field.

// Fields that every change touches, or that mean nothing to people.
const SILENT = new Set(["version", "updated", "ruleType"]);
// In longer lists each entry has its own line.
const MOST_IN_LINE = 6;

/** @typedef {{field: string, before: string | null, after: string | null}} Difference null: absent */

/**
 * The fields in which two states differ.
 *
 * @param {object | null} before The state before; null if something was created.
 * @param {object | null} after The state after; null if something was deleted.
 * @returns {Difference[]}
 */
export function differences(before, after) {
  const was = flat(before);
  const is = flat(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }))
    .filter((one) => one.before !== one.after);
}

/** The fields of a state by path; absent and null fields are left out. @returns {Map<string, string>} */
function flat(state, prefix = "") {
  const found = new Map();
  for (const [name, value] of Object.entries(state ?? {})) {
    if (value === null || (prefix === "" && SILENT.has(name))) continue;
    const path = `${prefix}${name}`;
    if (isPlain(value)) for (const [inner, text] of flat(value, `${path}.`)) found.set(inner, text);
    else found.set(path, asText(value));
  }
  return found;
}

function isPlain(value) {
  return typeof value === "object" && !Array.isArray(value);
}

function asText(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) {
    if (value.length === 0) return "(none)";
    const isShort = value.length < MOST_IN_LINE && value.every((one) => typeof one !== "object");
    return value.map(entry).join(isShort ? ", " : "\n");
  }
  return value === "" ? "(empty)" : String(value);
}

/** An entry of a list as text; a header in its HTTP form. */
function entry(value) {
  if (value === null || typeof value !== "object") return String(value);
  if (typeof value.name === "string" && Array.isArray(value.value)) return `${value.name}: ${value.value.join(", ")}`;
  return JSON.stringify(value);
}
