// Pure functions: the changes in a form.

/** Whether two JSON values are equal; the order of an object's names does not matter. */
export function same(one, other) {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

function sorted(_name, value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The fields that differ, as PATCH takes them; within options, only the options that differ.
 *
 * @param {Record<string, any>} was The stored fields.
 * @param {Record<string, any>} now The same fields in the form.
 * @returns {Record<string, any> | null} null if nothing differs.
 */
export function changes(was, now) {
  const found = differing(was, now);
  if (found.options) found.options = differing(was.options, now.options);
  return Object.keys(found).length > 0 ? found : null;
}

function differing(was, now) {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(was[name], value)));
}
