// Maps addresses to pages. Addresses are hashes, so that the server has only one page.

/**
 * @typedef {{params: Record<string, string>, query: Record<string, string>, signal: AbortSignal}} Visit
 * @typedef {{mayLeave?: () => boolean | Promise<boolean>}} Shown
 * @typedef {{show: (main: HTMLElement, visit: Visit) => Promise<Shown | void>}} Page
 */

const ROUTES = [
  ["sign-in", "sign_in"],
  ["resources", "resources"],
  ["resources/new", "resource_new"],
  ["resources/:id", "rules"],
  ["resources/:id/settings", "settings"],
  ["resources/:id/rules/:rule", "rule"],
  ["resources/:id/usage", "usage"],
  ["resources/:id/purge", "purge"],
  ["resources/:id/prefetch", "prefetch"],
  ["tester", "tester"],
  ["templates", "templates"],
  ["audit", "audit"],
  ["tokens", "tokens"],
];

/**
 * The page of an address.
 *
 * @param {string} hash The hash with its #.
 * @returns {{name: string, params: Record<string, string>, query: Record<string, string>} | null} null if there is no such page.
 */
export function match(hash) {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const parts = path.split("/").map(decoded);
  for (const [pattern, name] of ROUTES) {
    const wanted = pattern.split("/");
    const fits = wanted.length === parts.length && wanted.every((part, at) => part.startsWith(":") || part === parts[at]);
    if (fits) {
      const names = wanted.map((part, at) => [part, parts[at]]).filter(([part]) => part.startsWith(":"));
      const params = Object.fromEntries(names.map(([part, value]) => [part.slice(1), value]));
      return { name, params, query: Object.fromEntries(new URLSearchParams(query)) };
    }
  }
  return null;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Addresses of pages. */
export const to = {
  resources: () => "#/resources",
  rules: (resource) => `#/resources/${resource}`,
  rule: (resource, rule) => `#/resources/${resource}/rules/${rule}`,
};

/** Show the current page again, with fresh data. */
export function again() {
  dispatchEvent(new Event("hashchange"));
}
