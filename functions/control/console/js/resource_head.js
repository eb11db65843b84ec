// The head of a resource's pages: its name, and links to its other pages.

import { el } from "./dom.js";

const TABS = [
  ["rules", "Rules", ""],
  ["usage", "Usage", "/usage"],
  ["purge", "Purge", "/purge"],
  ["prefetch", "Prefetch", "/prefetch"],
  ["settings", "Settings", "/settings"],
];

/** The name of a resource for people. @param {{cname: string}} resource */
export function hostOf({ cname }) {
  return cname === "*" ? "All other hosts" : cname;
}

/** @param {{id: number, cname: string, active: boolean}} resource @param {string} tab The current page. */
export function resourceHead(resource, tab) {
  const tabs = TABS.map(([name, text, end]) =>
    el("li", {}, el("a", { href: `#/resources/${resource.id}${end}`, "aria-current": name === tab ? "page" : null }, text)),
  );
  return el(
    "div",
    { class: "resource-head" },
    el(
      "p",
      { class: "crumbs" },
      el("a", { href: "#/resources" }, "Resources"),
      el("span", { "aria-hidden": "true" }, " / "),
      el("span", { class: "crumb-here" }, hostOf(resource)),
      !resource.active && el("span", { class: "badge warn" }, "Inactive"),
    ),
    el("nav", { "aria-label": "Pages of this resource" }, el("ul", { class: "tabs" }, tabs)),
  );
}
