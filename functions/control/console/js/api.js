// Calls of the API.

import { signOut, token } from "./session.js";
import { count } from "./words.js";

const UNREACHABLE = "The API does not answer. Check the connection and try again.";

/** An error of the API: a refusal, or a failure to answer. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 if there was no answer.
   * @param {string} message a sentence for people.
   * @param {Record<string, string[]>} fields messages by field, nested names joined by dots.
   */
  constructor(status, message, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/**
 * Call the API.
 *
 * @param {string} method
 * @param {string} path The path with its query.
 * @param {{body?: object, ifMatch?: string | null, signal?: AbortSignal, token?: string, keepalive?: boolean}} [options] `token`
 *   replaces the token of the session for this call; with `keepalive` the call goes on when the window is closed.
 * @returns {Promise<{status: number, body: any, version: string | null}>}
 * @throws {ApiError}
 */
export async function call(method, path, { body, ifMatch, signal, token: other, keepalive } = {}) {
  const headers = { Authorization: `APIKey ${other ?? token()}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (ifMatch) headers["If-Match"] = ifMatch;
  let answer;
  let text;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, keepalive, cache: "no-store" });
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, UNREACHABLE);
  }
  const found = parsed(text);
  if (!answer.ok) throw refusal(answer, found, other !== undefined);
  return { status: answer.status, body: found, version: answer.headers.get("etag") };
}

function parsed(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(answer, found, isOther) {
  const said = typeof found?.error === "string" ? `${found.error[0].toUpperCase()}${found.error.slice(1)}.` : "";
  if (answer.status === 401 && !isOther) {
    signOut();
    dispatchEvent(new Event("signedout"));
  }
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get("retry-after"));
    const wait = seconds > 90 ? count(Math.ceil(seconds / 60), "minute") : count(seconds || 1, "second");
    return new ApiError(429, `${said || "Too many requests."} Try again in ${wait}.`);
  }
  if (answer.status === 400 && !said) {
    const fields = flattened(found ?? {});
    return new ApiError(400, Object.values(fields).flat().join(" ") || "The API refused this.", fields);
  }
  return new ApiError(answer.status, said || `The API answered ${answer.status}.`);
}

/** Messages by field, from objects nested as the fields are. */
function flattened(nested, prefix = "") {
  const found = {};
  for (const [name, value] of Object.entries(nested)) {
    if (Array.isArray(value)) found[prefix + name] = value.map(String);
    else if (value && typeof value === "object") Object.assign(found, flattened(value, `${prefix}${name}.`));
  }
  return found;
}
