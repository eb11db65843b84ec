// Pure functions: until when tokens hold.

import { count } from "../words.js";

const DAY = 86_400_000;
const SOON = 14;

/** How long a token holds, for the form: days, their text; null days for one that holds until it is revoked. */
export const LIVES = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "1 year"],
  ["", "Until it is revoked"],
];

/** The time that is so many days from now, as the API takes it; null for none. */
export function inDays(days, now = Date.now()) {
  return days === "" ? null : new Date(now + Number(days) * DAY).toISOString();
}

/**
 * Until when a token holds, in words.
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
