// A section of the options form: whether an option is inherited, on or off, and its fields.

import { el, replace } from "../dom.js";
import { same } from "../forms/changes.js";
import { share } from "../forms/errors.js";
import { segments } from "../segments.js";
import { optionInWords } from "./words.js";

/**
 * @typedef {object} Fields of an option that is on.
 * @property {import("../dom.js").Child} node
 * @property {() => Record<string, any>} value without `enabled`.
 * @property {Record<string, import("../forms/fields.js").Field>} controls by the name of what they set.
 *
 * @typedef {object} Kind of option.
 * @property {string} name as the API calls it.
 * @property {string} title
 * @property {string} about what it is for.
 * @property {Record<string, any>} off what is stored where it is switched off and nothing was stored.
 * @property {(option: Record<string, any>, form: {id: string, readOnly: boolean, onInput: () => void}) => Fields} fields
 *   for an option as it is stored, empty for none.
 */

/**
 * @param {Kind} kind
 * @param {Record<string, any> | null} option as it is stored.
 * @param {object} form
 * @param {boolean} form.readOnly
 * @param {boolean} form.own the options are a resource's, which inherit nothing.
 * @param {Record<string, any> | null} form.inherited what holds where the option is absent; null where nobody knows.
 * @param {boolean} form.open
 * @param {() => void} form.onChange
 */
export function optionSection(kind, option, { readOnly, own, inherited, open, onChange }) {
  let stored = option ?? null;
  const id = `option-${kind.name.replaceAll("_", "-")}`;
  const fields = kind.fields(stored ?? {}, { id, readOnly, onInput: changed });
  const absent = own ? [] : [["absent", "As the resource"]];
  const state = segments({
    name: `${id}-state`,
    label: kind.title,
    options: [...absent, ["on", "On"], ["off", "Off"]],
    value: stored?.enabled ? "on" : stored || own ? "off" : "absent",
    onChange: changed,
  });
  for (const input of state.node.querySelectorAll("input")) input.disabled = readOnly;
  const told = el("span", { class: "option-state" });
  const resource = el("p", { class: "hint" }, inherited && `The resource says: ${optionInWords(kind.name, inherited[kind.name]) || "not set"}.`);
  const body = el("div", { class: "option-fields" }, fields.node);
  const node = el(
    "details",
    { class: "panel option", id, open },
    el("summary", {}, el("span", { class: "option-title" }, kind.title), told),
    el("div", { class: "option-body" }, el("p", { class: "hint" }, kind.about), state.node, resource, body),
  );
  let untouched = fields.value();

  /** What the fields say; what is stored where nobody has changed them. */
  function whenOn() {
    const now = fields.value();
    const { enabled, ...rest } = stored ?? {};
    return { enabled: true, ...(enabled && same(now, untouched) ? rest : now) };
  }

  function value() {
    const chosen = state.value();
    if (chosen === "on") return whenOn();
    if (chosen === "absent" || (own && stored === null)) return null;
    return { ...(stored ?? kind.off), enabled: false };
  }

  function tell() {
    const chosen = state.value();
    body.hidden = chosen !== "on";
    resource.hidden = chosen !== "absent" || resource.childNodes.length === 0;
    const isAbsent = value() === null;
    replace(told, isAbsent ? (own ? "Off" : "As the resource") : optionInWords(kind.name, value()));
    told.classList.toggle("is-set", !isAbsent);
  }

  function changed() {
    tell();
    onChange();
  }

  tell();
  return {
    node,
    value,

    /** This is stored now, as `value` said it. @param {Record<string, any> | null} now */
    settle(now) {
      if (same(stored, now)) return;
      const { enabled, ...rest } = now ?? {};
      stored = now;
      untouched = rest;
      tell();
    },

    /** Show messages by path within the option. @returns {Record<string, string[]>} those that have no place here. */
    showErrors(messages) {
      const { placed, rest } = share(messages, Object.keys(fields.controls));
      for (const [name, control] of Object.entries(fields.controls)) control.showError(placed[name]);
      if (Object.keys(placed).length > 0 && !body.hidden) node.open = true;
      return body.hidden ? { ...rest, ...placed } : rest;
    },
  };
}
