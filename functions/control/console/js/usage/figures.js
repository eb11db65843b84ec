// Pure functions: the API's counts as rows of a table.

/**
 * @typedef {object} Row
 * @property {number | null} id The rule's id; null for requests without a rule.
 * @property {string} name
 * @property {boolean} known Whether the rule still exists.
 * @property {number} requests
 * @property {number} hits
 * @property {number | null} hitShare 0 to 1; null if there were no requests.
 * @property {number} requestShare of all requests, 0 to 1.
 * @property {number} saved bytes.
 */

/**
 * A row for each rule that answered, by falling number of requests.
 *
 * @param {{id: number | null, requests: number, hits: number, bytes_saved: number}[]} counted
 * @param {{id: number, name: string, rule: string}[]} rules The current rules of the resource.
 * @returns {Row[]}
 */
export function rows(counted, rules) {
  const names = new Map(rules.map(({ id, name, rule }) => [id, name || rule]));
  const all = counted.reduce((sum, { requests }) => sum + requests, 0);
  return counted
    .filter(({ requests }) => requests > 0)
    .map(({ id, requests, hits, bytes_saved: saved }) => ({
      id,
      name: id === null ? "No rule" : (names.get(id) ?? `Rule ${id}`),
      known: names.has(id),
      requests,
      hits,
      hitShare: share(hits, requests),
      requestShare: share(requests, all) ?? 0,
      saved,
    }))
    .sort((one, other) => other.requests - one.requests);
}

/** The sum of all rows. @param {Row[]} found */
export function total(found) {
  const sum = (name) => found.reduce((whole, row) => whole + row[name], 0);
  const [requests, hits, saved] = [sum("requests"), sum("hits"), sum("saved")];
  return { requests, hits, hitShare: share(hits, requests), saved };
}

/** The active rules that answered no request. */
export function idle(counted, rules) {
  const busy = new Set(counted.filter(({ requests }) => requests > 0).map(({ id }) => id));
  return rules.filter(({ id, active }) => active && !busy.has(id));
}

function share(part, whole) {
  return whole > 0 ? part / whole : null;
}
