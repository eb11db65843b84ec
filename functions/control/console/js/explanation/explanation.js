// What an address means: its parameters, the result, the result by browser, and the keys.

import { el } from "../dom.js";
import { browserName, imageText, resultText, unknownText } from "./words.js";

/**
 * The parts of an explanation of the API; none without one.
 *
 * @param {object | null | undefined} found
 * @returns {HTMLElement[]}
 */
export function explanation(found) {
  if (!found) return [];
  return [
    found.refusal && el("p", { class: "explained-warning" }, `Viewers get 403: ${found.refusal}.`),
    unknown(found.unknown),
    found.parameters.length > 0 && parameters(found.parameters),
    result(found),
    found.browsers.length > 0 && browsers(found.browsers),
    keys(found),
  ].filter(Boolean);
}

/** The unknown parameters, as a warning; null if there are none. */
export function unknown(names) {
  if (names.length === 0) return null;
  return el("p", { class: "explained-warning" }, unknownText(names));
}

function parameters(rows) {
  return table(
    "Parameters",
    ["Parameter", "Value", "Understood as"],
    rows.map(({ name, sent, value, problem }) => [name, sent, value ?? problem]),
  );
}

function result({ original, original_problem: problem, result: made }) {
  return el(
    "dl",
    {},
    el("dt", {}, "Original"),
    el("dd", {}, original ? imageText(original) : problem),
    made && el("dt", {}, "Result"),
    made && el("dd", {}, resultText(made)),
    made?.reasons.length > 0 && el("dt", {}, "Skipped, and why"),
    made?.reasons.length > 0 && el("dd", {}, made.reasons.join("; ")),
  );
}

function browsers(rows) {
  return table(
    "By browser",
    ["Browsers that decode", "Result", "Derived key"],
    rows.map(({ decodes, content_type: type, derived_key: key }) => [browserName(decodes), type ?? "unknown", key ?? "none"]),
  );
}

function keys({ derived_key: derived, cache_key: { host, path, query, accept } }) {
  return el(
    "dl",
    {},
    el("dt", {}, "Derived key"),
    el("dd", { class: "mono" }, derived ?? "none"),
    el("dt", {}, "Cache key at the edge"),
    el("dd", { class: "mono" }, `${host}${path}${query && `?${query}`} · formats: ${accept}`),
  );
}

function table(title, columns, rows) {
  return el(
    "div",
    { class: "table-wrap" },
    el(
      "table",
      { class: "cards-when-narrow explained" },
      el("caption", {}, title),
      el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))),
      el(
        "tbody",
        {},
        ...rows.map(([first, ...others]) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", "data-title": columns[0] }, first),
            others.map((text, at) => el("td", { "data-title": columns[at + 1], class: "mono" }, text)),
          ),
        ),
      ),
    ),
  );
}
