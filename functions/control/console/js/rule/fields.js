// The fields of a rule beside its options.

import { el } from "../dom.js";
import { checkField, textField } from "../forms/fields.js";
import { fieldGroup } from "../forms/group.js";

/**
 * @param {{name: string, rule: string, active: boolean}} rule
 * @param {{readOnly: boolean, onInput: () => void}} form
 */
export function ruleFields(rule, { readOnly, onInput }) {
  const name = textField({ id: "rule-name", label: "Name", value: rule.name, maxlength: 255, readOnly, onInput });
  const pattern = textField({
    id: "rule-pattern",
    label: "Pattern",
    value: rule.rule,
    hint: [
      "Match type: path by regular expression (RE2). It is searched in the path, and begins with ",
      el("code", {}, "/"),
      " or ",
      el("code", {}, "^/"),
      ": ",
      el("code", {}, "^/photos/"),
      " is that folder, ",
      el("code", {}, "/.*\\.(?i:jpe?g|png)$"),
      " are images by their names' ends.",
    ],
    class: "mono",
    spellcheck: "false",
    autocapitalize: "none",
    maxlength: 300,
    readOnly,
    onInput,
  });
  const active = checkField({
    id: "rule-active",
    label: "Active",
    hint: "A rule that is not active is passed over.",
    checked: rule.active,
    readOnly,
    onInput,
  });
  return fieldGroup("Rule", { name, rule: pattern, active });
}
