// The overview of the query's parameters.

import { el } from "../dom.js";
import { PARAMETERS } from "../generated/parameters.js";

/** The overview, folded at first. */
export function parametersTable() {
  const rows = PARAMETERS.map(([name, value, meaning], at) =>
    el(
      "tr",
      { class: name === "" ? "parameter-more" : "" },
      el("th", { scope: "row", class: "mono" }, name || el("span", { class: "visually-hidden" }, named(at))),
      el("td", { class: "mono" }, value),
      el("td", {}, meaning),
    ),
  );
  return el(
    "details",
    { class: "panel option" },
    el("summary", {}, el("span", { class: "option-title" }, "Query parameters"), el("span", { class: "option-state" }, "Overview")),
    el(
      "div",
      { class: "option-body" },
      el(
        "p",
        { class: "hint" },
        "Where image stack is on, an address can ask for operations: ",
        el("code", {}, "/cat.jpg?width=400&crop=1:1"),
        ". They are done in the order of this table, whatever their order in the address.",
      ),
      el(
        "table",
        { class: "parameters" },
        el("caption", { class: "visually-hidden" }, "What an address can ask for"),
        el("thead", {}, el("tr", {}, ["Name", "Value", "Meaning"].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, rows),
      ),
    ),
  );
}

/** The name of a row; a row without a name belongs to the parameter above it. */
function named(at) {
  return PARAMETERS.slice(0, at).findLast(([name]) => name !== "")[0];
}
