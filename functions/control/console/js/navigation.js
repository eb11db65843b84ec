// The navigation beside every page: links, and the signed-in user.

import { el, replace } from "./dom.js";
import { who } from "./session.js";

const PAGES = [
  ["resources", "Resources", "viewer"],
  ["tester", "Rule tester", "viewer"],
  ["templates", "Rule templates", "viewer"],
  ["audit", "Audit trail", "viewer"],
  ["tokens", "Tokens", "admin"],
];
/** Pages that belong to an entry of another page. */
const WITHIN = new Set(["resource_new", "rules", "rule", "settings", "usage", "purge", "prefetch"]);

/** @param {string | undefined} page The current page. */
export function showNavigation(page) {
  const here = WITHIN.has(page ?? "") ? "resources" : page;
  const user = who();
  const links = PAGES.filter(([, , role]) => role === "viewer" || user?.role === role).map(([name, text]) =>
    el("li", {}, el("a", { href: `#/${name}`, "aria-current": name === here ? "page" : null }, text)),
  );
  replace(document.getElementById("navigation"), user && el("ul", {}, links));
}

export function showAccount() {
  const user = who();
  replace(
    document.getElementById("account"),
    user && el("p", {}, el("span", { class: "account-name" }, user.name), " ", el("span", { class: "account-role" }, user.role)),
    user && el("button", { type: "button", on: { click: () => location.assign("#/sign-in") } }, "Sign out"),
  );
}
