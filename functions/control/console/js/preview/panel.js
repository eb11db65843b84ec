// Live preview: an image as a viewer would get it with a rule that is not saved yet.

import { call } from "../api.js";
import { el } from "../dom.js";
import { asking } from "./asking.js";
import { browserTable } from "./browser_table.js";
import { BROWSERS } from "./browsers.js";
import { comparison } from "./compare.js";
import { facts } from "./facts.js";
import { originalField } from "./original_field.js";
import { ruleSentence } from "./words.js";

const DRAFT = "rule.";

/**
 * @param {object} options
 * @param {object} options.resource The resource with its rules, as the API shows it.
 * @param {object | null} options.rule The stored rule; null for a new one.
 * @param {() => object} options.draft Gives the rule in the form, as the API takes it.
 * @param {AbortSignal} options.signal The signal of the page.
 * @param {(fields: Record<string, string[]>) => void} [options.showErrors] Gets the API's messages by field
 *   of the draft; none if it is valid.
 */
export function previewPanel({ resource, rule, draft, signal, showErrors = () => {} }) {
  const table = browserTable(BROWSERS, (browser) => previews.prefer(browser));
  const original = originalField({ resource, signal, onChoose: ask, onFailure: fail });
  const compare = comparison(signal);
  const said = facts();
  const sentence = el("p", { class: "preview-rule", role: "status" });
  const working = el("span", { class: "preview-working hint" }, "Making the preview …");
  const node = el(
    "section",
    { class: "panel preview", "aria-labelledby": "preview-title" },
    el("div", { class: "preview-head" }, el("h2", { id: "preview-title" }, "Live preview"), working),
    el("p", { class: "hint" }, "What viewers would get with this draft. Nothing is stored."),
    el(
      "div",
      { class: "preview-parts" },
      el("div", { class: "preview-choice" }, original.node, table.node),
      compare.node,
      el("div", { class: "preview-facts" }, sentence, said.node),
      said.headers,
    ),
  );
  let hasErrors = false;
  let turns = 0;

  const previews = asking({ browsers: BROWSERS.map(({ id }) => id), ask: preview, onNews: show, signal });

  async function preview({ path, rule: drafted }, browser, turn) {
    const { accept } = BROWSERS.find(({ id }) => id === browser);
    const body = { path, accept, rule: drafted };
    return (await call("POST", `/cdn/resources/${resource.id}/preview`, { body, signal: turn })).body;
  }

  function ask({ soon = false } = {}) {
    const path = original.address();
    if (path === "") return;
    const { id = rule?.id ?? null, rule: pattern, weight = null, active, options } = draft();
    previews.put({ path, rule: { id, rule: pattern, weight, active, options } }, { soon });
  }

  async function show(asked) {
    const turn = ++turns;
    table.show(asked);
    const found = asked.answers.get(table.value());
    const isFresh = found?.fresh ?? false;
    work(isFresh || asked.busy);
    if (asked.failure) return refuse(asked.failure);
    if ([...asked.answers.values()].some(({ fresh }) => fresh)) accept();
    if (!isFresh) return;
    sentence.textContent = ruleSentence(found.answer, found.question.rule, resource.rules);
    said.show(found.answer);
    await compare.show(found.answer);
    if (turn === turns) work(false);
  }

  function work(isBusy) {
    working.hidden = !isBusy;
    node.setAttribute("aria-busy", String(isBusy));
  }

  function accept() {
    original.refuse("");
    if (hasErrors) showErrors({});
    hasErrors = false;
  }

  function refuse(failure) {
    const ofDraft = Object.entries(failure.fields ?? {}).filter(([field]) => field.startsWith(DRAFT));
    if (ofDraft.length > 0) {
      fail("Mend the fields that are marked to see a preview.", null);
      hasErrors = true;
      showErrors(Object.fromEntries(ofDraft.map(([field, messages]) => [field.slice(DRAFT.length), messages])));
    } else if (failure.fields?.path) {
      fail("Mend the path of the original to see a preview.", null);
      original.refuse(failure.fields.path.join(" "));
    } else fail(failure.message, () => previews.again());
  }

  function fail(text, again) {
    work(false);
    sentence.textContent = "";
    said.show(null);
    compare.say(
      el("p", {}, text),
      again && el("button", { type: "button", on: { click: again } }, "Try again"),
    );
  }

  said.show(null);
  original.begin();
  return { node, changed: () => ask() };
}
