// Pure functions: the progress of purges and prefetches, in words. The counts come from `imagestack.sync`.

import { sentence } from "../forms/fields.js";
import { count } from "../words.js";

/**
 * @typedef {{text: string, share: number | null}} Progress share: 0 to 1; null if the total is unknown
 */

export const UNDER_WAY = "In progress";
export const DONE = "Successful";

/** The progress of a purge, or why it failed. @returns {Progress} */
export function purgeProgress({ status, progress, message }) {
  if (progress === null || progress === undefined) {
    return { text: status === UNDER_WAY ? "Begun; nothing is counted yet." : why(message), share: null };
  }
  const { derived = 0, paths = 0, of_paths: of = 0 } = progress;
  const removed = `${count(derived, "derived object")} removed`;
  if (status === DONE) return { text: `${removed}, ${count(of, "edge path")} purged.`, share: null };
  if (status !== UNDER_WAY) {
    return { text: `${removed}, ${paths} of ${count(of, "edge path")} purged. ${why(message)}`.trim(), share: null };
  }
  if (paths === 0) return { text: `${removed} so far, then ${count(of, "edge path")}.`, share: null };
  const edge = paths < of ? `${paths} of ${count(of, "edge path")} asked for` : "the edge is confirming";
  return { text: `${removed}, ${edge}.`, share: paths / of };
}

/** The progress of a prefetch, or why it failed. @returns {Progress} */
export function prefetchProgress({ status, progress, message }) {
  if (progress === null || progress === undefined) {
    return { text: status === UNDER_WAY ? "Begun; nothing is counted yet." : why(message), share: null };
  }
  const { done = 0, failed = 0, of = 0 } = progress;
  const answered = done + failed;
  const bad = failed > 0 ? `, ${failed} failed` : "";
  if (status === UNDER_WAY) {
    return { text: `${answered} of ${count(of, "request")} answered${bad}.`, share: of > 0 ? answered / of : null };
  }
  const text = `${count(of, "request")}: ${done} answered well${bad}.`;
  return { text: failed > 0 || status === DONE ? text : `${text} ${why(message)}`.trim(), share: null };
}

/** Why a job failed, as a sentence; empty if the reason is unknown. */
function why(message) {
  return message ? sentence(message) : "";
}

/** What a purge covers, in a few words. */
export function purgeScope({ purge_type: type, payload }) {
  if (type === "purge_all") return "Everything";
  return shortened(payload.urls ?? payload.paths ?? []);
}

/** The first of some paths, and how many more there are. */
export function shortened(paths) {
  const [first = "", ...more] = paths;
  return more.length > 0 ? `${first} and ${more.length} more` : first;
}

/** How long a job took, or has taken so far. */
export function lasted(created, finished, now = Date.now()) {
  const seconds = Math.max(0, ((finished ? Date.parse(finished) : now) - Date.parse(created)) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
