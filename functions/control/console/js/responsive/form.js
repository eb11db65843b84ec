// The HTML of a responsive image, for widths that the operator chooses.

import { call } from "../api.js";
import { copyField } from "../copying.js";
import { el, replace } from "../dom.js";
import { textField } from "../forms/fields.js";
import { widthsIn } from "./widths.js";

// The most rows of a field with HTML; the rest scrolls.
const MOST_LINES = 16;

/** @param {{signal: AbortSignal}} options The signal of the page. */
export function responsiveForm({ signal }) {
  let shown = null;
  let last = 0;
  const widths = textField({
    id: "responsive-widths",
    label: "Widths",
    value: "320, 640, 1280",
    hint: "In pixels, with commas between",
    inputmode: "numeric",
    onInput: () => {},
  });
  const sizes = textField({
    id: "responsive-sizes",
    label: "Sizes",
    value: "100vw",
    hint: "The width in the page, like (min-width: 60rem) 50vw, 100vw",
    class: "mono",
    spellcheck: "false",
    onInput: () => {},
  });
  const failure = el("p", { class: "error", role: "alert", hidden: true });
  const said = el("div", { role: "status" });
  const html = el("div", { class: "responsive-html" });
  const node = el(
    "section",
    { class: "panel responsive", "aria-labelledby": "responsive-title", hidden: true },
    el("h2", { id: "responsive-title" }, "Responsive image"),
    el("p", { class: "hint" }, "HTML for this URL, with which browsers choose the width that their screen needs."),
    el(
      "form",
      { class: "responsive-form", novalidate: true, "aria-labelledby": "responsive-title", on: { submit } },
      widths.node,
      sizes.node,
      el("button", { type: "submit" }, "Write HTML"),
    ),
    failure,
    said,
    html,
  );

  function clear() {
    widths.showError();
    sizes.showError();
    failure.hidden = true;
    replace(said);
    replace(html);
  }

  function refuse(error) {
    const { widths: wrongWidths, sizes: wrongSizes, ...others } = byField(error);
    widths.showError(wrongWidths);
    sizes.showError(wrongSizes);
    const rest = Object.values(others).flat().join(" ");
    failure.hidden = rest === "";
    failure.textContent = rest;
    if (wrongWidths) widths.input.focus();
    else if (wrongSizes) sizes.input.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const turn = ++last;
    const found = widthsIn(widths.value());
    clear();
    if (found === null) {
      widths.showError(["Write whole numbers with commas between, like 320, 640"]);
      widths.input.focus();
      return;
    }
    node.setAttribute("aria-busy", "true");
    try {
      const body = { address: shown.address, widths: found, sizes: sizes.value() };
      const { body: made } = await call("POST", `/cdn/resources/${shown.resource}/responsive_image`, { body, signal });
      if (turn === last) fill(made);
    } catch (error) {
      if (!signal.aborted && turn === last) refuse(error);
    } finally {
      if (turn === last) node.removeAttribute("aria-busy");
    }
  }

  function fill({ img, picture, candidates, notes }) {
    const offered = candidates.map(({ width, height }) => `${width}\u00a0×\u00a0${height}`).join(", ");
    replace(said, el("p", {}, `Browsers choose among ${offered}.`), notes.map((note) => el("p", { class: "hint" }, `Note: ${note}.`)));
    replace(html, field("<img>", img), field("<picture>", picture));
  }

  return {
    node,
    /**
     * Offer the form for an address.
     *
     * @param {{resource: number, address: string} | null} image The resource's number, and a path or a whole URL; null hides
     *   the form.
     */
    show(image) {
      last += 1;
      node.removeAttribute("aria-busy");
      shown = image;
      node.hidden = image === null;
      clear();
    },
  };
}

function field(label, text) {
  return copyField({ label, text, lines: Math.min(text.split("\n").length, MOST_LINES) });
}

/** The messages of an error by field; those of single widths count as one of the list. */
function byField({ fields = {}, message }) {
  const found = {};
  for (const [name, messages] of Object.entries(fields)) {
    const field = name.split(".")[0];
    found[field] = [...(found[field] ?? []), ...messages.map((text) => (field === "address" ? `This URL: ${text}.` : text))];
  }
  return Object.keys(found).length > 0 ? found : { error: [message] };
}
