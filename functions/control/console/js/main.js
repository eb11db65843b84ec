// The frame of all pages: shows the page of the address, and protects unsaved changes when it is left.

import { el, replace } from "./dom.js";
import { showAccount, showNavigation } from "./navigation.js";
import { match } from "./router.js";
import { token } from "./session.js";

const main = document.getElementById("main");
let current = { hash: "", place: 0, leave: new AbortController(), shown: null };
let isAsking = false;
let isUndone = false;
// The token has expired: the sign-in page says so.
let hasEnded = false;

/** Show the page of the address, unless the current page must stay. */
async function visit() {
  if (isUndone || isAsking) {
    isUndone = false;
    return;
  }
  // Pages number their entries in the window's history, so that the direction of a step is known.
  const place = history.state?.place ?? current.place + 1;
  const hash = location.hash || "#/resources";
  isAsking = true;
  const may = await mayLeave();
  isAsking = false;
  if (may) {
    history.replaceState({ place }, "");
    current.place = place;
    await go(hash);
  } else {
    // The address has changed already, but the page has not.
    isUndone = true;
    history.go(current.place - place);
  }
}

async function mayLeave() {
  return token() === null || !current.shown?.mayLeave || current.shown.mayLeave();
}

async function go(hash) {
  current.leave.abort();
  const leave = new AbortController();
  const found = match(hash);
  if (token() === null && found?.name !== "sign_in") {
    askToSignIn(hash);
    return;
  }
  if (token() !== null) hasEnded = false;
  const isOtherPage = match(current.hash)?.name !== found?.name || hash.split("?")[0] !== current.hash.split("?")[0];
  current = { ...current, hash, leave, shown: null };
  showNavigation(found?.name, found?.params);
  showAccount();
  if (isOtherPage) replace(main, el("p", { class: "loading", role: "status" }, "Loading …"));
  try {
    if (found === null) throw new Error("There is no such page.");
    const page = await import(`./pages/${found.name}.js`);
    if (leave.signal.aborted) return;
    replace(main);
    current.shown = (await page.show(main, { ...found, signal: leave.signal })) ?? null;
  } catch (error) {
    if (leave.signal.aborted || error.name === "AbortError") return;
    replace(main, el("h1", {}, "This page cannot be shown"), el("p", {}, error.message), el("p", {}, el("a", { href: "#/resources" }, "All resources")));
  }
  if (leave.signal.aborted) return;
  arrive(isOtherPage);
}

function askToSignIn(to) {
  location.replace(`#/sign-in?${new URLSearchParams({ to, ...(hasEnded && { why: "ended" }) })}`);
}

function arrive(isOtherPage) {
  const title = main.querySelector("h1");
  document.title = title ? `${title.textContent} – Image Stack` : "Image Stack";
  const isLost = isOtherPage || document.activeElement === document.body;
  if (!isLost || !title || main.contains(document.activeElement)) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  if (isOtherPage) scrollTo(0, 0);
}

// The link's address serves browsers without scripts: with scripts, a hash is a page.
document.querySelector(".skip-link").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", visit);
addEventListener("signedout", () => {
  hasEnded = true;
  askToSignIn(current.hash);
});
visit();
