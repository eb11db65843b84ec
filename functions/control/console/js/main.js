// The frame of all pages: shows the one of the address, and minds that nothing is lost when it is left.

import { el, replace } from "./dom.js";
import { showAccount, showNavigation } from "./navigation.js";
import { match } from "./router.js";
import { token } from "./session.js";

const main = document.getElementById("main");
let current = { hash: "", leave: new AbortController(), shown: null };

async function visit() {
  const hash = location.hash || "#/resources";
  if (await mayLeave(hash)) await go(hash);
  // The address has changed already, and the page has not.
  else history.pushState(null, "", current.hash);
}

async function mayLeave(hash) {
  if (!current.shown?.mayLeave || hash === current.hash) return true;
  return current.shown.mayLeave();
}

async function go(hash) {
  current.leave.abort();
  const leave = new AbortController();
  const found = match(hash);
  if (token() === null && found?.name !== "sign_in") {
    location.replace(`#/sign-in?${new URLSearchParams({ to: hash })}`);
    return;
  }
  const isOtherPage = match(current.hash)?.name !== found?.name || hash.split("?")[0] !== current.hash.split("?")[0];
  current = { hash, leave, shown: null };
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

function arrive(isOtherPage) {
  const title = main.querySelector("h1");
  document.title = title ? `${title.textContent} – Image Stack` : "Image Stack";
  if (!isOtherPage || !title || main.contains(document.activeElement)) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

addEventListener("hashchange", visit);
addEventListener("signedout", () => location.replace(`#/sign-in?${new URLSearchParams({ to: current.hash, why: "ended" })}`));
visit();
