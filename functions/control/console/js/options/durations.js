// A field for a duration.

import { textField } from "../forms/fields.js";

export const UNITS = "A number with s, m, h, d, w, M (30 days) or y, like 600s or 4d. A year at most.";

/** @param {{id: string, label: string, value: string | null | undefined, hint?: string, readOnly: boolean, onInput: () => void}} field */
export function durationField({ hint = UNITS, value, ...field }) {
  return textField({ ...field, value: value ?? "", hint, class: "mono duration", spellcheck: "false", autocapitalize: "none", maxlength: 12 });
}
