// A text with a button that copies it.

import { el } from "./dom.js";

/**
 * @param {{label: string, text: string, lines?: number, onCopied?: () => void}} copied The label of the text, the text, and
 *   how many lines of it show; by default it is one line.
 * @returns {HTMLElement}
 */
export function copyField({ label, text, lines, onCopied = () => {} }) {
  const id = `copy-${label.toLowerCase().replaceAll(" ", "-")}`;
  const field = el(lines ? "textarea" : "input", {
    id,
    class: "mono",
    ...(lines ? { rows: lines, wrap: "off" } : { type: "text" }),
    readonly: true,
    value: text,
    autocomplete: "off",
    spellcheck: "false",
    on: { focus: () => field.select(), copy: () => onCopied() },
  });
  const said = el("p", { class: "hint", role: "status" });

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
      onCopied();
    } catch {
      // Permission is missing, or the page is not served over HTTPS.
      field.focus();
      said.textContent = "Your browser does not let us copy: the text is selected, copy it by keyboard.";
    }
  }

  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    el("div", { class: "with-button" }, field, el("button", { type: "button", on: { click: copy } }, `Copy ${label.toLowerCase()}`)),
    said,
  );
}
