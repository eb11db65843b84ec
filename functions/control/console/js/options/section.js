// A section of the options form: one option, with its state (inherited, on or off) and its fields.

import { el, replace } from "../dom.js";
import { same } from "../forms/changes.js";
import { share } from "../forms/errors.js";
import { segments } from "../segments.js";
import { optionInWords } from "./words.js";

/**
 * @typedef {object} Fields The fields of an option that is on.
 * @property {import("../dom.js").Child} node
 * @property {() => Record<string, any>} value without `enabled`.
 * @property {Record<string, import("../forms/fields.js").Field>} controls by the name of their field in the API.
 *
 * @typedef {object} Kind of option.
 * @property {string} name in the API.
 * @property {string} title
 * @property {string} about its purpose.
 * @property {Record<string, any>} off the fields to store if it is switched off and nothing is stored yet.
 * @property {(option: Record<string, any>, form: {id: string, readOnly: boolean, onInput: () => void}) => Fields} fields
 *   the fields for an option as it is stored, or for an empty one.
 */

/**
 * @param {Kind} kind
 * @param {Record<string, any> | null} option The stored option.
 * @param {object} form
 * @param {boolean} form.readOnly
 * @param {boolean} form.own the options belong to a resource and inherit nothing.
 * @param {Record<string, any> | null} form.inherited the options in effect where this one is absent; null if unknown.
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
  const summary = el("span", { class: "option-state" });
  const resource = el("p", { class: "hint" }, inherited && `The resource says: ${optionInWords(kind.name, inherited[kind.name]) || "not set"}.`);
  const body = el("div", { class: "option-fields" }, fields.node);
  const node = el(
    "details",
    { class: "panel option", id, open },
    el("summary", {}, el("span", { class: "option-title" }, kind.title), summary),
    el("div", { class: "option-body" }, el("p", { class: "hint" }, kind.about), state.node, resource, body),
  );
  let untouched = fields.value();

  /** The values of the fields; the stored values if nobody has changed the fields. */
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

  function update() {
    const chosen = state.value();
    body.hidden = chosen !== "on";
    resource.hidden = chosen !== "absent" || resource.childNodes.length === 0;
    const isAbsent = value() === null;
    replace(summary, isAbsent ? (own ? "Off" : "As the resource") : optionInWords(kind.name, value()));
    summary.classList.toggle("is-set", !isAbsent);
  }

  function changed() {
    update();
    onChange();
  }

  update();
  return {
    node,
    value,

    /** Take over what is stored now, which `value` returned. @param {Record<string, any> | null} now */
    settle(now) {
      if (same(stored, now)) return;
      const { enabled, ...rest } = now ?? {};
      stored = now;
      untouched = rest;
      update();
    },

    /** Show messages by path within the option. @returns {Record<string, string[]>} those that belong to no field here. */
    showErrors(messages) {
      const { placed, rest } = share(messages, Object.keys(fields.controls));
      for (const [name, control] of Object.entries(fields.controls)) control.showError(placed[name]);
      if (Object.keys(placed).length > 0 && !body.hidden) node.open = true;
      return body.hidden ? { ...rest, ...placed } : rest;
    },
  };
}
