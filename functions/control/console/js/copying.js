// Text that is to be copied: shown as it is, with a button.

import { el } from "./dom.js";

/**
 * @param {{label: string, text: string, onCopied?: () => void}} copied what the text is called, and what it is.
 * @returns {HTMLElement}
 */
export function copyField({ label, text, onCopied = () => {} }) {
  const id = `copy-${label.toLowerCase().replaceAll(" ", "-")}`;
  const field = el("input", {
    id,
    class: "mono",
    type: "text",
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
      // Without permission, or from a page that is not secure.
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
