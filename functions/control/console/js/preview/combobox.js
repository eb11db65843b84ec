// A text field with suggestions, as WAI-ARIA describes an editable combobox with list autocomplete.

import { el, replace } from "../dom.js";
import { count } from "../words.js";

const PAUSE = 200;

/**
 * @typedef {{value: string, text: string, detail: string}} Suggestion `value` is what the field gets.
 * @typedef {{suggestions: Suggestion[], more: boolean}} Suggested
 *
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {string} options.hint
 * @param {string} options.word what is suggested, in the singular.
 * @param {(typed: string, signal: AbortSignal) => Promise<Suggested | null>} options.suggest null: nothing fits what is typed.
 * @param {(value: string) => void} options.onChoose the value has changed, and is meant.
 * @param {AbortSignal} options.signal of the page.
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
  // Browsers take what scrolls for a stop of Tab.
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

  /** Nothing that is still being asked for is shown. */
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
      // Suggestions are help: whoever knows the path needs none.
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
      // One step beyond either end is the field itself.
      const places = shown.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter") {
      // In a form, Enter would save it.
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
      // Who has come to write into the empty field replaces it, and does not go on behind it.
      if (isBegun) input.select();
    },
    /** Whether something is written that is not chosen yet. */
    isBeingWritten: () => input.value !== meant,
    /** @param {string} text why the value cannot be; empty if it can. */
    refuse(text) {
      error.hidden = text === "";
      error.textContent = text;
      if (text === "") input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    },
  };
}
