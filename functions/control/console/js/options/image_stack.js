// Image stack: resizing, cropping and conversion of JPEG and PNG.

import { el } from "../dom.js";
import { checkField, radioField, textField } from "../forms/fields.js";
import { AUTO, FIELDS } from "../generated/image_stack_fields.js";

const CUSTOM = "custom";
const QUALITIES = [
  ["95", "High (95 %)"],
  ["80", "Medium (80 %)"],
  ["65", "Low (65 %)"],
  [AUTO, "Automatic"],
  [CUSTOM, "Custom value"],
];
const { quality: QUALITY, quality_target: TARGET, ...OTHERS } = FIELDS;

/** The number that was typed; the text where it is not a number, which the API refuses. @param {string} text */
export function wholeNumber(text) {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The control of a field with bounds. */
function numberField({ label, hint, low, high }, { id, value, readOnly, onInput }) {
  return textField({ id, label, value: String(value), hint, type: "number", min: low, max: high, step: 1, readOnly, onInput });
}

/** The controls of kinds that need nothing of their own. */
const CONTROLS = {
  switch: ({ label, hint }, { value, ...form }) => checkField({ ...form, label, hint, checked: Boolean(value) }),
  choice: ({ label, hint, choices, default: otherwise }, { value, ...form }) =>
    radioField({ ...form, label, hint, value: value ?? otherwise, choices: Object.entries(choices) }),
};

/** The nodes of controls; switches that follow each other are in one box. @param {[string, import("../forms/fields.js").Field][]} controls */
function inBoxes(controls) {
  const nodes = [];
  let box = null;
  for (const [name, { node }] of controls) {
    const isSwitch = OTHERS[name].kind === "switch";
    if (isSwitch && box === null) nodes.push((box = el("div", { class: "checks" })));
    if (isSwitch) {
      box.append(node);
    } else {
      nodes.push(node);
      box = null;
    }
  }
  return nodes;
}

/** @type {import("./section.js").Kind} */
export const imageStack = {
  name: "image_stack",
  title: "Image stack",
  about: "Makes images smaller: quality, formats, and the query parameters below. Where it is off, originals pass as they are.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const stored = String(option.quality ?? QUALITY.default);
    const chosen = QUALITIES.some(([quality]) => quality === stored) ? stored : CUSTOM;
    const preset = radioField({ id: `${id}-quality`, label: "Image quality", value: chosen, choices: QUALITIES, readOnly, onInput: changed });
    const number = stored === AUTO ? QUALITY.default : stored;
    const custom = numberField(QUALITY, { id: `${id}-quality-number`, value: number, readOnly, onInput });
    const score = option.quality_target ?? TARGET.default;
    const target = numberField(TARGET, { id: `${id}-quality-target`, value: score, readOnly, onInput });
    const others = Object.entries(OTHERS).map(([name, field]) => [
      name,
      CONTROLS[field.kind](field, { id: `${id}-${name.replaceAll("_", "-")}`, value: option[name], readOnly, onInput }),
    ]);

    const isCustom = () => preset.value() === CUSTOM;
    const isAutomatic = () => preset.value() === AUTO;

    function showNumbers() {
      custom.node.hidden = !isCustom();
      target.node.hidden = !isAutomatic();
    }

    function changed() {
      showNumbers();
      // A custom value starts with the level that was chosen before.
      if (!isCustom() && !isAutomatic()) custom.input.value = preset.value();
      onInput();
    }

    function quality() {
      if (isAutomatic()) return { quality: AUTO, quality_target: wholeNumber(target.value()) };
      // Addresses can have an automatic quality all the same, so its target stays.
      const kept = typeof option.quality_target === "number" ? { quality_target: option.quality_target } : {};
      return { quality: isCustom() ? wholeNumber(custom.value()) : Number(preset.value()), ...kept };
    }

    showNumbers();
    return {
      node: [el("div", { class: "option-quality" }, preset.node, target.node, custom.node), ...inBoxes(others)],
      value: () => ({ ...quality(), ...Object.fromEntries(others.map(([name, control]) => [name, control.value()])) }),
      controls: { quality: custom, quality_target: target, ...Object.fromEntries(others) },
    };
  },
};
