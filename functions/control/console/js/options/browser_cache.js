// How long browsers keep images.

import { durationField } from "./durations.js";

/** @type {import("./section.js").Kind} */
export const browserCache = {
  name: "browser_cache_settings",
  title: "Browser cache settings",
  about: "How long browsers keep images. Where it is off, what the original says holds, else a day.",
  off: {},
  fields(option, { id, readOnly, onInput }) {
    const value = durationField({ id: `${id}-value`, label: "Browser cache expiry", value: option.value ?? "4d", readOnly, onInput });
    return { node: value.node, value: () => ({ value: value.value() }), controls: { value } };
  },
};
