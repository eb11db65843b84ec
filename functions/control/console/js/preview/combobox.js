// A text field with suggestions: WAI-ARIA's editable combobox with list autocomplete.

import { el, replace } from "../dom.js";
import { count } from "../words.js";

const PAUSE = 200;

/**
 * @typedef {{value: string, text: string, detail: string}} Suggestion `value` is the text for the field.
 * @typedef {{suggestions: Suggestion[], more: boolean}} Suggested
 *
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {string} options.hint
 * @param {string} options.word The noun of a suggestion, in the singular.
 * @param {(typed: string, signal: AbortSignal) => Promise<Suggested | null>} options.suggest Gives suggestions; null if none fit.
 * @param {(value: string) => void} options.onChoose Called when the operator has settled on a new value.
 * @param {AbortSignal} options.signal The signal of the page.
 */
export function combobox({ id, label, hint, word, suggest, onChoose, signal }) {
  let shown = [];
  let active = -1;
  let meant = "";
  let timer = 0;
  let turn = new AbortController();

  const input = el("input", {
    id,
    class: "mono",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: false,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-describedby": `${id}-hint ${id}-error`,
    on: { input: typed, keydown: pressed, blur: left, click: () => shown.length === 0 && look(0) },
  });
  // Browsers make scrollable elements focusable by Tab.
  const list = el("ul", { id: `${id}-list`, role: "listbox", tabindex: "-1", "aria-label": `${label}: suggestions` });
  const more = el("p", { class: "hint", hidden: true }, "There are more: go on typing.");
  // A press on the list must not take the focus from the field.
  const popup = el("div", { class: "suggestions", hidden: true, on: { mousedown: (event) => event.preventDefault() } }, list, more);
  const told = el("p", { class: "visually-hidden", role: "status" });
  const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
  const node = el(
    "div",
    { class: "field combobox" },
    el("label", { for: id }, label),
    el("div", { class: "combobox-field" }, input, popup),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    error,
    told,
  );

  function typed() {
    look(PAUSE);
  }

  function look(pause) {
    forget();
    timer = setTimeout(fill, pause);
  }

  /** Cancel the pending suggestions. */
  function forget() {
    clearTimeout(timer);
    turn.abort();
    turn = new AbortController();
  }

  async function fill() {
    const { signal: mine } = turn;
    let found = null;
    try {
      found = await suggest(input.value, mine);
    } catch {
      // Suggestions are optional: the path can be typed without them.
    }
    if (!mine.aborted && !signal.aborted) show(found);
  }

  function show(found) {
    shown = found?.suggestions ?? [];
    replace(list, ...shown.map(option));
    more.hidden = !found?.more;
    told.textContent = found === null ? "" : shown.length === 0 ? `No ${word} begins with this.` : count(shown.length, word);
    expand(shown.length > 0);
    point(-1);
  }

  function option({ value, text, detail }, at) {
    return el(
      "li",
      { id: `${id}-option-${at}`, role: "option", "aria-selected": "false", on: { click: () => choose(value) } },
      el("span", { class: "suggestion-text" }, text),
      el("span", { class: "suggestion-detail" }, detail),
    );
  }

  function expand(isOpen) {
    popup.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  }

  function close() {
    forget();
    expand(false);
    point(-1);
    shown = [];
  }

  function point(at) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const pointed = list.children[at];
    if (!pointed) return input.removeAttribute("aria-activedescendant");
    pointed.setAttribute("aria-selected", "true");
    pointed.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", pointed.id);
  }

  function pressed(event) {
    const isOpen = !popup.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return look(0);
      // One step beyond either end selects the field itself.
      const places = shown.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter") {
      // Enter would submit the form.
      event.preventDefault();
      choose(shown[active]?.value ?? input.value);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    }
  }

  function choose(value) {
    input.value = value;
    left();
  }

  function left() {
    close();
    if (input.value.trim() === "") input.value = meant;
    if (input.value === meant) return;
    meant = input.value;
    onChoose(meant);
  }

  return {
    node,
    /** @param {string} value */
    set(value) {
      const isBegun = input.value === "" && document.activeElement === input;
      input.value = value;
      meant = value;
      // If the operator has already focused the empty field, typing replaces the new value.
      if (isBegun) input.select();
    },
    /** Whether the typed text is not chosen yet. */
    isBeingWritten: () => input.value !== meant,
    /** @param {string} text Why the value is invalid; empty if it is valid. */
    refuse(text) {
      error.hidden = text === "";
      error.textContent = text;
      if (text === "") input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    },
  };
}
