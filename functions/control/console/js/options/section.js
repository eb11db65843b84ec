// A section of the options form: one option, with its state (inherited, on or off) and its fields.

import { el, replace } from "../dom.js";
import { same } from "../forms/changes.js";
import { share } from "../forms/errors.js";
import { segments } from "../segments.js";
import { optionInWords } from "./words.js";

/**
 * @typedef {object} Fields The fields of an option that is on.
 * @property {import("../dom.js").Child} node
 * @property {() => Record<string, any>} value Gives the option without `enabled`.
 * @property {Record<string, import("../forms/fields.js").Field>} controls The fields, by the API's names.
 *
 * @typedef {object} Kind The kind of an option.
 * @property {string} name The API's name.
 * @property {string} title
 * @property {string} about Its purpose.
 * @property {Record<string, any>} off The stored value of an option that is switched off and was absent before.
 * @property {(option: Record<string, any>, form: {id: string, readOnly: boolean, onInput: () => void}) => Fields} fields
 *   Makes the fields of a stored option; of an empty one if there is none.
 */

/**
 * @param {Kind} kind
 * @param {Record<string, any> | null} option The stored option.
 * @param {object} form
 * @param {boolean} form.readOnly
 * @param {boolean} form.own Whether the option is a resource's, which inherits nothing.
 * @param {Record<string, any> | null} form.inherited The option that applies if this one is absent; null if unknown.
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

  /** The option in the fields; the stored one if the fields are unchanged. */
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

    /** Record that this option is stored now. @param {Record<string, any> | null} now */
    settle(now) {
      if (same(stored, now)) return;
      const { enabled, ...rest } = now ?? {};
      stored = now;
      untouched = rest;
      tell();
    },

    /** Show messages by path within the option. @returns {Record<string, string[]>} Messages without a field here. */
    showErrors(messages) {
      const { placed, rest } = share(messages, Object.keys(fields.controls));
      for (const [name, control] of Object.entries(fields.controls)) control.showError(placed[name]);
      if (Object.keys(placed).length > 0 && !body.hidden) node.open = true;
      return body.hidden ? { ...rest, ...placed } : rest;
    },
  };
}
