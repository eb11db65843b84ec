// Image stack: resizing, cropping and conversion of JPEG and PNG.

import { el } from "../dom.js";
import { checkField, radioField, textField } from "../forms/fields.js";
import { AUTO, DEFAULT_QUALITY, DEFAULT_TARGET } from "./words.js";

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
  [AUTO, "Automatic"],
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
    const stored = String(option.quality ?? DEFAULT_QUALITY);
    const chosen = QUALITIES.some(([quality]) => quality === stored) ? stored : CUSTOM;
    const preset = radioField({ id: `${id}-quality`, label: "Image quality", value: chosen, choices: QUALITIES, readOnly, onInput: changed });
    const custom = textField({
      id: `${id}-quality-number`,
      label: "Quality in percent",
      value: stored === AUTO ? String(DEFAULT_QUALITY) : stored,
      hint: "0 to 100 as of a JPEG, for every format. Never above the original's.",
      type: "number",
      min: 0,
      max: 100,
      step: 1,
      readOnly,
      onInput,
    });
    const target = textField({
      id: `${id}-quality-target`,
      label: "Target score",
      value: String(option.quality_target ?? DEFAULT_TARGET),
      hint: "30 to 95: each picture gets the lowest quality that reaches it. 90 cannot be told apart by eye, 80 hardly, 70 is good.",
      type: "number",
      min: 30,
      max: 95,
      step: 1,
      readOnly,
      onInput,
    });
    const check = (name, label, hint) =>
      checkField({ id: `${id}-${name.replaceAll("_", "-")}`, label, hint, checked: Boolean(option[name]), readOnly, onInput });
    const lossless = check("png_lossless", "Enable lossless for PNG", "PNG becomes lossless WebP only, and quality never touches it.");
    const webp = check("webp_enabled", "Enable WebP compression", "For browsers that accept it.");
    const avif = check("avif_enabled", "Enable AVIF compression", "For browsers that accept it; it goes before WebP.");
    const linear = check("linear", "Resize in linear light", "Fine bright and dark detail keeps its brightness. It takes more memory and time.");
    const palette = check(
      "png_palette",
      "Few colours for PNG",
      "What is made smaller afterwards may have 256 colours where nobody sees it, and is not lossless then. Not with lossless for PNG.",
    );
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
    const isAutomatic = () => preset.value() === AUTO;

    function showNumbers() {
      custom.node.hidden = !isCustom();
      target.node.hidden = !isAutomatic();
    }

    function changed() {
      showNumbers();
      // Whoever goes on to a value of their own begins where they were.
      if (!isCustom() && !isAutomatic()) custom.input.value = preset.value();
      onInput();
    }

    function quality() {
      if (isAutomatic()) return { quality: AUTO, quality_target: wholeNumber(target.value()) };
      // Addresses can ask for an automatic quality even so: what it aims at stays.
      const kept = typeof option.quality_target === "number" ? { quality_target: option.quality_target } : {};
      return { quality: isCustom() ? wholeNumber(custom.value()) : Number(preset.value()), ...kept };
    }

    showNumbers();
    return {
      node: [
        el("div", { class: "option-quality" }, preset.node, target.node, custom.node),
        el("div", { class: "checks" }, lossless.node, webp.node, avif.node, linear.node),
        refine.node,
        el("div", { class: "checks" }, palette.node),
      ],
      value: () => ({
        ...quality(),
        webp_enabled: webp.value(),
        avif_enabled: avif.value(),
        png_lossless: lossless.value(),
        png_palette: palette.value(),
        linear: linear.value(),
        refine: refine.value(),
      }),
      controls: {
        quality: custom,
        quality_target: target,
        webp_enabled: webp,
        avif_enabled: avif,
        png_lossless: lossless,
        png_palette: palette,
        linear,
        refine,
      },
    };
  },
};
