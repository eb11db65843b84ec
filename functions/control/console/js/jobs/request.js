// The form that starts a purge or a prefetch.

import { call } from "../api.js";
import { el } from "../dom.js";
import { notify } from "../notices.js";
import { may } from "../session.js";

/**
 * @param {object} request
 * @param {string} request.title The title of the form.
 * @param {string} request.address The address of the API.
 * @param {string} request.denied The text for roles that may only read.
 * @param {Node[]} request.parts The parts of the form above its button.
 * @param {HTMLButtonElement} request.button
 * @param {() => Promise<object | null>} request.body Gives the body; null if the form is invalid.
 * @param {(messages: string[]) => void} request.onInvalid Shows the API's messages.
 * @param {(job: object) => void} request.onBegun
 * @param {AbortSignal} request.signal The signal of the page.
 */
export function requestForm({ title, address, denied, parts, button, body, onInvalid, onBegun, signal }) {
  const allowed = may("editor");
  const fields = el("fieldset", { disabled: !allowed }, ...parts, el("div", { class: "actions" }, button));

  async function submit(event) {
    event.preventDefault();
    const asked = await body();
    if (asked === null) return;
    fields.disabled = true;
    try {
      onBegun((await call("POST", address, { body: asked, signal })).body);
    } catch (error) {
      if (signal.aborted) return;
      const messages = Object.values(error.fields ?? {}).flat();
      if (messages.length > 0) onInvalid(messages);
      else notify(error.message, "failed");
    } finally {
      fields.disabled = false;
    }
  }

  return el(
    "form",
    { class: "panel request", novalidate: true, "aria-label": title, on: { submit } },
    allowed ? null : el("p", { class: "note" }, denied),
    fields,
  );
}
