// The filters of the audit trail: a form and its query.

import { el, replace } from "../dom.js";
import { textField } from "../forms/fields.js";

// From this width on there is room for the form beside the changes.
const WIDE = "(width >= 44rem)";
const METHODS = [
  ["", "Any"],
  ["POST", "Created or asked for (POST)"],
  ["PATCH", "Changed (PATCH)"],
  ["PUT", "Replaced (PUT)"],
  ["DELETE", "Deleted (DELETE)"],
];
/** The API's names of the filters. */
const NAMES = { method: "method", path: "path", token: "token_id", since: "min_requested_at", until: "max_requested_at" };

/**
 * @param {{found: Record<string, string>, onChange: () => void}} options `found` holds the initial filters, by the
 *   names of this page's query.
 */
export function auditFilters({ found, onChange }) {
  const tokens = el("datalist", { id: "known-tokens" });
  const method = el(
    "select",
    { id: "filter-method", name: "method" },
    METHODS.map(([value, text]) => el("option", { value, selected: value === (found.method ?? "") }, text)),
  );
  const text = (name, label, attributes) =>
    textField({ id: `filter-${name}`, label, value: found[name], onInput: () => {}, ...attributes });
  const fields = {
    path: text("path", "Path", { class: "mono", placeholder: "/cdn/resources/1/rules/5", spellcheck: "false" }),
    token: text("token", "Token", { inputmode: "numeric", list: "known-tokens", placeholder: "Number" }),
    since: text("since", "Since", { type: "datetime-local" }),
    until: text("until", "Until", { type: "datetime-local" }),
  };
  const controls = { method, ...Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input])) };
  const form = el(
    "form",
    { class: "filters", "aria-label": "Filter", novalidate: true, on: { submit } },
    el("div", { class: "field" }, el("label", { for: "filter-method" }, "What was done"), method),
    Object.values(fields).map(({ node }) => node),
    tokens,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "submit", class: "primary" }, "Filter"),
      el("button", { type: "button", on: { click: empty } }, "Show all"),
    ),
  );
  const open = matchMedia(WIDE).matches || Object.keys(found).length > 0;
  const node = el("details", { class: "panel filters-box", open }, el("summary", {}, "Filter"), form);

  function submit(event) {
    event.preventDefault();
    onChange();
  }

  function empty() {
    for (const control of Object.values(controls)) control.value = "";
    onChange();
  }

  return {
    node,

    /** The current filters, by the names of this page's query. */
    values() {
      const pairs = Object.entries(controls).map(([name, { value }]) => [name, value.trim()]);
      return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
    },

    /** Filter by one token. */
    chooseToken(number) {
      fields.token.input.value = `${number}`;
      node.open = true;
      fields.token.input.focus();
      onChange();
    },

    /** Set the suggested tokens: numbers and names. */
    propose(known) {
      replace(tokens, [...known].map(([value, label]) => el("option", { value: `${value}`, label })));
    },

    /** Show the API's messages, by its own names; no messages remove them. */
    showErrors(messages) {
      for (const [name, field] of Object.entries(fields)) field.showError(messages[NAMES[name]]);
      form.querySelector("[aria-invalid='true']")?.focus();
    },
  };
}

/** The API's query for the filters. */
export function apiQuery(wanted, offset, limit) {
  const query = new URLSearchParams({ offset: `${offset}`, limit: `${limit}` });
  for (const [name, value] of Object.entries(wanted)) {
    const isTime = name === "since" || name === "until";
    query.set(NAMES[name], isTime ? moment(value) : value);
  }
  return query;
}

/** A local time in the API's form; other texts stay as they are. */
function moment(text) {
  const found = new Date(text);
  return Number.isNaN(found.valueOf()) ? text : found.toISOString();
}
