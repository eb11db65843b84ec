// A list of rows that can be added and removed.

import { el, replace } from "../dom.js";
import { sentence } from "../forms/fields.js";

/**
 * @typedef {object} Column
 * @property {string} name of its value in a row.
 * @property {string} label
 * @property {"text" | "check"} type
 * @property {string} [placeholder]
 *
 * @param {object} list
 * @param {string} list.id
 * @param {string} list.label
 * @param {string} list.noun the word for a row, for its buttons.
 * @param {import("../dom.js").Child} list.hint
 * @param {Column[]} list.columns
 * @param {Record<string, any>[]} list.rows
 * @param {boolean} list.readOnly
 * @param {() => void} list.onInput
 * @returns {import("../forms/fields.js").Field}
 */
export function rowsField({ id, label, noun, hint, columns, rows, readOnly, onInput }) {
  const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
  const list = el("div", { class: "rows" });
  const add = el("button", { type: "button", class: "small", on: { click: added } }, `Add ${noun}`);
  const node = el(
    "fieldset",
    { class: "field", "aria-describedby": `${id}-hint ${id}-error` },
    el("legend", {}, label),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    list,
    error,
    !readOnly && add,
  );
  let made = 0;

  function control({ name, label: text, type, placeholder }, key, value) {
    const of = `${id}-${key}-${name}`;
    const shared = { id: of, name: of, "data-name": name, on: { input: onInput } };
    if (type === "check") {
      const input = el("input", { ...shared, type: "checkbox", checked: Boolean(value), disabled: readOnly });
      return el("label", { class: "check" }, input, el("span", {}, text));
    }
    const typed = { type: "text", value: value ?? "", readOnly, placeholder, class: "mono", autocomplete: "off", spellcheck: "false" };
    const input = el("input", { ...shared, ...typed });
    return el("div", { class: "field" }, el("label", { for: of }, text), input);
  }

  function row(values) {
    made += 1;
    const item = el("div", { class: "row", role: "group" }, columns.map((column) => control(column, made, values[column.name])));
    if (!readOnly) item.append(el("button", { type: "button", class: "small", on: { click: () => removed(item) } }, `Remove ${noun}`));
    return item;
  }

  function number() {
    for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-label", `${label}: ${noun} ${at + 1}`);
  }

  function added() {
    const item = row({});
    list.append(item);
    number();
    item.querySelector("input").focus();
    onInput();
  }

  function removed(item) {
    item.remove();
    number();
    add.focus();
    onInput();
  }

  replace(list, rows.map(row));
  number();
  return {
    node,
    value: () =>
      [...list.children].map((item) =>
        Object.fromEntries(
          [...item.querySelectorAll("input")].map((input) => [
            input.dataset.name,
            input.type === "checkbox" ? input.checked : input.value.trim(),
          ]),
        ),
      ),
    showError(messages = []) {
      error.hidden = messages.length === 0;
      replace(error, messages.map(sentence).join(" "));
      for (const input of list.querySelectorAll("input")) {
        if (messages.length > 0) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
    },
  };
}
