// Pure functions: which control a message belongs to.

/**
 * Assign messages to controls: each to the control with the longest path that begins the message's path.
 *
 * @param {Record<string, string[]>} fields Messages by path, like "options.cors.value.0".
 * @param {string[]} paths The paths of the controls.
 * @returns {{placed: Record<string, string[]>, rest: Record<string, string[]>}} Messages by the control's path; and messages without a control.
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

/** A message for its control: without the control's name, and with the position in a list, counted from 1. */
function told(message, owner, within) {
  const name = `${owner.split(".").at(-1)} `;
  const said = /^\w+ (?:is|has) /.test(message) && message.startsWith(name) ? message.slice(name.length) : message;
  const entry = within.split(".").find((part) => /^\d+$/.test(part));
  return entry === undefined ? said : `entry ${Number(entry) + 1} ${said}`;
}

/** Messages without a control, as lines. @param {Record<string, string[]>} rest */
export function unplaced(rest) {
  return Object.entries(rest).map(([path, messages]) => (path === "non_field_errors" ? messages.join(" ") : `${path}: ${messages.join(" ")}`));
}
