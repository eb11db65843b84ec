// One entry of the audit trail.

import { el } from "../dom.js";
import { count, time } from "../words.js";
import { differences } from "./difference.js";
import { summary } from "./summary.js";

// More fields than this start folded.
const MOST_SHOWN = 6;
const MARKS = { C: "+", U: "±", D: "−" };

/**
 * @param {object} entry The entry, as the API shows it.
 * @param {(token: number) => void} onToken Filters by a token.
 */
export function auditEntry(entry, onToken) {
  const { text, address, verb } = summary(entry);
  const found = changed(entry);
  return el(
    "li",
    { class: "entry" },
    el("span", { class: `entry-mark entry-${verb}`, "aria-hidden": "true" }, MARKS[verb]),
    el(
      "div",
      { class: "entry-body" },
      el("h2", { class: "entry-title" }, address ? el("a", { href: address }, text) : text),
      el(
        "p",
        { class: "entry-who hint" },
        el("time", { datetime: entry.requested_at, title: entry.requested_at }, time(entry.requested_at)),
        " by ",
        el(
          "button",
          {
            type: "button",
            class: "link",
            title: "Only changes by this token",
            on: { click: () => onToken(entry.token_id) },
          },
          `${entry.token_name} (token ${entry.token_id})`,
        ),
        entry.remote_ip_address ? ` from ${entry.remote_ip_address}` : "",
      ),
      changes(found, verb),
    ),
  );
}

/** The differences of a change; for a creation the request. */
function changed({ actions, data }) {
  return actions.flatMap(({ action_type: verb, state_before_request: before, state_after_request: after }) =>
    differences(before, verb === "C" ? (data ?? after) : after),
  );
}

function changes(found, verb) {
  if (found.length === 0) return el("p", { class: "hint" }, "No field changed.");
  const list = el("dl", { class: "changes" }, ...found.map((one) => change(one, verb)));
  if (found.length <= MOST_SHOWN) return list;
  const said = { C: "that were asked for", U: "that changed", D: "that it had" }[verb];
  return el("details", {}, el("summary", {}, `${count(found.length, "field")} ${said}`), list);
}

function change({ field, before, after }, verb) {
  const values = [];
  if (before !== null) values.push(el("dd", { class: "was" }, spoken("was "), verb === "D" ? before : el("del", {}, before)));
  if (after !== null) values.push(el("dd", { class: "is" }, spoken("is now "), verb === "C" ? after : el("ins", {}, after)));
  if (verb === "U" && before === null) values.unshift(el("dd", { class: "was none" }, "not set"));
  if (verb === "U" && after === null) values.push(el("dd", { class: "is none" }, "not set"));
  return el("div", { class: "change" }, el("dt", { class: "mono" }, field), ...values);
}

function spoken(text) {
  return el("span", { class: "visually-hidden" }, text);
}
