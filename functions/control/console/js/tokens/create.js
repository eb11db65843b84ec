// The form for a new token, and the only place that shows its text.

import { call } from "../api.js";
import { copyField } from "../copying.js";
import { el, replace } from "../dom.js";
import { notify } from "../notices.js";
import { LIVES, inDays } from "./times.js";

const ROLES = [
  ["viewer", "Viewer", "sees everything but keys and tokens"],
  ["editor", "Editor", "also changes rules, purges and prefetches"],
  ["admin", "Admin", "also changes resources, templates and tokens"],
];

/**
 * @param {{onCreated: () => void, signal: AbortSignal}} options
 * @returns {{node: HTMLElement, isOpen: () => boolean, focus: () => void}} `isOpen`: a text is shown and not yet copied.
 */
export function tokenForm({ onCreated, signal }) {
  const name = el("input", {
    id: "field-name",
    name: "name",
    type: "text",
    maxlength: 255,
    autocomplete: "off",
    placeholder: "Deployment of the shop",
    "aria-describedby": "field-name-error",
  });
  const error = el("p", { class: "error", id: "field-name-error", hidden: true });
  const life = el("select", { id: "field-life", name: "life" }, ...LIVES.map(([days, text]) => el("option", { value: days }, text)));
  const roles = ROLES.map(([role]) => el("input", { type: "radio", name: "role", value: role, checked: role === "viewer" }));
  const button = el("button", { type: "submit", class: "primary" }, "Create token");
  const made = el("div", { class: "token-made", "aria-live": "polite" });
  let uncopied = false;

  function refuse(text) {
    error.textContent = text;
    error.hidden = text === "";
    if (text === "") return name.removeAttribute("aria-invalid");
    name.setAttribute("aria-invalid", "true");
    name.focus();
  }

  async function submit(event) {
    event.preventDefault();
    if (name.value.trim() === "") return refuse("Say whose token it is, or what it is for.");
    refuse("");
    button.disabled = true;
    const role = roles.find((input) => input.checked).value;
    const asked = { name: name.value.trim(), role, expires: inDays(life.value) };
    try {
      show((await call("POST", "/cdn/tokens", { body: asked, signal })).body);
      name.value = "";
      onCreated();
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.fields?.name) refuse(failure.fields.name.join(" "));
      else notify(failure.message, "failed");
    } finally {
      button.disabled = false;
    }
  }

  function show(token) {
    uncopied = true;
    const close = el("button", { type: "button", on: { click: hide } }, "I have kept it");
    const title = el("h3", { tabindex: -1 }, `The token of “${token.name}”`);
    replace(
      made,
      el(
        "section",
        { class: "panel token-text", "aria-label": "New token" },
        title,
        el("p", {}, "It is shown this once: nobody can read it later, here or in the tables."),
        copyField({ label: "Token", text: token.token, onCopied: () => (uncopied = false) }),
        el("div", { class: "actions" }, close),
      ),
    );
    title.focus();
  }

  function hide() {
    uncopied = false;
    replace(made);
    name.focus();
  }

  const form = el(
    "form",
    { class: "panel token-form", novalidate: true, "aria-label": "New token", on: { submit } },
    el("h2", {}, "New token"),
    el("div", { class: "field" }, el("label", { for: "field-name" }, "Name"), name, error),
    el(
      "fieldset",
      { class: "field choices" },
      el("legend", {}, "Role"),
      ...ROLES.map(([, title, may], at) =>
        el("label", { class: "check" }, roles[at], el("span", {}, el("strong", {}, title), ` ${may}`)),
      ),
    ),
    el("div", { class: "field" }, el("label", { for: "field-life" }, "Holds for"), life),
    el("div", { class: "actions" }, button),
  );
  return { node: el("div", {}, made, form), isOpen: () => uncopied, focus: () => name.focus() };
}
