// The history of a resource's purges or prefetches; refreshes while one of them is in progress.

import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { poll } from "../polling.js";
import { UNDER_WAY } from "./progress.js";
import { jobRow } from "./row.js";

const PAGE = 20;
const MOST = 1_000;

/**
 * @typedef {object} Kind The kind of jobs in a history.
 * @property {string} noun "purge" or "prefetch".
 * @property {string} address The address of the list.
 * @property {string} number The field of a job's number.
 * @property {(job: object) => string} scope What the job covers, in a few words.
 * @property {(job: object) => import("./progress.js").Progress} progress
 * @property {string} empty The text of an empty history.
 * @property {((job: object) => void) | null} again Fills the form with a job's paths; null if the role does not allow it.
 */

/**
 * @param {Kind} kind
 * @param {{cname: string}} resource
 * @param {AbortSignal} signal The signal of the page.
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function jobHistory(kind, resource, signal) {
  const list = el("ol", { class: "jobs" });
  const note = el("p", { class: "jobs-note hint", role: "status" }, `Looking for the last ${kind.noun} …`);
  const more = el("button", { type: "button", hidden: true, on: { click: () => showMore() } }, "Show older ones");
  const node = el("div", { class: "panel jobs-box" }, list, note, more);
  const rows = new Map();
  let limit = PAGE;
  let polling = new AbortController();

  async function fetched() {
    const query = new URLSearchParams({ cname: resource.cname, limit: String(limit), offset: "0" });
    return (await call("GET", `${kind.address}?${query}`, { signal })).body;
  }

  function shown({ count: total, results }) {
    let changed = false;
    const order = results.map((job) => {
      const key = job[kind.number];
      if (!rows.has(key)) rows.set(key, jobRow(kind, job));
      changed = rows.get(key).update(job) || changed;
      return rows.get(key).node;
    });
    if (order.length !== list.children.length || order.some((row, at) => list.children[at] !== row)) {
      replace(list, ...order);
    }
    replace(note, total === 0 ? kind.empty : "");
    note.hidden = total > 0;
    more.hidden = results.length >= total || limit >= MOST;
    return changed;
  }

  async function update() {
    try {
      const answer = await fetched();
      const changed = shown(answer);
      if (!answer.results.some(({ status }) => status === UNDER_WAY)) return "over";
      return changed ? "changed" : "same";
    } catch (error) {
      if (signal.aborted) return "over";
      replace(note, `The history cannot be brought up to date: ${error.message}`);
      note.hidden = false;
      return rows.size > 0 ? "same" : "over";
    }
  }

  async function refresh() {
    polling.abort();
    polling = new AbortController();
    if ((await update()) !== "over") poll(update, AbortSignal.any([signal, polling.signal]));
  }

  async function showMore() {
    limit = Math.min(limit + 100, MOST);
    await update();
  }

  return { node, refresh };
}
