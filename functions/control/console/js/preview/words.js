// Pure functions: a preview in sentences.

import { bytes, percent } from "../words.js";

/** Stands in for the size and the type of a file. @type {[string, string]} */
export const NO_FILE = ["–", "\u00a0"];

/**
 * @typedef {{bytes: number, width: number | null, height: number | null, content_type: string | null, url: string}} Original
 * @typedef {{status: number, headers: Record<string, string>, rule: {id: number | null, name: string, draft: boolean} | null,
 *   error: string | null, bytes: number, width: number | null, height: number | null, body: string | null,
 *   saved_percent: number | null, original: Original | null}} Answer The API's preview.
 * @typedef {{id: number | null, weight: number | null, active: boolean}} Draft
 */

/**
 * Which rule answers.
 *
 * @param {Answer} answer
 * @param {Draft} draft
 * @param {{id: number, weight: number}[]} rules The stored rules of the resource.
 * @returns {string} Empty if no rule was matched.
 */
export function ruleSentence({ status, error, rule }, draft, rules) {
  if (rule?.draft) return "This rule answers.";
  if (rule) return `${whyOther(rule, draft, rules)}, so this draft changes nothing here.`;
  // Refused paths and inactive resources are handled before all rules.
  if (error && status !== 404) return "";
  if (!draft.active) return "This rule is switched off: the options of the resource hold.";
  return "The pattern is not found in this path: the options of the resource hold.";
}

function whyOther(rule, draft, rules) {
  const name = rule.name ? `Rule “${rule.name}”` : `Rule ${rule.id}`;
  if (!draft.active) return `This rule is switched off. ${name} answers`;
  const stored = rules.find(({ id }) => id === rule.id);
  if (!stored) return `${name} answers`;
  const isBefore = isAskedBefore(stored, draft, rules);
  return isBefore ? `${name} is asked before this one and answers` : `The pattern is not found in this path. ${name} answers`;
}

/** Rules are matched by weight, then by id; a new rule without a weight comes last. */
function isAskedBefore(other, draft, rules) {
  const weight = draft.weight ?? rules.find(({ id }) => id === draft.id)?.weight ?? Infinity;
  return other.weight < weight || (other.weight === weight && other.id < (draft.id ?? Infinity));
}

/** Why there is no image, in a sentence; null if there is one. @param {Answer} answer */
export function noPicture({ status, error, body, bytes: size, headers }) {
  if (status === 404 && error) return "There is no such original (404).";
  if (error) return `There is no image: the answer is ${status}, ${error}.`;
  if (status !== 200) return `There is no image: the answer is ${status}.`;
  if (size === 0) return "The answer is empty.";
  if (body === null) return `The result has ${bytes(size)}, which is too large to be shown here. Its figures hold.`;
  if (!(headers["Content-Type"] ?? "").startsWith("image/")) return `This is no image: it passes as it is, as ${headers["Content-Type"]}.`;
  return null;
}

/**
 * The caption of the original.
 *
 * @param {Answer} answer
 * @param {boolean} isShown
 * @returns {[string, string]} Its size, and its type.
 */
export function originalLabel({ original }, isShown) {
  if (!original) return NO_FILE;
  const file = fileWords({ ...original, type: original.content_type });
  return [bytes(original.bytes), isShown ? file : `${file}: your browser cannot show it`];
}

/** The caption of the result. @param {Answer} answer @returns {[string, string]} */
export function resultLabel({ status, error, bytes: size, width, height, headers }) {
  if (error || status !== 200) return NO_FILE;
  return [bytes(size), fileWords({ type: headers["Content-Type"], width, height })];
}

function fileWords({ type, width, height }) {
  return [type, width && height && `${width}\u00a0×\u00a0${height}`].filter(Boolean).join(", ");
}

/** The saving, in words. @param {number | null} saved Percent. */
export function savedWords(saved) {
  return saved === null ? "–" : percent(saved);
}

/** The position of the slider, in words. @param {number} share Percent of the original. */
export function shareWords(share) {
  return `${share} % original, ${100 - share} % result`;
}
