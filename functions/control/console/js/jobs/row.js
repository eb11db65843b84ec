// One purge or prefetch: its scope, its progress and its result.

import { el, replace } from "../dom.js";
import { sentence } from "../forms/fields.js";
import { notify } from "../notices.js";
import { count, time } from "../words.js";
import { DONE, UNDER_WAY, lasted } from "./progress.js";

const MARKS = { [UNDER_WAY]: ["◌", "running"], [DONE]: ["✓", "good"], Failed: ["✕", "bad"] };

/**
 * The row of a job; updates keep its nodes.
 *
 * @param {import("./history.js").Kind} kind
 * @param {object} job The job, as the API shows it.
 * @returns {{node: HTMLElement, update: (now: object) => boolean}} `update` returns whether something has changed.
 */
export function jobRow(kind, job) {
  const status = el("span", { class: "badge" });
  const told = el("p", { class: "job-told" });
  const bar = el("progress", { class: "job-bar", max: 1, "aria-label": `Progress of this ${kind.noun}` });
  const took = el("span", { class: "job-took" });
  const name = `${kind.noun} ${job[kind.number]}`;
  const refill = { class: "small", "aria-label": `Fill in ${name} again`, on: { click: () => kind.again?.(job) } };
  const again = kind.again && el("button", { type: "button", ...refill }, "Fill in again");
  const node = el(
    "li",
    { class: "job" },
    el("div", { class: "job-head" }, el("span", { class: "job-number" }, `${job[kind.number]}`), status),
    el("div", { class: "job-what" }, el("p", { class: "job-scope mono" }, kind.scope(job)), told, bar, listed(job)),
    el("p", { class: "job-when" }, el("time", { datetime: job.created, title: job.created }, time(job.created)), took),
    again && el("div", { class: "job-again" }, again),
  );
  let before = null;

  function update(now) {
    const isOver = now.status !== UNDER_WAY;
    took.textContent = `${isOver ? "took" : "for"} ${lasted(now.created, isOver ? now.finished : null)}`;
    const seen = JSON.stringify([now.status, now.progress, now.message]);
    if (seen === before) return false;
    const [mark, look] = MARKS[now.status] ?? ["", ""];
    status.className = `badge ${look}`;
    replace(status, el("span", { "aria-hidden": "true" }, mark), ` ${now.status}`);
    const { text, share } = kind.progress(now);
    replace(told, text);
    bar.hidden = isOver;
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    if (before !== null && isOver) {
      if (now.status === DONE) notify(sentence(`${name} is done. ${text}`), "done");
      else notify(sentence(`${name} failed. ${text}`), "failed");
    }
    before = seen;
    return true;
  }

  return { node, update };
}

/** All paths of a job, folded; nothing if its scope names them all. */
function listed({ payload }) {
  const paths = payload.urls ?? payload.paths ?? [];
  if (paths.length < 2) return null;
  return el(
    "details",
    {},
    el("summary", {}, `All ${count(paths.length, "path")}`),
    el("ul", { class: "job-paths mono" }, ...paths.map((path) => el("li", {}, path))),
  );
}
