// The session: the token and its role. Both end with the tab.

const TOKEN = "imagestack.token";
const WHO = "imagestack.who";
const ROLES = ["viewer", "editor", "admin"];

/** The token's text; null if nobody is signed in. */
export function token() {
  return sessionStorage.getItem(TOKEN);
}

/** The signed-in user. @returns {{name: string, role: string} | null} */
export function who() {
  const found = sessionStorage.getItem(WHO);
  return found && token() ? JSON.parse(found) : null;
}

/** The role of the token: viewer, editor or admin. */
export function role() {
  return who()?.role ?? "viewer";
}

/** Whether the token's role includes this one. @param {string} wanted */
export function may(wanted) {
  return ROLES.indexOf(role()) >= ROLES.indexOf(wanted);
}

/** @param {string} text @param {{name: string, role: string}} found */
export function signIn(text, { name, role: found }) {
  sessionStorage.setItem(TOKEN, text);
  sessionStorage.setItem(WHO, JSON.stringify({ name, role: found }));
}

export function signOut() {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(WHO);
}
