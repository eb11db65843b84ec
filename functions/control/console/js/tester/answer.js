// The result of the rule tester: the answering rule and its effect, then every rule with a reason.

import { el } from "../dom.js";
import { explanation } from "../explanation/explanation.js";
import { to } from "../router.js";
import { nameOf } from "../rules/words.js";
import { may } from "../session.js";
import { headline, making, tally } from "./verdict.js";

// With more rules than this, those that do not match start folded.
const MOST_SHOWN = 12;
const TITLES = ["Order", "Rule", "Pattern", "For this URL"];

/**
 * Show an answer of the API.
 *
 * @param {object} found
 * @param {string} url The tested URL.
 * @returns {HTMLElement[]}
 */
export function answer(found, url) {
  const { resource, rule, rules } = found;
  const path = new URL(url).pathname;
  const of = `#/resources/${resource.id}`;
  const link = (href, text) => el("a", { href }, text);
  return [
    el(
      "section",
      { class: "panel verdict" },
      el("h2", {}, headline(found)),
      el("p", {}, making(found)),
      el(
        "p",
        { class: "verdict-links" },
        rule === null ? link(`${of}/settings`, "Open the resource's settings") : link(`${of}/rules/${rule}`, "Open the rule"),
        link(of, "All rules of this resource"),
        link(`${of}/purge?${new URLSearchParams({ path })}`, "Purge this image"),
      ),
    ),
    el("section", { class: "panel explanation", "aria-label": "What this URL means" }, el("h2", {}, "What this URL means"), explanation(found.explanation)),
    rules.length > 0
      ? reasons(found)
      : el("p", { class: "empty" }, "This resource has no rules. ", may("editor") && link(`${of}/rules/new`, "Create the first one")),
  ];
}

function reasons({ resource, rules }) {
  const table = el(
    "table",
    { class: "cards-when-narrow reasons" },
    el("caption", { class: "visually-hidden" }, "All rules of the resource, and what each does for this URL"),
    el("thead", {}, el("tr", {}, TITLES.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...rules.map((rule, at) => reason(resource, rule, at + 1))),
  );
  const misses = rules.filter(({ matches }) => !matches).length;
  const only = el("input", { type: "checkbox", name: "only", checked: rules.length > MOST_SHOWN, on: { change: filter } });
  function filter() {
    table.classList.toggle("only-matches", only.checked);
  }
  filter();
  return el(
    "section",
    { class: "reasons-box" },
    el("p", { class: "hint" }, tally(rules)),
    misses > 0 && rules.length > 1 ? el("label", { class: "check" }, only, el("span", {}, "Only rules that match")) : null,
    el("div", { class: "panel table-wrap" }, table),
  );
}

function reason(resource, rule, order) {
  const [mark, look] = rule.answers ? ["✓", "answers"] : rule.matches ? ["≈", "matches"] : ["–", "misses"];
  return el(
    "tr",
    { class: look },
    el("td", { "data-title": "Order" }, `${order}`),
    el("th", { scope: "row", "data-title": "Rule" }, el("a", { href: to.rule(resource.id, rule.id) }, nameOf(rule))),
    el("td", { "data-title": "Pattern", class: "mono" }, rule.rule),
    el("td", { "data-title": "For this URL" }, el("span", { class: "reason-mark", "aria-hidden": "true" }, mark), ` ${rule.why}`),
  );
}
