// Fields that are shown and saved together.

import { el } from "../dom.js";
import { share } from "./errors.js";

/**
 * @param {string} label The label of the group.
 * @param {Record<string, import("./fields.js").Field>} controls The fields, by the API's names.
 */
export function fieldGroup(label, controls) {
  return {
    node: el("section", { class: "panel form-part", "aria-label": label }, Object.values(controls).map(({ node }) => node)),
    value: () => Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value()])),

    /** Show messages by field. @returns {Record<string, string[]>} Messages without a field here. */
    showErrors(fields) {
      const { placed, rest } = share(fields, Object.keys(controls));
      for (const [name, control] of Object.entries(controls)) control.showError(placed[name]);
      return rest;
    },
  };
}
