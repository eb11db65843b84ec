// The row of a rule in the list; updates keep its nodes.

import { el, replace } from "../dom.js";
import { nameOf, optionWords, searched } from "./words.js";

/**
 * @typedef {object} Actions The actions on a rule; each gets its id.
 * @property {(id: number) => void} toggle
 * @property {(id: number) => void} duplicate
 * @property {(id: number) => void} remove
 * @property {(id: number, by: number) => void} move Moves it up (-1) or down (1).
 */

/**
 * @param {number} resource The resource's number.
 * @param {object} rule The rule, as the API shows it.
 * @param {Actions | null} actions null if the role may only read.
 */
export function ruleRow(resource, rule, actions) {
  const id = rule.id;
  const button = (text, label, act, look = "quiet") =>
    el("button", { type: "button", class: look, "aria-label": label, title: label, on: { click: act } }, text);
  const place = el("span", { class: "rule-place" });
  const link = el("a", { href: `#/resources/${resource}/rules/${id}`, class: "rule-name", draggable: "false" });
  const problem = el("p", { class: "error rule-problem", hidden: true });
  const pattern = el("td", { class: "rule-pattern mono" });
  const options = el("td", { class: "rule-options" });
  const status = actions
    ? el("button", { type: "button", role: "switch", class: "switch", on: { click: () => actions.toggle(id) } })
    : el("span", { class: "badge" });
  const handle = actions && el("span", { class: "rule-handle", title: "Drag to change the order", "aria-hidden": "true" }, "⠿");
  const buttons = actions && {
    up: button("↑", "", () => actions.move(id, -1)),
    down: button("↓", "", () => actions.move(id, 1)),
    duplicate: button("Duplicate", "", () => actions.duplicate(id), "small"),
    remove: button("Delete", "", () => actions.remove(id), "small danger"),
  };
  const node = el(
    "tr",
    { class: "rule", "data-id": id },
    el("td", { class: "rule-order" }, handle, place, buttons && el("span", { class: "rule-moves" }, buttons.up, buttons.down)),
    el("th", { scope: "row", class: "rule-title" }, link, problem),
    el("td", { class: "rule-type" }, "Path"),
    pattern,
    options,
    el("td", { class: "rule-status" }, status),
    buttons && el("td", { class: "rule-actions" }, el("div", {}, buttons.duplicate, buttons.remove)),
  );
  const row = { node, rule, handle, text: "", update, settle };

  /** Show the latest state of the rule. */
  function update(now) {
    row.rule = now;
    row.text = searched(now);
    const name = nameOf(now);
    link.textContent = name;
    pattern.textContent = now.rule;
    replace(options, optionWords(now.options).map((words) => el("span", { class: "badge" }, words)));
    problem.hidden = now.problem === null;
    problem.textContent = now.problem === null ? "" : `Left out of serving: ${now.problem}`;
    node.classList.toggle("is-off", !now.active);
    if (buttons) {
      status.setAttribute("aria-checked", String(now.active));
      label(status, `Active: ${name}`);
      status.textContent = now.active ? "On" : "Off";
      label(buttons.duplicate, `Duplicate ${name}`);
      label(buttons.remove, `Delete ${name}`);
    } else {
      status.className = now.active ? "badge good" : "badge";
      status.textContent = now.active ? "On" : "Off";
    }
  }

  /** Show the place of the rule. */
  function settle(position, count) {
    place.textContent = String(position);
    if (!buttons) return;
    const name = nameOf(row.rule);
    label(buttons.up, `Move ${name} up`);
    label(buttons.down, `Move ${name} down`);
    buttons.up.ariaDisabled = String(position === 1);
    buttons.down.ariaDisabled = String(position === count);
  }

  update(rule);
  return row;
}

function label(button, text) {
  button.setAttribute("aria-label", text);
  button.title = text;
}
