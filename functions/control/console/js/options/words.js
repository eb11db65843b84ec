// Pure functions: the setting of an option in a few words.

import { count } from "../words.js";
import { AUTO, FIELDS } from "../generated/image_stack_fields.js";
import { listOf } from "./lists.js";

export { AUTO };

/** The quality where none is set. */
export const DEFAULT_QUALITY = FIELDS.quality.default;
/** The score that an automatic quality reaches, where none is set. */
export const DEFAULT_TARGET = FIELDS.quality_target.default;

const UNITS = { s: "second", m: "minute", h: "hour", d: "day", w: "week", M: "month", y: "year" };

/** A duration like "4d" in words; any other text as it is. @param {string} text */
export function duration(text) {
  const match = /^(\d{1,10})([smhdwMy]?)$/.exec(text);
  return match ? count(Number(match[1]), UNITS[match[2] || "s"]) : text;
}

/** What the section says of a field, if anything. */
function summaryOf({ kind, summary }, value) {
  if (kind === "switch") return value && summary?.on;
  return summary?.[value];
}

function imageStack(option) {
  const { quality, quality_target: target, png_palette: palette, png_lossless: lossless, refine } = option;
  const number = quality === AUTO ? `automatic (score ${target ?? DEFAULT_TARGET})` : `${quality ?? DEFAULT_QUALITY} %`;
  const set = Object.entries(FIELDS).map(([name, field]) => summaryOf(field, option[name]));
  // Only a refinement makes few colours.
  const few = palette && !lossless && summaryOf(FIELDS.refine, refine) && "PNG of few colours";
  return [`quality ${number}`, ...set, few];
}

function edgeCache({ value, default: otherwise, custom_values: custom }) {
  const own = Object.keys(custom ?? {}).length;
  return [
    typeof value === "string" ? duration(value) : "as the originals say",
    typeof otherwise === "string" && `else ${duration(otherwise)}`,
    own > 0 && `${count(own, "status code")} of its own`,
  ];
}

function cors({ value, always }) {
  const names = listOf(value);
  const whom = ["*", "$http_origin"].includes(names[0]) ? "everybody" : count(names.length, "domain");
  return [whom, always && "errors too"];
}

function referrers({ policy_type: policy, excepted_values: names }) {
  const number = listOf(names).length;
  if (policy === "deny") return [number > 0 ? `only ${count(number, "domain")}` : "no page"];
  return [number > 0 ? `all but ${count(number, "domain")}` : "all pages"];
}

const WORDS = {
  image_stack: imageStack,
  edge_cache_settings: edgeCache,
  browser_cache_settings: ({ value }) => [duration(value ?? "0s")],
  cors,
  static_response_headers: ({ value }) => [count(listOf(value).length, "header")],
  referrer_acl: referrers,
  secure_key: ({ type }) => [type === 2 ? "for everybody with the address" : "for one viewer's IP address"],
};

/**
 * The setting of an option.
 *
 * @param {string} name
 * @param {Record<string, any> | null} option
 * @returns {string} Empty if the option is absent.
 */
export function optionInWords(name, option) {
  if (!option) return "";
  if (!option.enabled) return "Off";
  return `On: ${WORDS[name](option).filter(Boolean).join(", ")}`;
}
