// Pure functions: which control a message belongs to.

/**
 * Share messages out to controls: each to the one whose path is the longest beginning of its own.
 *
 * @param {Record<string, string[]>} fields messages by path, like "options.cors.value.0".
 * @param {string[]} paths of controls.
 * @returns {{placed: Record<string, string[]>, rest: Record<string, string[]>}} by the control's path; those without one.
 */
export function share(fields, paths) {
  const placed = {};
  const rest = {};
  for (const [path, messages] of Object.entries(fields)) {
    const [owner] = paths.filter((own) => path === own || path.startsWith(`${own}.`)).sort((a, b) => b.length - a.length);
    if (owner === undefined) rest[path] = messages;
    else placed[owner] = [...(placed[owner] ?? []), ...messages.map((message) => told(message, owner, path.slice(owner.length + 1)))];
  }
  return { placed, rest };
}

/** A message as it stands beside its control: without the control's name, and with the entry of a list, counted from 1. */
function told(message, owner, within) {
  const name = `${owner.split(".").at(-1)} `;
  const said = /^\w+ (?:is|has) /.test(message) && message.startsWith(name) ? message.slice(name.length) : message;
  const entry = within.split(".").find((part) => /^\d+$/.test(part));
  return entry === undefined ? said : `entry ${Number(entry) + 1} ${said}`;
}

/** Messages that no control could show, as lines. @param {Record<string, string[]>} rest */
export function unplaced(rest) {
  return Object.entries(rest).map(([path, messages]) => (path === "non_field_errors" ? messages.join(" ") : `${path}: ${messages.join(" ")}`));
}
