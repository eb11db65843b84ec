// Which rule answers a URL, and why.

import { ACCEPTS } from "../generated/accepts.js";
import { call } from "../api.js";
import { el, replace } from "../dom.js";
import { sentence } from "../forms/fields.js";
import { responsiveForm } from "../responsive/form.js";
import { segments } from "../segments.js";
import { answer } from "../tester/answer.js";
import { wholeUrl } from "../tester/verdict.js";

/** @param {HTMLElement} main */
export async function show(main, { query, signal }) {
  const address = el("input", {
    id: "field-url",
    name: "url",
    type: "text",
    class: "mono",
    inputmode: "url",
    required: true,
    spellcheck: "false",
    autocapitalize: "none",
    autocomplete: "off",
    placeholder: "https://shop.example.com/photos/cat.jpg?width=400",
    value: query.url ?? "",
    "aria-describedby": "field-url-hint field-url-error",
  });
  const error = el("p", { class: "error", id: "field-url-error", hidden: true });
  const browser = segments({
    name: "browser",
    label: "The browser can show",
    options: [
      ["avif", "AVIF and WebP"],
      ["webp", "WebP"],
      ["none", "Neither"],
    ],
    value: query.browser in ACCEPTS ? query.browser : "avif",
    onChange: () => address.value !== "" && ask(),
  });
  const result = el("div", { class: "verdict-box", "aria-live": "polite" });
  const responsive = responsiveForm({ signal });
  const form = el(
    "form",
    { class: "panel tester-form", novalidate: true, "aria-label": "URL to test", on: { submit } },
    el(
      "div",
      { class: "field tester-url" },
      el("label", { for: "field-url" }, "URL"),
      el("div", { class: "with-button" }, address, el("button", { type: "submit", class: "primary" }, "Test")),
      el("p", { class: "hint", id: "field-url-hint" }, "As a page asks for it. A path alone is taken for one of this host."),
      error,
    ),
    browser.node,
  );

  function refuse(text) {
    error.hidden = text === "";
    error.textContent = text;
    if (text === "") return address.removeAttribute("aria-invalid");
    address.setAttribute("aria-invalid", "true");
    replace(result);
    responsive.show(null);
    address.focus();
  }

  function submit(event) {
    event.preventDefault();
    if (address.value.trim() === "") refuse("Write the URL of an image.");
    else ask();
  }

  let last = 0;
  async function ask() {
    const url = wholeUrl(address.value, location.host);
    const asked = { url, accept: ACCEPTS[browser.value()] };
    const turn = ++last;
    const kept = new URLSearchParams({ url: address.value.trim(), browser: browser.value() });
    history.replaceState(history.state, "", `#/tester?${kept}`);
    result.setAttribute("aria-busy", "true");
    // Its HTML would be that of the address before.
    responsive.show(null);
    if (!result.hasChildNodes()) replace(result, el("p", { class: "hint" }, "Looking through the rules …"));
    try {
      const { body } = await call("GET", `/cdn/answering_rule?${new URLSearchParams(asked)}`, { signal });
      if (turn !== last) return;
      refuse("");
      replace(result, ...answer(body, url));
      responsive.show(imageOf(body, address.value.trim(), url));
    } catch (failure) {
      const wrong = failure.fields?.url;
      if (!signal.aborted && turn === last) refuse(wrong ? sentence(`this ${wrong.join(", ")}`) : failure.message);
    } finally {
      if (turn === last) result.removeAttribute("aria-busy");
    }
  }

  replace(
    main,
    el("h1", {}, "Which rule answers this URL?"),
    el("p", { class: "page-lead" }, "The first active rule whose pattern is found in the path answers; where none is, the options of the resource hold."),
    form,
    result,
    responsive.node,
  );
  if (address.value !== "") ask();
}

/** The image of a tested URL; null where widths have no effect. A path stays a path, so that pages of the same host can have it. */
function imageOf({ resource, image_stack: enabled }, typed, url) {
  return enabled && resource.active ? { resource: resource.id, address: typed.startsWith("/") ? typed : url } : null;
}
