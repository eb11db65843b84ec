// A field for paths, one per line, with its limits and its errors.

import { el, replace } from "../dom.js";
import { read, told } from "./lines.js";

/**
 * @param {{name: string, cname: string}} options The control's name, and the resource's host.
 */
export function pathsField({ name, cname }) {
  const id = `field-${name}`;
  const label = el("label", { for: id });
  const tally = el("span", { class: "paths-tally", "aria-live": "polite" });
  const hint = el("p", { class: "hint", id: `${id}-hint` });
  const errors = el("ul", { class: "error paths-errors", id: `${id}-errors`, hidden: true });
  const input = el("textarea", {
    id,
    name,
    rows: 6,
    class: "mono",
    spellcheck: "false",
    autocapitalize: "none",
    autocomplete: "off",
    wrap: "off",
    "aria-describedby": `${id}-hint ${id}-errors`,
    on: { input: () => changed() },
  });
  const node = el("div", { class: "field paths-field" }, el("div", { class: "paths-head" }, label, tally), hint, input, errors);
  let limits = { cname, most: 0, kind: "url" };

  function changed() {
    const { paths } = read(input.value, limits);
    replace(tally, `${paths.length} of ${limits.most} at most`);
    if (!errors.hidden) showErrors([]);
  }

  /** Show messages below the field; no messages remove them. */
  function showErrors(messages) {
    errors.hidden = messages.length === 0;
    replace(errors, ...messages.map((message) => el("li", {}, message)));
    if (messages.length > 0) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  const field = {
    node,
    showErrors,

    /** Set the hint and the limits of the field. */
    ask(question) {
      limits = { cname, most: question.most, kind: question.kind };
      replace(label, question.label);
      replace(hint, ...question.hint());
      input.placeholder = question.example;
      changed();
      showErrors([]);
    },

    /** The paths; null if one is invalid, and then its error is shown. */
    paths() {
      const { paths, problems } = read(input.value, limits);
      const messages = problems.length === 0 && paths.length === 0 ? ["Write at least one path."] : told(problems);
      showErrors(messages);
      if (messages.length === 0) return paths;
      input.focus();
      return null;
    },

    /** Put paths into the field. */
    fill(paths) {
      input.value = paths.join("\n");
      changed();
      showErrors([]);
      return field;
    },

    focus: () => input.focus(),
  };
  return field;
}
