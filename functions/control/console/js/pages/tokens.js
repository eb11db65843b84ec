// Tokens: who may use the API and this console.

import { call } from "../api.js";
import { confirmed } from "../dialogs.js";
import { el, replace } from "../dom.js";
import { notify } from "../notices.js";
import { may } from "../session.js";
import { tokenForm } from "../tokens/create.js";
import { expiry } from "../tokens/times.js";
import { time } from "../words.js";

const TITLES = ["Name", "Role", "Created", "Last used", "Holds", "Actions"];

/** @param {HTMLElement} main */
export async function show(main, { signal }) {
  const isAdmin = may("admin");
  const create = el("button", { type: "button", class: "primary", on: { click: () => form.focus() } }, "New token");
  replace(
    main,
    el("div", { class: "page-head" }, el("h1", {}, "Tokens"), isAdmin && create),
    el("p", { class: "page-lead" }, "Whoever has a token may do what its role allows, here, through the API and by the command line."),
  );
  if (!isAdmin) {
    main.append(el("p", { class: "empty" }, "Tokens are seen and made by admins only. Ask one of them if you need another role."));
    return {};
  }
  const body = el("tbody", {});
  const box = el("div", { class: "panel table-wrap", "aria-busy": "true" }, tableOf(body));
  const form = tokenForm({ onCreated: load, signal });
  main.append(box, form.node);
  await load();
  return { mayLeave };

  async function load() {
    const [{ body: all }, { body: own }] = await Promise.all([
      call("GET", "/cdn/tokens", { signal }),
      call("GET", "/cdn/tokens/current", { signal }),
    ]);
    replace(body, ...all.map((token) => row(token, token.id === own.id, revoke)));
    box.removeAttribute("aria-busy");
  }

  async function revoke(token) {
    const sure = await confirmed({
      title: `Revoke “${token.name}”?`,
      text: "Whoever uses it is locked out at once. This cannot be undone.",
      action: "Revoke token",
    });
    if (!sure) return;
    try {
      await call("DELETE", `/cdn/tokens/${token.id}`, { signal });
      notify(`The token “${token.name}” is revoked.`, "done");
      await load();
      create.focus();
    } catch (error) {
      if (!signal.aborted) notify(error.message, "failed");
    }
  }

  async function mayLeave() {
    if (!form.isOpen()) return true;
    return confirmed({
      title: "Leave without the token?",
      text: "Its text was not copied, and cannot be shown again.",
      action: "Leave",
    });
  }
}

function tableOf(body) {
  const titles = TITLES.map((title) =>
    el("th", { scope: "col" }, title === "Actions" ? el("span", { class: "visually-hidden" }, title) : title),
  );
  return el("table", { class: "cards-when-narrow tokens" }, el("thead", {}, el("tr", {}, ...titles)), body);
}

function row(token, isOwn, revoke) {
  const { text, look } = expiry(token.expires);
  const button = el(
    "button",
    {
      type: "button",
      class: "danger small",
      disabled: isOwn,
      "aria-label": `Revoke ${token.name}`,
      "aria-describedby": isOwn ? "own-token" : null,
      on: { click: () => revoke(token) },
    },
    "Revoke",
  );
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row", "data-title": "Name" },
      el("span", {}, token.name, el("span", { class: "hint" }, ` ${token.id}`)),
      isOwn ? el("span", { class: "badge good" }, "This session") : null,
    ),
    el("td", { "data-title": "Role" }, token.role),
    el("td", { "data-title": "Created" }, moment(token.created)),
    el("td", { "data-title": "Last used" }, token.last_used ? moment(token.last_used) : "Never"),
    el("td", { "data-title": "Holds", title: token.expires ?? "" }, look ? el("span", { class: `badge ${look}` }, text) : text),
    el("td", { class: "row-actions" }, button, isOwn && el("span", { class: "hint", id: "own-token" }, "Cannot revoke itself")),
  );
}

function moment(iso) {
  return el("time", { datetime: iso, title: iso }, time(iso));
}
