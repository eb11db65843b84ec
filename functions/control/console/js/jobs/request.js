// The form that asks for a purge or a prefetch.

import { call } from "../api.js";
import { el } from "../dom.js";
import { notify } from "../notices.js";
import { may } from "../session.js";

/**
 * @param {object} request
 * @param {string} request.title of the form.
 * @param {string} request.address that is asked.
 * @param {string} request.denied what somebody is told who may only look.
 * @param {Node[]} request.parts of the form, above its button.
 * @param {HTMLButtonElement} request.button
 * @param {() => Promise<object | null>} request.body what is asked for; null where there is nothing to ask.
 * @param {(messages: string[]) => void} request.onInvalid shows what the API refuses.
 * @param {(job: object) => void} request.onBegun
 * @param {AbortSignal} request.signal of the page.
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
