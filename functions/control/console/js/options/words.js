// Pure functions: the value of an option, in few words.

import { count } from "../words.js";
import { listOf } from "./lists.js";

/** The default quality. */
export const DEFAULT_QUALITY = 95;
/** The word for a quality that is chosen for each image, and its default target score. */
export const AUTO = "auto";
export const DEFAULT_TARGET = 75;

const UNITS = { s: "second", m: "minute", h: "hour", d: "day", w: "week", M: "month", y: "year" };

/** A duration like "4d" in words; other texts stay as they are. @param {string} text */
export function duration(text) {
  const match = /^(\d{1,10})([smhdwMy]?)$/.exec(text);
  return match ? count(Number(match[1]), UNITS[match[2] || "s"]) : text;
}

function imageStack(option) {
  const { quality, quality_target: target, webp_enabled: webp, avif_enabled: avif, png_lossless: lossless, png_palette: palette, linear, refine } = option;
  const number = quality === AUTO ? `automatic (score ${target ?? DEFAULT_TARGET})` : `${quality ?? DEFAULT_QUALITY} %`;
  const refined = { popular: "made smaller when popular", all: "made smaller afterwards" }[refine];
  const few = palette && !lossless && refined && "PNG of few colours";
  return [`quality ${number}`, lossless && "lossless PNG", webp && "WebP", avif && "AVIF", linear && "linear light", refined, few];
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
 * The value of an option, in words.
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
