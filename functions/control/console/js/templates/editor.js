// The form of a rule template: new, stored or read-only.

import { ApiError, call } from "../api.js";
import { el } from "../dom.js";
import { share } from "../forms/errors.js";
import { textField } from "../forms/fields.js";
import { saver } from "../forms/saver.js";
import { notify } from "../notices.js";
import { optionsForm } from "../options/form.js";

const ADDRESS = "/cdn/rule_templates";
const LIST = "#/templates";
const BLANK = { id: null, name: "", rule: "/.*", options: { image_stack: { enabled: true, quality: 95 } } };

/** The initial content of a new template. */
export function blank() {
  return { body: structuredClone(BLANK), version: null };
}

/**
 * @param {object} editor
 * @param {{body: object, version: string | null}} editor.found The template and its version.
 * @param {string} editor.denied Why it cannot be changed; empty if it can.
 * @param {AbortSignal} editor.signal
 * @returns {{node: HTMLElement, saving: ReturnType<typeof saver>}}
 */
export function templateEditor({ found: { body: template, version }, denied, signal }) {
  const readOnly = denied !== "";
  const isNew = template.id === null;
  const onInput = () => saving.changed();
  const fields = {
    name: textField({ id: "template-name", label: "Name", value: template.name, maxlength: 255, readOnly, onInput }),
    rule: textField({
      id: "template-rule",
      label: "Pattern",
      value: template.rule,
      hint: "A regular expression that is searched in the path. It starts with / or ^/.",
      class: "mono",
      spellcheck: "false",
      autocapitalize: "none",
      readOnly,
      onInput,
    }),
  };
  const options = optionsForm(template.options, { readOnly, onChange: onInput });

  function showErrors(messages) {
    const { placed, rest } = share(messages, Object.keys(fields));
    for (const [name, field] of Object.entries(fields)) field.showError(placed[name]);
    return options.showErrors(rest);
  }

  async function send(body, ifMatch) {
    // The API allows templates without a name. Here they would be indistinguishable.
    if (body.name === "") throw new ApiError(400, "Write a name.", { name: ["write a name"] });
    if (isNew) return call("POST", ADDRESS, { body: { ...body, ruleType: 0 }, signal });
    return call("PATCH", `${ADDRESS}/${template.id}`, { body, ifMatch, signal });
  }

  const saving = saver({
    thing: "template",
    saved: "Saved. Rules that were made from it stay as they are.",
    isNew,
    version,
    value: () => ({ name: fields.name.value(), rule: fields.rule.value(), options: options.value() }),
    send,
    showErrors,
    onSaved(saved, sent) {
      // The saver shows the notice of a change.
      if (isNew) notify(`The template “${saved.name}” is created.`, "done");
      location.hash = LIST;
      return sent;
    },
    back: LIST,
    signal,
  });

  const node = el(
    "form",
    { class: "editor template-form", novalidate: true, "aria-label": "Rule template", on: { submit: saving.submit } },
    readOnly && el("p", { class: "note" }, denied),
    el("div", { class: "panel form-part" }, fields.name.node, fields.rule.node),
    options.node,
    !readOnly && saving.node,
  );
  return { node, saving };
}
