// Which pages may show images.

import { el } from "../dom.js";
import { radioField, textField } from "../forms/fields.js";
import { domains, lines } from "./lists.js";

/** @type {import("./section.js").Kind} */
export const referrers = {
  name: "referrer_acl",
  title: "Referrer access",
  about: "Which pages may show images. Requests without a referrer are let in.",
  off: { policy_type: "allow" },
  fields(option, { id, readOnly, onInput }) {
    const policy = radioField({
      id: `${id}-policy`,
      label: "Policy",
      value: option.policy_type === "deny" ? "deny" : "allow",
      choices: [
        ["allow", "Allow all pages but those of the domains below"],
        ["deny", "Deny all pages but those of the domains below"],
      ],
      readOnly,
      onInput,
    });
    const names = textField({
      id: `${id}-domains`,
      label: "Excepted domains",
      hint: "One per line, without https://. *.example.com is everything below example.com, and not example.com itself.",
      value: lines(option.excepted_values),
      lines: 4,
      class: "mono",
      spellcheck: "false",
      readOnly,
      onInput,
    });
    return {
      node: el("div", { class: "option-parts" }, policy.node, names.node),
      value: () => ({ policy_type: policy.value(), excepted_values: domains(names.value()) }),
      controls: { policy_type: policy, excepted_values: names },
    };
  },
};
