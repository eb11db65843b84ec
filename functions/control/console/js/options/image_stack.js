// Image stack: resizing, cropping and conversion of JPEG and PNG.

import { el } from "../dom.js";
import { checkField, radioField, textField } from "../forms/fields.js";
import { DEFAULT_QUALITY } from "./words.js";

const CUSTOM = "custom";
const NEVER = "off";
const REFINED = [
  [NEVER, "Nothing"],
  ["popular", "Images that are asked for again"],
  ["all", "All images"],
];
const QUALITIES = [
  ["95", "High (95 %)"],
  ["80", "Medium (80 %)"],
  ["65", "Low (65 %)"],
  [CUSTOM, "Custom value"],
];

/** The number that was typed; the text where it is none, which the API refuses. @param {string} text */
export function wholeNumber(text) {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** @type {import("./section.js").Kind} */
export const imageStack = {
  name: "image_stack",
  title: "Image stack",
  about: "Makes images smaller: quality, formats, and the query parameters below. Where it is off, originals pass as they are.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const number = String(option.quality ?? DEFAULT_QUALITY);
    const chosen = QUALITIES.some(([quality]) => quality === number) ? number : CUSTOM;
    const preset = radioField({ id: `${id}-quality`, label: "Image quality", value: chosen, choices: QUALITIES, readOnly, onInput: changed });
    const custom = textField({
      id: `${id}-quality-number`,
      label: "Quality in percent",
      value: number,
      hint: "0 to 100 as of a JPEG, for every format. Never above the original's.",
      type: "number",
      min: 0,
      max: 100,
      step: 1,
      readOnly,
      onInput,
    });
    const check = (name, label, hint) =>
      checkField({ id: `${id}-${name.replaceAll("_", "-")}`, label, hint, checked: Boolean(option[name]), readOnly, onInput });
    const lossless = check("png_lossless", "Enable lossless for PNG", "PNG becomes lossless WebP only, and quality never touches it.");
    const webp = check("webp_enabled", "Enable WebP compression", "For browsers that accept it.");
    const avif = check("avif_enabled", "Enable AVIF compression", "For browsers that accept it; it goes before WebP.");
    const refine = radioField({
      id: `${id}-refine`,
      label: "Make smaller afterwards",
      value: option.refine ?? NEVER,
      choices: REFINED,
      hint: "Encoded once more when nobody waits: fewer bytes, the same quality. Until then the edge keeps an image for a minute.",
      readOnly,
      onInput,
    });

    const isCustom = () => preset.value() === CUSTOM;

    function showCustom() {
      custom.node.hidden = !isCustom();
    }

    function changed() {
      showCustom();
      // Whoever goes on to a value of their own begins where they were.
      if (!isCustom()) custom.input.value = preset.value();
      onInput();
    }

    showCustom();
    return {
      node: [
        el("div", { class: "option-quality" }, preset.node, custom.node),
        el("div", { class: "checks" }, lossless.node, webp.node, avif.node),
        refine.node,
      ],
      value: () => ({
        quality: isCustom() ? wholeNumber(custom.value()) : Number(preset.value()),
        webp_enabled: webp.value(),
        avif_enabled: avif.value(),
        png_lossless: lossless.value(),
        refine: refine.value(),
      }),
      controls: { quality: custom, webp_enabled: webp, avif_enabled: avif, png_lossless: lossless, refine },
    };
  },
};
