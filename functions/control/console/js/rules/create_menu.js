// The menu for a new rule: empty, or from a template.

import { el } from "../dom.js";

/** @param {number} resource The resource's number. @param {object[]} templates */
export function createMenu(resource, templates) {
  const address = `#/resources/${resource}/rules/new`;
  const item = (href, text, about) => el("li", {}, el("a", { href }, text, el("span", { class: "hint" }, about)));
  const menu = el(
    "details",
    { class: "menu" },
    el("summary", { class: "button primary" }, "Create rule"),
    el(
      "ul",
      { class: "menu-items" },
      item(address, "Blank rule", "Begin with nothing"),
      templates.map(({ id, name, rule }) => item(`${address}?template=${id}`, `From template: ${name}`, rule)),
    ),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  return menu;
}
