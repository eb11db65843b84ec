// Sign in with a token.

import { call } from "../api.js";
import { el } from "../dom.js";
import { showAccount, showNavigation } from "../navigation.js";
import { signIn, signOut } from "../session.js";

/** @param {HTMLElement} main */
export async function show(main, { query, signal }) {
  signOut();
  showNavigation("sign_in");
  showAccount();
  const error = el("p", { class: "error", id: "token-error", role: "alert", hidden: true });
  const input = el("input", {
    id: "token",
    name: "token",
    type: "password",
    class: "mono",
    autocomplete: "current-password",
    spellcheck: "false",
    required: true,
    "aria-describedby": "token-hint token-error",
  });
  const button = el("button", { type: "submit", class: "primary" }, "Sign in");

  function complain(text) {
    error.textContent = text;
    error.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return complain("Paste a token.");
    button.disabled = true;
    try {
      const { body } = await call("GET", "/cdn/tokens/current", { token: text, signal });
      signIn(text, body);
      // Redirect only to a page of this console.
      location.hash = query.to?.startsWith("#/") ? query.to : "#/resources";
    } catch (failure) {
      if (!signal.aborted) complain(failure.message);
    } finally {
      button.disabled = false;
    }
  }

  main.append(
    el(
      "form",
      { class: "panel sign-in", novalidate: true, on: { submit } },
      el("h1", {}, "Sign in"),
      query.why === "ended" && el("p", { class: "note" }, "The token is no longer valid: it has expired or was revoked."),
      el(
        "div",
        { class: "field" },
        el("label", { for: "token" }, "Token"),
        input,
        el(
          "p",
          { class: "hint", id: "token-hint" },
          "An administrator makes one under Tokens, or with ",
          el("code", {}, "imagestack tokens create"),
          ". It is forgotten when this tab is closed.",
        ),
        error,
      ),
      el("div", { class: "actions" }, button),
    ),
  );
  input.focus();
}
