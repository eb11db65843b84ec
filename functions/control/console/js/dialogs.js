// Dialogs that ask for confirmation.

import { el } from "./dom.js";

/**
 * Ask for a confirmation.
 *
 * @param {{title: string, text: string, action: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, text, action, danger = true }) {
  return (await chosen({ title, text, actions: [[action, "yes", danger ? "danger" : "primary"]] })) === "yes";
}

/**
 * Ask to choose one of several actions.
 *
 * @param {{title: string, text: string, actions: [string, string, string][]}} question `actions`: texts, values and looks of buttons.
 * @returns {Promise<string>} The chosen value; empty if the dialog was cancelled.
 */
export function chosen({ title, text, actions }) {
  return new Promise((resolve) => {
    const close = (value) => () => dialog.close(value);
    const dialog = el(
      "dialog",
      { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" },
      el("h2", { id: "dialog-title" }, title),
      el("p", { id: "dialog-text" }, text),
      el(
        "div",
        { class: "actions" },
        actions.map(([name, value, look]) => el("button", { type: "button", class: look, on: { click: close(value) } }, name)),
        el("button", { type: "button", autofocus: true, on: { click: close("") } }, "Cancel"),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
