// Rule templates: what new rules are made from.

import { call } from "../api.js";
import { confirmed } from "../dialogs.js";
import { el, replace } from "../dom.js";
import { notify } from "../notices.js";
import { optionWords } from "../rules/words.js";
import { may } from "../session.js";
import { blank, templateEditor } from "../templates/editor.js";

const ADDRESS = "/cdn/rule_templates";
const LIST = "#/templates";
const DENIED = "You see rule templates here. Changing them needs the token of an admin.";
const SYSTEM = "This template came with the product and cannot be changed. Duplicate it to have one of your own.";

/** @param {HTMLElement} main */
export async function show(main, { query, signal }) {
  if (query.id || query.new !== undefined) return showOne(main, query, signal);
  return showAll(main, signal);
}

async function showOne(main, { id, new: from }, signal) {
  const wanted = id ?? from;
  const found = wanted ? await call("GET", `${ADDRESS}/${wanted}`, { signal }) : blank();
  if (!id) Object.assign(found.body, { id: null, name: wanted ? `${found.body.name} (copy)` : "" });
  const title = id ? found.body.name || `Template ${id}` : "New template";
  const denied = may("admin") ? (id && found.body.default ? SYSTEM : "") : DENIED;
  const { node, saving } = templateEditor({ found, denied, signal });
  replace(
    main,
    el(
      "p",
      { class: "crumbs" },
      el("a", { href: LIST }, "Rule templates"),
      el("span", { "aria-hidden": "true" }, " / "),
      el("span", { class: "crumb-here" }, title),
    ),
    el(
      "div",
      { class: "page-head" },
      el("h1", {}, title),
      id && el("div", { class: "actions" }, actions(found, saving, signal)),
    ),
    node,
  );
  return { mayLeave: saving.mayLeave };
}

function actions({ body: template, version }, saving, signal) {
  if (!may("admin")) return [];
  const duplicate = el("a", { class: "button", href: `${LIST}?new=${template.id}` }, "Duplicate");
  if (template.default) return [duplicate];
  const remove = async () => {
    if (!(await removed(template, version, signal))) return;
    saving.drop();
    location.hash = LIST;
  };
  return [duplicate, el("button", { type: "button", class: "danger", on: { click: remove } }, "Delete")];
}

async function showAll(main, signal) {
  const list = el("ul", { class: "cards", "aria-busy": "true" });
  replace(
    main,
    el(
      "div",
      { class: "page-head" },
      el("h1", {}, "Rule templates"),
      may("admin") ? el("a", { class: "button primary", href: `${LIST}?new` }, "New template") : null,
    ),
    el("p", { class: "page-lead" }, "New rules can begin as a copy of one of these. Rules that were made from a template stay as they are when it changes."),
    may("admin") ? null : el("p", { class: "note" }, DENIED),
    list,
  );
  const { body: all } = await call("GET", ADDRESS, { signal });
  replace(list, ...all.map(card));
  list.removeAttribute("aria-busy");
  if (all.length === 1 && may("admin")) {
    list.after(el("p", { class: "empty" }, "There are none of your own yet. Create one for settings that you need again and again."));
  }
}

function card(template) {
  const words = optionWords(template.options);
  return el(
    "li",
    { class: "panel template-card" },
    el(
      "div",
      { class: "template-title" },
      el("h2", {}, el("a", { href: `${LIST}?id=${template.id}` }, template.name || `Template ${template.id}`)),
      template.default ? el("span", { class: "badge" }, "Came with the product") : null,
    ),
    el("p", { class: "mono template-rule" }, template.rule),
    el("p", { class: "template-options" }, words.length > 0 ? words.map((text) => el("span", { class: "badge" }, text)) : "No options"),
  );
}

/** Delete a template after a confirmation. @returns {Promise<boolean>} Whether it is deleted. */
async function removed(template, version, signal) {
  const sure = await confirmed({
    title: `Delete the template “${template.name}”?`,
    text: "Rules that were made from it stay as they are.",
    action: "Delete template",
  });
  if (!sure) return false;
  try {
    await call("DELETE", `${ADDRESS}/${template.id}`, { ifMatch: version, signal });
    notify(`The template “${template.name}” is deleted.`, "done");
    return true;
  } catch (error) {
    if (!signal.aborted) notify(error.message, "failed");
    return false;
  }
}
