// Pure functions: reads paths that an operator has typed, one per line.

/**
 * @typedef {{line: number, text: string}} Problem a line, counted from 1, and its error
 * @typedef {{paths: string[], problems: Problem[]}} Reading
 */

/**
 * The paths in a text. A whole address stands for its path, and a repeated path counts once.
 *
 * @param {string} text One path or address per line; empty lines do not count.
 * @param {{cname: string, most: number, kind: "url" | "pattern"}} limits The resource's host, the most
 *   paths of a request, and whether `*` is a wildcard.
 * @returns {Reading}
 */
export function read(text, { cname, most, kind }) {
  const problems = [];
  const paths = new Set();
  for (const [index, typed] of text.split("\n").entries()) {
    const line = index + 1;
    const entry = typed.trim();
    if (entry === "") continue;
    const { path, problem } = pathOf(entry, cname);
    const wrong = problem ?? faultOf(path, kind);
    if (wrong === null) paths.add(path);
    else problems.push({ line, text: wrong });
  }
  return { paths: [...paths], problems: [...problems, ...tooMany(paths.size, most)] };
}

function tooMany(count, most) {
  return count > most ? [{ line: 0, text: `${count} are too many: ${most} at a time` }] : [];
}

/** The path in a line, without scheme and host. */
function pathOf(entry, cname) {
  if (!/^https?:\/\//i.test(entry)) return { path: entry, problem: null };
  if (!URL.canParse(entry)) return { path: "", problem: "is not an address" };
  const { hostname } = new URL(entry);
  if (cname !== "*" && hostname !== cname) {
    return { path: "", problem: `is at ${hostname}, and this resource answers for ${cname}` };
  }
  return { path: entry.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "") || "/", problem: null };
}

/** The API's error for a path; null if it is valid. */
function faultOf(path, kind) {
  if (!path.startsWith("/")) return "starts without a /";
  if (path.startsWith("//")) return "starts with two slashes";
  const star = path.split("?")[0].indexOf("*");
  if (kind === "pattern" && star >= 0 && star < path.split("?")[0].length - 1) return "has a * that is not at its end";
  return null;
}

/** Problems as lines of text. */
export function told(problems, most = 5) {
  const found = problems.slice(0, most).map(({ line, text }) => (line > 0 ? `Line ${line} ${text}.` : `${text}.`));
  const more = problems.length - found.length;
  return more > 0 ? [...found, `${more} more lines are wrong.`] : found;
}
