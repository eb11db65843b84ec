// Pure functions: the expiry of tokens.

import { count } from "../words.js";

const DAY = 86_400_000;
const SOON = 14;

/** The lifetimes in the form: days and text; null days for a token without expiry. */
export const LIVES = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "1 year"],
  ["", "Until it is revoked"],
];

/** The time in so many days, as the API takes it; null for none. */
export function inDays(days, now = Date.now()) {
  return days === "" ? null : new Date(now + Number(days) * DAY).toISOString();
}

/**
 * The expiry of a token, in words.
 *
 * @returns {{text: string, look: "" | "warn" | "bad"}}
 */
export function expiry(expires, now = Date.now()) {
  if (expires === null) return { text: "Until it is revoked", look: "" };
  const left = (Date.parse(expires) - now) / DAY;
  if (left <= 0) return { text: "Expired", look: "bad" };
  const days = Math.ceil(left);
  const text = days === 1 ? "Expires within a day" : `Expires in ${count(days, "day")}`;
  return { text, look: left < SOON ? "warn" : "" };
}
