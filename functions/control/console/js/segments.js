// Radio buttons in the look of one control.

import { el } from "./dom.js";

/**
 * @param {object} choice
 * @param {string} choice.name The control's name.
 * @param {string} choice.label The label of the choice.
 * @param {[string, string][]} choice.options Values and texts; the first is the default of `value`.
 * @param {string} [choice.value]
 * @param {(value: string) => void} [choice.onChange]
 */
export function segments({ name, label, options, value = options[0][0], onChange = () => {} }) {
  const inputs = options.map(([option]) =>
    el("input", { type: "radio", name, value: option, checked: option === value, on: { change: () => onChange(option) } }),
  );
  const node = el(
    "fieldset",
    { class: "field segments-field" },
    el("legend", {}, label),
    el("div", { class: "segments" }, ...inputs.map((input, at) => el("label", {}, input, el("span", {}, options[at][1])))),
  );
  return {
    node,
    value: () => inputs.find((input) => input.checked).value,
    choose(option) {
      for (const input of inputs) input.checked = input.value === option;
    },
  };
}
