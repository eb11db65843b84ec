// Pure functions: the result of the rule tester, in sentences.

import { count } from "../words.js";

const NAMES = { avif: "AVIF", webp: "WebP", jpeg: "JPEG", png: "PNG" };

/** The whole URL of a typed text: a path gets this host, a host gets https. */
export function wholeUrl(typed, host) {
  const text = typed.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return text.startsWith("/") ? `https://${host}${text}` : `https://${text}`;
}

/** Which rule answers, in a sentence. */
export function headline({ resource, rule, rules }) {
  if (!resource.active) return `Nothing is served: ${named(resource)} is switched off.`;
  if (rule === null) return `No rule answers: the options of ${named(resource)} hold.`;
  return `${ruleName(rules.find(({ id }) => id === rule))} answers.`;
}

/** What becomes of an image there, in a sentence. */
export function making({ resource, image_stack: enabled, quality, quality_target: target, formats }) {
  if (!resource.active) return "Every image of it is refused.";
  if (!enabled) return "Image stack is off there: images pass as they are.";
  const tried = formats.map((format) => NAMES[format] ?? format);
  const made = tried.length > 0 ? `${tried.join(", else ")}, else the format of the original` : "the format of the original";
  const at = target === null ? `at quality ${quality}` : `at a quality chosen for each picture (score ${target})`;
  return `Image stack is on: ${made}, ${at}.`;
}

function named({ cname }) {
  return cname === "*" ? "the resource of all other hosts" : `the resource ${cname}`;
}

/** A rule's name with its number. */
function ruleName({ id, name }) {
  return name ? `Rule ${id} “${name}”` : `Rule ${id}`;
}

/** How many rules there are, and how many of them match. */
export function tally(rules) {
  if (rules.length === 1) return "The only rule of this resource.";
  const found = rules.filter(({ matches }) => matches).length;
  return `${count(rules.length, "rule")}, asked from the top. Of ${found || "none"} the pattern is found in this path.`;
}
