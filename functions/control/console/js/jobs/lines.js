// Pure functions: what an operator typed, one path per line, as the API takes it.

/**
 * @typedef {{line: number, text: string}} Problem what is wrong in which line, counted from 1
 * @typedef {{paths: string[], problems: Problem[]}} Reading
 */

/**
 * The paths that a text names; whole addresses are taken for their paths, the same path twice for one.
 *
 * @param {string} text one path or address per line; empty lines do not count.
 * @param {{cname: string, most: number, kind: "url" | "pattern"}} limits the resource's host, how many paths the API
 *   takes at a time, and whether `*` may stand for anything.
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

/** The path in a line, without the scheme and host that it may have. */
function pathOf(entry, cname) {
  if (!/^https?:\/\//i.test(entry)) return { path: entry, problem: null };
  if (!URL.canParse(entry)) return { path: "", problem: "is not an address" };
  const { hostname } = new URL(entry);
  if (cname !== "*" && hostname !== cname) {
    return { path: "", problem: `is at ${hostname}, and this resource answers for ${cname}` };
  }
  return { path: entry.replace(/^https?:\/\/[^/?#]*/i, "").replace(/#.*$/, "") || "/", problem: null };
}

/** What is wrong with a path, as the API would say; null if nothing is. */
function faultOf(path, kind) {
  if (!path.startsWith("/")) return "starts without a /";
  if (path.startsWith("//")) return "starts with two slashes";
  const star = path.split("?")[0].indexOf("*");
  if (kind === "pattern" && star >= 0 && star < path.split("?")[0].length - 1) return "has a * that is not at its end";
  return null;
}

/** Problems as lines of text for people. */
export function told(problems, most = 5) {
  const found = problems.slice(0, most).map(({ line, text }) => (line > 0 ? `Line ${line} ${text}.` : `${text}.`));
  const more = problems.length - found.length;
  return more > 0 ? [...found, `${more} more lines are wrong.`] : found;
}
