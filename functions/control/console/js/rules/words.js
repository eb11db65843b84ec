// Pure functions: a rule in few words.

import { AUTO, DEFAULT_QUALITY } from "../options/words.js";

/** @param {object} option `image_stack`, as the API shows it. */
function imageStack(option) {
  if (!option.enabled) return "Image stack off";
  const also = [
    option.avif_enabled && "AVIF",
    option.webp_enabled && "WebP",
    option.png_lossless && "lossless PNG",
  ].filter(Boolean);
  const quality = option.quality === AUTO ? AUTO : `${option.quality ?? DEFAULT_QUALITY}\u00a0%`;
  return [`Image stack ${quality}`, ...also].join(", ");
}

const switched = (name) => (option) => (option.enabled ? name : `${name} off`);
const lasting = (name) => (option) => (option.enabled ? `${name} ${option.value ?? option.default ?? ""}`.trim() : `${name} off`);

const WORDS = {
  image_stack: imageStack,
  edge_cache_settings: lasting("Edge cache"),
  browser_cache_settings: lasting("Browser cache"),
  cors: switched("CORS"),
  static_response_headers: switched("Headers"),
  referrer_acl: switched("Referrers"),
  secure_key: switched("Signed addresses"),
};

/** The options of a rule, each in a few words. @param {Record<string, any>} options @returns {string[]} */
export function optionWords(options) {
  return Object.entries(WORDS)
    .filter(([name]) => options[name])
    .map(([name, words]) => words(options[name]));
}

/** The text that a search covers. @param {{name: string, rule: string, options: object}} rule */
export function searched({ name, rule, options }) {
  return [name, rule, ...optionWords(options)].join("\n").toLowerCase();
}

/** The display name of a rule. @param {{id: number, name: string}} rule */
export function nameOf({ id, name }) {
  return name || `Rule ${id}`;
}

/** An unused name for a copy. @param {string} name @param {Set<string>} taken */
export function copyName(name, taken) {
  const plain = name.replace(/ \(copy(?: \d+)?\)$/, "");
  let number = 1;
  let found = `${plain} (copy)`;
  while (taken.has(found)) {
    number += 1;
    found = `${plain} (copy ${number})`;
  }
  return found;
}

/** A list with one item moved. @template T @param {T[]} list @param {number} from @param {number} to @returns {T[]} */
export function moved(list, from, to) {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, list[from]);
}
