// Notices of results and failures, on every page and for screen readers.

import { el } from "./dom.js";

const MARKS = { done: "✓", failed: "!" };
const MOST = 3;
const SECONDS = { done: 6, failed: 0 };

/**
 * @param {string} text A sentence.
 * @param {"done" | "failed"} kind A failure stays until it is closed.
 */
export function notify(text, kind) {
  const notice = el(
    "div",
    { class: `notice ${kind}`, role: kind === "failed" ? "alert" : "status" },
    el("span", { class: "notice-mark", "aria-hidden": "true" }, MARKS[kind]),
    el("p", {}, text),
    el("button", { type: "button", class: "quiet", "aria-label": "Close", on: { click: () => notice.remove() } }, "×"),
  );
  const place = document.getElementById("notices");
  // Only the last success stays.
  for (const older of place.querySelectorAll(".done")) older.remove();
  place.append(notice);
  while (place.children.length > MOST) place.firstElementChild.remove();
  if (SECONDS[kind]) setTimeout(() => notice.remove(), SECONDS[kind] * 1000);
}
