// Headers of every response.

import { listOf } from "./lists.js";
import { rowsField } from "./rows.js";

/** Headers as rows. Several values are one, with commas, as they are sent. @param {unknown} headers as they are stored. */
export function headerRows(headers) {
  return listOf(headers).map((header) => ({ name: header?.name, value: listOf(header?.value).join(", "), always: Boolean(header?.always) }));
}

/** Rows as headers. Empty rows are ignored. @param {{name: string, value: string, always: boolean}[]} rows */
export function headersOf(rows) {
  return rows.filter(({ name, value }) => name !== "" || value !== "").map(({ name, value, always }) => ({ name, value: [value], always }));
}

/** @type {import("./section.js").Kind} */
export const staticHeaders = {
  name: "static_response_headers",
  title: "Static response headers",
  about: "Headers of every answer. Those that say how an answer is to be read or kept cannot be set.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const value = rowsField({
      id: `${id}-value`,
      label: "Headers",
      noun: "header",
      hint: "3,000 characters at most in all.",
      columns: [
        { name: "name", label: "Header name", type: "text", placeholder: "X-Robots-Tag" },
        { name: "value", label: "Header value", type: "text", placeholder: "noimageindex" },
        { name: "always", label: "Errors too", type: "check" },
      ],
      rows: headerRows(option.value),
      readOnly,
      onInput,
    });
    return { node: value.node, value: () => ({ value: headersOf(value.value()) }), controls: { value } };
  },
};
