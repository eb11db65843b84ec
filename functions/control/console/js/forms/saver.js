// Saves a form: its button, its protection of unsaved changes, and its errors.

import { chosen, confirmed } from "../dialogs.js";
import { el, replace } from "../dom.js";
import { notify } from "../notices.js";
import { again } from "../router.js";
import { changes, same } from "./changes.js";
import { unplaced } from "./errors.js";

const CONFLICT = 409;
const SAVED = "Saved. Viewers get it within seconds.";

/**
 * @param {object} form
 * @param {string} form.thing The saved thing, in a sentence: "rule".
 * @param {boolean} form.isNew Whether it is created.
 * @param {string | null} form.version The version of the stored thing.
 * @param {() => Record<string, any>} form.value Gives all fields of the form.
 * @param {(body: Record<string, any>, ifMatch: string | null) => Promise<{body: any, version: string | null}>} form.send
 * @param {(fields: Record<string, string[]>) => Record<string, string[]>} form.showErrors Returns messages without a field.
 * @param {(answer: any, sent: Record<string, any>) => Record<string, any>} form.onSaved Gets all sent fields;
 *   returns all fields as they are stored then.
 * @param {string} [form.saved] The notice after a change.
 * @param {string} form.back The address of the page to return to.
 * @param {AbortSignal} form.signal The signal of the page.
 */
export function saver({ thing, isNew, version, value, send, showErrors, onSaved, saved = SAVED, back, signal }) {
  let was = value();
  let isBusy = false;
  let isOver = false;
  const button = el("button", { type: "submit", class: "primary" }, isNew ? `Create ${thing}` : "Save changes");
  const state = el("p", { class: "hint save-state" });
  const problems = el("p", { class: "error", role: "alert", hidden: true });
  const cancel = el("a", { class: "button", href: back }, "Cancel");
  const node = el("div", { class: "save-bar" }, problems, el("div", { class: "actions" }, button, cancel, state));

  const isChanged = () => !isOver && !same(was, value());

  /** Handle an input. */
  function changed() {
    button.disabled = isBusy || !(isNew || isChanged());
    state.textContent = isChanged() ? "There are unsaved changes." : "";
  }

  /** Show the messages without a field. @param {Record<string, string[]>} rest */
  function complain(rest) {
    const lines = unplaced(rest);
    problems.hidden = lines.length === 0;
    replace(problems, lines.join(" "));
  }

  function refused(error) {
    const rest = showErrors(error.fields ?? {});
    if (Object.keys(error.fields ?? {}).length === 0) notify(error.message, "failed");
    complain(rest);
    const first = node.closest("form").querySelector("[aria-invalid='true']:not(:disabled)");
    if (first) first.focus();
    else if (!problems.hidden) button.focus();
  }

  /** Resolve a conflict: the stored version is not the one that was changed. */
  async function settleConflict(asked) {
    const title = `Somebody else has changed this ${thing}`;
    const text =
      "You can load it as it is now, which drops your changes, or save yours: what you have changed is written over theirs, " +
      "all else stays as they have it.";
    const actions = [
      ["Load theirs", "theirs", "primary"],
      ["Save mine anyway", "mine", "danger"],
    ];
    const choice = await chosen({ title, text, actions });
    if (choice === "") return;
    if (choice === "mine") await send(asked, null);
    isOver = true;
    notify(choice === "mine" ? saved : `This is the ${thing} as it is now.`, "done");
    // The page must show the changes of others, too.
    again();
  }

  async function write(now, asked) {
    try {
      const answer = await send(asked, version);
      version = answer.version;
      isOver = isNew;
      if (!isNew) notify(saved, "done");
      was = onSaved(answer.body, now);
    } catch (error) {
      if (error.status !== CONFLICT || isNew) throw error;
      await settleConflict(asked);
    }
  }

  async function submit(event) {
    event.preventDefault();
    const now = value();
    const asked = isNew ? now : changes(was, now);
    if (isBusy || asked === null) return;
    const held = document.activeElement;
    isBusy = true;
    changed();
    showErrors({});
    complain({});
    try {
      await write(now, asked);
    } catch (error) {
      if (!signal.aborted) refused(error);
    } finally {
      isBusy = false;
      changed();
      keepFocus(held);
    }
  }

  /** A disabled button loses the focus; the message that follows is above it. */
  function keepFocus(held) {
    if (signal.aborted || document.activeElement !== document.body) return;
    held.focus();
    if (document.activeElement !== document.body) return;
    const title = document.querySelector("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  addEventListener(
    "beforeunload",
    (event) => {
      if (isChanged()) event.preventDefault();
    },
    { signal },
  );
  changed();
  return {
    node,
    changed,
    submit,
    complain,

    /** The latest known stored version. */
    version: () => version,

    /** Discard unsaved changes. */
    drop() {
      isOver = true;
    },

    /** Whether the page may be left; asks if changes would be lost. */
    mayLeave() {
      if (!isChanged()) return true;
      return confirmed({
        title: "Leave without saving?",
        text: `What you have changed of this ${thing} would be lost.`,
        action: "Leave without saving",
      });
    },
  };
}
