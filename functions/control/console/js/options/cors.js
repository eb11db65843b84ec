// Which pages may read images by script.

import { el } from "../dom.js";
import { checkField, radioField, textField } from "../forms/fields.js";
import { domains, lines, listOf } from "./lists.js";

const EVERYBODY = "*";
const BY_NAME = "$http_origin";
const SOME = "domains";

/** Which of the three choices a stored value is. @param {unknown} value as it is stored. */
export function whom(value) {
  const names = listOf(value);
  if (names.length === 0) return EVERYBODY;
  return names.length === 1 && [EVERYBODY, BY_NAME].includes(names[0]) ? names[0] : SOME;
}

/** @type {import("./section.js").Kind} */
export const cors = {
  name: "cors",
  title: "CORS",
  about: "Which pages may read images by script: the header Access-Control-Allow-Origin.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const who = radioField({
      id: `${id}-who`,
      label: "Allow",
      value: whom(option.value),
      choices: [
        [EVERYBODY, "All pages: *"],
        [BY_NAME, "All pages, with the origin of each: $http_origin"],
        [SOME, "Pages of these domains"],
      ],
      readOnly,
      onInput: changed,
    });
    const names = textField({
      id: `${id}-domains`,
      label: "Domains that may read images",
      hint: "One per line, without https://. *.example.com is everything below example.com.",
      value: whom(option.value) === SOME ? lines(option.value) : "",
      lines: 4,
      class: "mono",
      spellcheck: "false",
      readOnly,
      onInput,
    });
    const always = checkField({
      id: `${id}-always`,
      label: "Errors too",
      hint: "Send the header with errors as well.",
      checked: Boolean(option.always),
      readOnly,
      onInput,
    });

    function show() {
      names.node.hidden = who.value() !== SOME;
    }

    function changed() {
      show();
      onInput();
    }

    show();
    return {
      node: el("div", { class: "option-parts" }, who.node, names.node, always.node),
      value: () => ({ value: who.value() === SOME ? domains(names.value()) : [who.value()], always: always.value() }),
      controls: { value: names, always },
    };
  },
};
