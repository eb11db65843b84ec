// How long the edge keeps responses.

import { el } from "../dom.js";
import { radioField } from "../forms/fields.js";
import { durationField, UNITS } from "./durations.js";
import { rowsField } from "./rows.js";

const FIXED = "fixed";
const ORIGINAL = "original";

/** Times by status code as rows. @param {Record<string, string> | null | undefined} custom */
export function statusRows(custom) {
  return Object.entries(custom ?? {}).map(([status, time]) => ({ status, time }));
}

/** Rows as times by status code. Empty rows are ignored. @param {{status: string, time: string}[]} rows */
export function timesByStatus(rows) {
  const typed = rows.filter(({ status, time }) => status !== "" || time !== "");
  return Object.fromEntries(typed.map(({ status, time }) => [status, time]));
}

/** @type {import("./section.js").Kind} */
export const edgeCache = {
  name: "edge_cache_settings",
  title: "Edge cache settings",
  about: "How long the edge keeps answers before it asks again. Where it is off, what the original says holds, else a day.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const whose = radioField({
      id: `${id}-whose`,
      label: "Cache expiry",
      value: typeof option.value === "string" ? FIXED : ORIGINAL,
      choices: [
        [ORIGINAL, "As the original says"],
        [FIXED, "The same for all images"],
      ],
      readOnly,
      onInput: changed,
    });
    const value = durationField({ id: `${id}-value`, label: "Cache expiry for all", value: option.value, readOnly, onInput });
    const otherwise = durationField({
      id: `${id}-default`,
      label: "Default cache expiry",
      hint: `For originals that say nothing themselves; empty: a day. ${UNITS}`,
      value: option.default,
      readOnly,
      onInput,
    });
    const custom = rowsField({
      id: `${id}-custom`,
      label: "Cache expiry by status code",
      noun: "status code",
      hint: "A status code like 404, or any for all. Errors of 5xx are kept for 5 seconds whatever is said here.",
      columns: [
        { name: "status", label: "Status code", type: "text", placeholder: "404" },
        { name: "time", label: "Cache expiry", type: "text", placeholder: "60s" },
      ],
      rows: statusRows(option.custom_values),
      readOnly,
      onInput,
    });
    const isFixed = () => whose.value() === FIXED;

    function show() {
      value.node.hidden = !isFixed();
      otherwise.node.hidden = isFixed();
    }

    function changed() {
      show();
      onInput();
    }

    show();
    return {
      node: el("div", { class: "option-parts" }, whose.node, value.node, otherwise.node, custom.node),
      value() {
        const times = timesByStatus(custom.value());
        return {
          value: isFixed() ? value.value() : null,
          default: isFixed() ? null : otherwise.value() || null,
          custom_values: Object.keys(times).length > 0 ? times : null,
        };
      },
      controls: { value, default: otherwise, custom_values: custom },
    };
  },
};
