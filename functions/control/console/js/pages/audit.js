// The audit trail: changes with their authors, times and differences.

import { call } from "../api.js";
import { auditEntry } from "../audit/entry.js";
import { apiQuery, auditFilters } from "../audit/filters.js";
import { el, replace } from "../dom.js";

const PAGE = 50;
// The API stops counting here.
const MOST_COUNTED = 10_000;

/** @param {HTMLElement} main */
export async function show(main, { query, signal }) {
  let offset = Number(query.offset) || 0;
  let turn = 0;
  const known = new Map();
  const filters = auditFilters({ found: query, onChange: () => load(0) });
  const list = el("ol", { class: "entries", "aria-busy": "true" });
  const where = el("p", { class: "hint", role: "status", tabindex: -1 }, "Looking …");
  const newer = el("button", { type: "button", on: { click: () => turnTo(Math.max(0, offset - PAGE)) } }, "Newer");
  const older = el("button", { type: "button", on: { click: () => turnTo(offset + PAGE) } }, "Older");
  replace(
    main,
    el("h1", {}, "Audit"),
    el("p", { class: "page-lead" }, "Every change of a resource, rule, template or token, and every purge and prefetch that was asked for. Keys are blanked."),
    filters.node,
    where,
    list,
    el("nav", { class: "pager", "aria-label": "Pages" }, newer, older),
  );
  load(offset);

  async function load(from) {
    const mine = ++turn;
    const wanted = filters.values();
    list.setAttribute("aria-busy", "true");
    try {
      const { body } = await call("GET", `/cdn/activity_log/requests?${apiQuery(wanted, from, PAGE)}`, { signal });
      if (mine !== turn) return;
      offset = from;
      filters.showErrors({});
      history.replaceState(history.state, "", address(wanted, offset));
      fill(body, Object.keys(wanted).length > 0);
    } catch (error) {
      if (signal.aborted || mine !== turn) return;
      replace(list);
      replace(where, error.status === 400 ? "Nothing was looked for." : error.message);
      filters.showErrors(error.fields ?? {});
    } finally {
      if (mine === turn) list.removeAttribute("aria-busy");
    }
  }

  async function turnTo(from) {
    await load(from);
    where.focus();
  }

  function fill({ count: total, results }, isFiltered) {
    for (const { token_id: id, token_name: name } of results) known.set(id, name);
    filters.propose(known);
    replace(list, ...results.map((entry) => auditEntry(entry, filters.chooseToken)));
    newer.disabled = offset === 0;
    older.disabled = offset + results.length >= total;
    newer.parentElement.hidden = newer.disabled && older.disabled;
    replace(where, range(offset, results.length, total, isFiltered));
  }
}

function range(offset, length, total, isFiltered) {
  if (length === 0) return isFiltered ? "No change is like that. Take a filter away, or show all." : "Nothing was changed yet.";
  const all = total > MOST_COUNTED ? `more than ${MOST_COUNTED.toLocaleString("en")}` : total.toLocaleString("en");
  return `Changes ${offset + 1} to ${offset + length} of ${all}, newest first.`;
}

function address(wanted, offset) {
  const pairs = offset > 0 ? { ...wanted, offset: `${offset}` } : wanted;
  const query = new URLSearchParams(pairs).toString();
  return query ? `#/audit?${query}` : "#/audit";
}
