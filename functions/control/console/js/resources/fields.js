// The fields of a resource beside its options.

import { el } from "../dom.js";
import { checkField, textField } from "../forms/fields.js";
import { fieldGroup } from "../forms/group.js";

/** @typedef {{readOnly?: boolean, onInput: () => void}} Form */

/** @param {string} value @param {Form} form */
export function originField(value, form) {
  return textField({
    id: "resource-origin",
    label: "Origin",
    value,
    hint: [
      "Where its originals are: a bucket of this deployment, with or without a folder in it: ",
      el("code", {}, "bucket"),
      ", ",
      el("code", {}, "bucket/folder"),
      ", or the bucket's host name at S3.",
    ],
    class: "mono",
    spellcheck: "false",
    autocapitalize: "none",
    maxlength: 1024,
    ...form,
  });
}

/** @param {{name: string | null, description: string, active: boolean, origin: string}} resource @param {Form} form */
export function settingsFields(resource, form) {
  const name = textField({
    id: "resource-name",
    label: "Name",
    value: resource.name ?? "",
    hint: "For people; may be empty.",
    maxlength: 255,
    ...form,
  });
  const description = textField({
    id: "resource-description",
    label: "Description",
    value: resource.description,
    lines: 2,
    maxlength: 1000,
    ...form,
  });
  const origin = originField(resource.origin, form);
  const active = checkField({
    id: "resource-active",
    label: "Active",
    hint: "A resource that is not active serves nothing: its images are answered with 404.",
    checked: resource.active,
    ...form,
  });
  const group = fieldGroup("Resource", { name, description, origin, active });
  return {
    ...group,
    value: () => ({ ...group.value(), name: name.value() || null }),

    /** Show the origin in its stored form. @param {string} text */
    showOrigin(text) {
      origin.input.value = text;
    },
  };
}
