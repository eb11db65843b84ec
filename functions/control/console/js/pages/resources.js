// All resources.

import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { hostOf } from "../resource_head.js";
import { may } from "../session.js";
import { time } from "../words.js";

/** @param {HTMLElement} main */
export async function show(main, { signal }) {
  const { body: resources } = await call("GET", "/cdn/resources", { signal });
  replace(
    main,
    el(
      "div",
      { class: "page-head" },
      el("h1", {}, "Resources"),
      may("admin") && el("a", { class: "button primary", href: "#/resources/new" }, "Create resource"),
    ),
    el("p", { class: "page-lead" }, "A resource is a host that viewers ask for images, and the folder of originals behind it."),
    resources.length === 0 ? nothing() : table(resources),
  );
}

function nothing() {
  return el(
    "p",
    { class: "empty" },
    "There is no resource yet. Originals pass as they are until one has rules. ",
    may("admin") ? el("a", { href: "#/resources/new" }, "Create the first one") : "An administrator can create one.",
  );
}

function table(resources) {
  const rows = resources.map((resource) =>
    el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        el("a", { href: `#/resources/${resource.id}` }, hostOf(resource)),
        resource.description && el("p", { class: "hint" }, resource.description),
      ),
      el("td", { class: "mono" }, resource.origin),
      el("td", {}, el("span", { class: resource.active ? "badge good" : "badge warn" }, resource.active ? "Active" : "Inactive")),
      el("td", {}, resource.updated ? el("time", { datetime: resource.updated }, time(resource.updated)) : "–"),
    ),
  );
  return el(
    "div",
    { class: "panel table-wrap" },
    el(
      "table",
      {},
      el("caption", { class: "visually-hidden" }, "Resources"),
      el("thead", {}, el("tr", {}, ["Host", "Origin", "Status", "Changed"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows),
    ),
  );
}
