// Pure functions: what somebody has changed.

/** Whether two values of JSON say the same; the order of an object's names says nothing. */
export function same(one, other) {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

function sorted(_name, value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The fields that differ, as PATCH takes them; of options only those that do.
 *
 * @param {Record<string, any>} was
 * @param {Record<string, any>} now the same fields.
 * @returns {Record<string, any> | null} null if nothing does.
 */
export function changes(was, now) {
  const found = differing(was, now);
  if (found.options) found.options = differing(was.options, now.options);
  return Object.keys(found).length > 0 ? found : null;
}

function differing(was, now) {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(was[name], value)));
}
