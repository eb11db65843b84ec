// Only signed addresses give images.

import { el } from "../dom.js";
import { radioField, textField } from "../forms/fields.js";

const WITH_ADDRESS = 0;
const WITHOUT_ADDRESS = 2;

/** @type {import("./section.js").Kind} */
export const secureKey = {
  name: "secure_key",
  title: "Secure key",
  about: "Images for signed addresses only: with md5 and expires in the query. Anything else is answered with 403.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const isHidden = readOnly && Boolean(option.enabled) && typeof option.key !== "string";
    const key = textField({
      id: `${id}-key`,
      label: "Key",
      hint: isHidden ? "Viewers are not told the key." : "6 to 32 printable characters without spaces. Whoever has it can sign addresses.",
      value: option.key ?? "",
      class: "mono",
      spellcheck: "false",
      autocapitalize: "none",
      readOnly,
      onInput,
    });
    const type = radioField({
      id: `${id}-type`,
      label: "A signed address is good for",
      value: String(option.type ?? WITH_ADDRESS),
      choices: [
        [String(WITHOUT_ADDRESS), "Everybody who has it"],
        [String(WITH_ADDRESS), "One viewer: the IP address is signed too"],
      ],
      readOnly,
      onInput,
    });
    return {
      node: el("div", { class: "option-parts" }, key.node, type.node),
      value: () => ({ key: key.value(), type: Number(type.value()) }),
      controls: { key, type },
    };
  },
};
