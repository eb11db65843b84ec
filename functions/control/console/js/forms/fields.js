// Fields of forms: a control with its label, its hint and its error messages.

import { el, replace } from "../dom.js";

/**
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {HTMLInputElement} [input] The control, if it is an input.
 * @property {() => any} value
 * @property {(messages?: string[]) => void} showError Shows messages below the control; no messages remove them.
 */

/** A message with its field's name, as a sentence. @param {string} message */
export function sentence(message) {
  const text = message.trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The place for messages below a control. @param {string} id The control's id. */
function errorPlace(id) {
  return el("p", { class: "error", id: `${id}-error`, hidden: true });
}

/** @param {HTMLElement} place @param {Element[]} controls @param {string[]} messages */
function tell(place, controls, messages) {
  const isWrong = messages.length > 0;
  place.hidden = !isWrong;
  replace(place, messages.map(sentence).join(" "));
  for (const control of controls) {
    if (isWrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

/**
 * A text field of one or several lines.
 *
 * @param {{id: string, label: string, value?: string, hint?: import("../dom.js").Child, lines?: number, readOnly?: boolean,
 *   onInput: () => void, [attribute: string]: unknown}} field Other attributes go to the control.
 * @returns {Field}
 */
export function textField({ id, label, value = "", hint, lines, readOnly = false, onInput, ...attributes }) {
  const error = errorPlace(id);
  const input = el(lines ? "textarea" : "input", {
    id,
    name: id,
    ...(lines ? { rows: lines } : { type: "text" }),
    autocomplete: "off",
    readOnly,
    "aria-describedby": hint ? `${id}-hint ${id}-error` : `${id}-error`,
    on: { input: onInput },
    ...attributes,
  });
  input.value = value;
  return {
    node: el(
      "div",
      { class: "field" },
      el("label", { for: id }, label),
      hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
      input,
      error,
    ),
    input,
    value: () => input.value.trim(),
    showError: (messages = []) => tell(error, [input], messages),
  };
}

/**
 * A checkbox.
 *
 * @param {{id: string, label: string, checked: boolean, hint?: import("../dom.js").Child, readOnly?: boolean, onInput: () => void}} field
 * @returns {Field}
 */
export function checkField({ id, label, checked, hint, readOnly = false, onInput }) {
  const error = errorPlace(id);
  const about = hint ? `${id}-hint ${id}-error` : `${id}-error`;
  const input = el("input", {
    id,
    name: id,
    type: "checkbox",
    checked,
    disabled: readOnly,
    "aria-describedby": about,
    on: { change: onInput },
  });
  return {
    node: el(
      "div",
      { class: "check" },
      input,
      el("div", {}, el("label", { for: id }, label), hint && el("p", { class: "hint", id: `${id}-hint` }, hint), error),
    ),
    input,
    value: () => input.checked,
    showError: (messages = []) => tell(error, [input], messages),
  };
}

/**
 * Radio buttons, each in a line.
 *
 * @param {{id: string, label: string, value: string, choices: [string, import("../dom.js").Child][], hint?: string, readOnly?: boolean,
 *   onInput: () => void}} field `choices`: values and texts.
 * @returns {Field}
 */
export function radioField({ id, label, value, choices, hint, readOnly = false, onInput }) {
  const error = errorPlace(id);
  const inputs = choices.map(([choice]) =>
    el("input", {
      type: "radio",
      name: id,
      value: choice,
      checked: choice === value,
      disabled: readOnly,
      on: { change: onInput },
    }),
  );
  const rows = choices.map(([, text], at) => el("label", { class: "check" }, inputs[at], el("span", {}, text)));
  return {
    node: el(
      "fieldset",
      { class: "field choice", "aria-describedby": hint ? `${id}-hint ${id}-error` : `${id}-error` },
      el("legend", {}, label),
      hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
      rows,
      error,
    ),
    value: () => inputs.find((input) => input.checked)?.value ?? "",
    showError: (messages = []) => tell(error, inputs, messages),
  };
}
