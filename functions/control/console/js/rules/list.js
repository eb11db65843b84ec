// The table of a resource's rules, in the order in which they are matched; the order can be changed.

import { el, replace } from "../dom.js";
import { count } from "../words.js";
import { dragging } from "./dragging.js";
import { ruleRow } from "./row.js";
import { moved, nameOf } from "./words.js";

const COLUMNS = ["Order", "Name", "Match type", "Pattern", "Options", "Status"];

/**
 * @param {object} options
 * @param {{id: number, rules: object[]}} options.resource
 * @param {import("./row.js").Actions | null} options.actions The actions without `move`; null if the role may only read.
 * @param {() => void} options.onMoved
 * @param {AbortSignal} options.signal The signal of the page.
 */
export function ruleList({ resource, actions, onMoved, signal }) {
  const rows = new Map();
  let order = [];
  let query = "";
  const body = el("tbody");
  const said = el("p", { class: "visually-hidden", role: "status" });
  const found = el("p", { class: "hint", role: "status" });
  const none = el("p", { class: "empty", hidden: true });
  const columns = actions ? [...COLUMNS, "Actions"] : COLUMNS;
  const table = el(
    "table",
    { class: "rules" },
    el("caption", { class: "visually-hidden" }, "Rules, in the order in which they are asked"),
    el("thead", {}, el("tr", {}, columns.map((text) => el("th", { scope: "col" }, text)))),
    body,
  );
  const node = el("div", {}, said, found, el("div", { class: "panel table-wrap rules-wrap" }, table, none));

  function show(rules) {
    for (const rule of rules) {
      if (rows.has(rule.id)) rows.get(rule.id).update(rule);
      else rows.set(rule.id, ruleRow(resource.id, rule, actions && { ...actions, move: moveBy }));
    }
    order = rules.map(({ id }) => id);
    for (const id of [...rows.keys()]) if (!order.includes(id)) rows.delete(id);
    arrange();
    search(query);
  }

  /** Sort the rows; rows in place are not moved, so that they keep the focus. */
  function arrange() {
    order.forEach((id, at) => {
      const row = rows.get(id);
      if (body.children[at] !== row.node) body.insertBefore(row.node, body.children[at] ?? null);
      row.settle(at + 1, order.length);
    });
    while (body.children.length > order.length) body.lastElementChild.remove();
  }

  function moveTo(id, to) {
    const from = order.indexOf(id);
    const held = document.activeElement;
    order = moved(order, from, to);
    arrange();
    // A moved row loses the focus.
    if (held && held !== document.activeElement && rows.get(id).node.contains(held)) held.focus();
    rows.get(id).node.scrollIntoView({ block: "nearest" });
    replace(said, `${nameOf(rows.get(id).rule)} is asked at position ${to + 1} of ${order.length} now.`);
    onMoved();
  }

  function moveBy(id, by) {
    const to = order.indexOf(id) + by;
    if (query !== "") replace(said, "The order can be changed when nothing is searched for.");
    else if (to >= 0 && to < order.length) moveTo(id, to);
  }

  function search(text) {
    query = text.trim().toLowerCase();
    let shown = 0;
    for (const row of rows.values()) {
      const isFound = query === "" || row.text.includes(query);
      if (row.node.hidden === isFound) row.node.hidden = !isFound;
      shown += Number(isFound);
    }
    table.classList.toggle("is-searched", query !== "");
    table.hidden = shown === 0;
    none.hidden = shown > 0;
    none.textContent = query === "" ? "There is no rule yet: the options of the resource hold for all its images." : `No rule has “${text.trim()}” in its name, pattern or options.`;
    found.textContent = query === "" ? count(order.length, "rule") : `${shown} of ${count(order.length, "rule")}. Clear the search to change the order.`;
  }

  if (actions) {
    dragging(body, {
      handle: ".rule-handle",
      may: () => query === "",
      dropped(row, before) {
        const id = Number(row.dataset.id);
        const rest = order.filter((other) => other !== id);
        moveTo(id, before ? rest.indexOf(Number(before.dataset.id)) : rest.length);
      },
      signal,
    });
    body.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !by) return;
      event.preventDefault();
      moveBy(Number(event.target.closest("tr").dataset.id), by);
    });
  }

  return { node, show, search, ids: () => order, rules: () => order.map((id) => rows.get(id).rule) };
}
