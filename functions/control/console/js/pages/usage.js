// The usage of each rule: its requests, its hits and the saved bytes.

import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { resourcePage } from "../resource_page.js";
import { nameOf } from "../rules/words.js";
import { segments } from "../segments.js";
import { idle, rows, total } from "../usage/figures.js";
import { bytes, count, percent, time } from "../words.js";

const PERIODS = [
  ["1", "1 hour"],
  ["24", "24 hours"],
  ["168", "7 days"],
  ["720", "30 days"],
];

/** @param {HTMLElement} main */
export async function show(main, { params, query, signal }) {
  const resource = await resourcePage(main, {
    id: params.id,
    tab: "usage",
    title: "Usage",
    lead: "Requests that reached the image function; a hit found its image made already. The edge answers many more from its own copies, which are not counted here.",
    signal,
  });
  const period = segments({
    name: "hours",
    label: "Of the last",
    options: PERIODS,
    value: PERIODS.some(([hours]) => hours === query.hours) ? query.hours : "24",
    onChange: load,
  });
  const result = el("div", { class: "usage-box", "aria-live": "polite", "aria-busy": "true" }, el("p", { class: "hint" }, "Counting …"));
  const again = el("button", { type: "button", on: { click: () => load(period.value()) } }, "Count again");
  main.append(el("div", { class: "usage-controls" }, period.node, again), result);
  load(period.value());

  async function load(hours) {
    history.replaceState(history.state, "", `#/resources/${resource.id}/usage?hours=${hours}`);
    result.setAttribute("aria-busy", "true");
    try {
      const { body } = await call("GET", `/cdn/resources/${resource.id}/usage?hours=${hours}`, { signal });
      if (hours === period.value()) replace(result, ...figures(body, resource));
    } catch (error) {
      if (signal.aborted || hours !== period.value()) return;
      replace(result, error.status === 503 ? uncounted(error.message) : el("p", { class: "empty", role: "alert" }, error.message));
    } finally {
      if (hours === period.value()) result.removeAttribute("aria-busy");
    }
  }
}

function uncounted(message) {
  return el(
    "div",
    { class: "empty" },
    el("p", {}, message),
    el("p", {}, "A deployment counts by the log group of the image function: its name belongs into IMAGE_LOG_GROUP of the control function."),
  );
}

function figures({ from, to, rules: counted }, resource) {
  const found = rows(counted, resource.rules);
  const span = el("p", { class: "hint" }, `From ${time(from)} to ${time(to)}.`);
  if (found.length === 0) {
    return [
      span,
      el(
        "p",
        { class: "empty" },
        "No request reached the image function in this time. Choose a longer one, or ask for an image and count again.",
      ),
    ];
  }
  return [span, el("div", { class: "panel table-wrap" }, table(found, resource)), unused(idle(counted, resource.rules), resource)];
}

function table(found, resource) {
  const titles = ["Rule", "Requests", "Hits", "Bytes saved"];
  const sum = total(found);
  const mostSaved = Math.max(...found.map(({ saved }) => saved), 0);
  return el(
    "table",
    { class: "cards-when-narrow usage" },
    el("caption", { class: "visually-hidden" }, "Requests, hits and bytes saved by rule"),
    el("thead", {}, el("tr", {}, ...titles.map((title) => el("th", { scope: "col" }, title)))),
    el(
      "tbody",
      {},
      ...found.map((row) =>
        el(
          "tr",
          {},
          el("th", { scope: "row", "data-title": "Rule" }, ruleLink(row, resource)),
          figure("Requests", `${row.requests.toLocaleString("en")}`, percent(row.requestShare * 100), row.requestShare),
          figure("Hits", row.hits.toLocaleString("en"), percent(row.hitShare * 100), row.hitShare),
          figure("Bytes saved", bytes(row.saved), "", mostSaved > 0 ? Math.max(row.saved, 0) / mostSaved : 0),
        ),
      ),
    ),
    el(
      "tfoot",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "row", "data-title": "Rule" }, "All together"),
        figure("Requests", sum.requests.toLocaleString("en"), "", null),
        figure("Hits", sum.hits.toLocaleString("en"), percent(sum.hitShare * 100), null),
        figure("Bytes saved", bytes(sum.saved), "", null),
      ),
    ),
  );
}

/** A cell with a number, its share, and a bar for the share. */
function figure(title, value, share, part) {
  const bar = part === null ? null : el("span", { class: "usage-bar", "aria-hidden": "true" }, el("span", {}));
  bar?.style.setProperty("--share", `${part * 100}%`);
  return el(
    "td",
    { "data-title": title },
    el("span", { class: "usage-figure" }, el("strong", {}, value), share && el("span", { class: "usage-share" }, share)),
    bar,
  );
}

function ruleLink({ id, name, known }, resource) {
  if (id === null) return ["No rule", el("span", { class: "hint" }, "the options of the resource held")];
  if (!known) return [name, el("span", { class: "hint" }, "deleted since")];
  return el("a", { href: `#/resources/${resource.id}/rules/${id}` }, name);
}

function unused(rules, resource) {
  if (rules.length === 0) return null;
  return el(
    "details",
    { class: "usage-idle" },
    el("summary", {}, `${count(rules.length, "active rule")} answered nothing in this time`),
    el(
      "ul",
      {},
      ...rules.map(({ id, name, rule }) =>
        el("li", {}, el("a", { href: `#/resources/${resource.id}/rules/${id}` }, nameOf({ id, name })), " ", el("code", {}, rule)),
      ),
    ),
  );
}
