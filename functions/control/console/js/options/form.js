// The options of a resource, a rule or a rule template.

import { el } from "../dom.js";
import { browserCache } from "./browser_cache.js";
import { cors } from "./cors.js";
import { edgeCache } from "./edge_cache.js";
import { imageStack } from "./image_stack.js";
import { parametersTable } from "./parameters.js";
import { referrers } from "./referrers.js";
import { optionSection } from "./section.js";
import { secureKey } from "./secure_key.js";
import { staticHeaders } from "./static_headers.js";

const FURTHER = [edgeCache, browserCache, cors, staticHeaders, referrers, secureKey];

/**
 * @param {Record<string, any>} options The options as the API shows them; null if absent.
 * @param {object} form
 * @param {boolean} [form.readOnly]
 * @param {boolean} [form.own] they belong to a resource, which inherits nothing.
 * @param {Record<string, any> | null} [form.inherited] the resource's options, if these belong to a rule.
 * @param {() => void} form.onChange
 */
export function optionsForm(options, { readOnly = false, own = false, inherited = null, onChange }) {
  const section = (kind, open) => optionSection(kind, options?.[kind.name], { readOnly, own, inherited, open, onChange });
  const sections = { image_stack: section(imageStack, true) };
  for (const kind of FURTHER) sections[kind.name] = section(kind, false);
  const [first, ...others] = Object.values(sections).map(({ node }) => node);
  return {
    node: el("div", { class: "options" }, el("h2", {}, "Options"), first, parametersTable(), others),

    /** The options as PATCH and PUT take them; null for absent ones. */
    value: () => Object.fromEntries(Object.entries(sections).map(([name, { value }]) => [name, value()])),

    /** Take over what is stored now, which `value` returned. @param {Record<string, any>} stored */
    settle(stored) {
      for (const [name, { settle }] of Object.entries(sections)) settle(stored[name]);
    },

    /**
     * Show error messages beside their fields, and clear those of fields without one.
     *
     * @param {Record<string, string[]>} fields messages by path, like "options.image_stack.quality".
     * @returns {Record<string, string[]>} the messages that belong to no field of the form.
     */
    showErrors(fields) {
      const rest = { ...fields };
      for (const [name, { showErrors }] of Object.entries(sections)) {
        const prefix = `options.${name}.`;
        const own = Object.entries(fields).filter(([path]) => path.startsWith(prefix));
        for (const [path] of own) delete rest[path];
        const left = showErrors(Object.fromEntries(own.map(([path, messages]) => [path.slice(prefix.length), messages])));
        for (const [path, messages] of Object.entries(left)) rest[prefix + path] = messages;
      }
      return rest;
    },
  };
}
