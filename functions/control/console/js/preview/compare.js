// Original and result in one frame, with a slider between them.

import { el, replace } from "../dom.js";
import { originals, resultOf } from "./pictures.js";
import { NO_FILE, noPicture, originalLabel, resultLabel, shareWords } from "./words.js";

const NOTHING = { picture: null, release: () => {} };

/** @param {AbortSignal} signal The signal of the page. */
export function comparison(signal) {
  const originalOf = originals();
  const slider = el("input", {
    type: "range",
    min: "0",
    max: "100",
    value: "50",
    "aria-label": "Share of the original",
    on: { input: slide },
  });
  const line = el("div", { class: "compare-line", "aria-hidden": "true" });
  const left = el("div", { class: "compare-original" });
  const right = el("div", { class: "compare-result" });
  const box = el("div", { class: "compare-box", hidden: true }, right, left, slider, line);
  const words = el("div", { class: "compare-words" });
  const labels = { original: label("Original"), result: label("Result") };
  const node = el(
    "figure",
    { class: "compare" },
    el("figcaption", { class: "compare-labels" }, labels.original.node, labels.result.node),
    el("div", { class: "compare-stage" }, box, words),
  );
  let wanted = null;
  let shown = Promise.resolve();
  let release = NOTHING.release;

  function slide() {
    box.style.setProperty("--share", slider.value);
    slider.setAttribute("aria-valuetext", shareWords(Number(slider.value)));
  }

  function say(...children) {
    replace(words, children);
    box.hidden = words.hasChildNodes();
    words.hidden = !box.hidden;
  }

  function size({ naturalWidth, naturalHeight }) {
    box.style.setProperty("--width", naturalWidth);
    box.style.setProperty("--height", naturalHeight);
  }

  async function fill(answer) {
    wanted = answer;
    const why = noPicture(answer);
    const [original, result] = await Promise.all([
      answer.original && originalOf(answer.original.url),
      why ? NOTHING : resultOf(answer),
    ]);
    if (wanted !== answer || signal.aborted) return result.release();
    release();
    release = result.release;
    replace(left, original);
    replace(right, result.picture);
    if (result.picture) size(result.picture);
    labels.original.say(originalLabel(answer, original !== null));
    labels.result.say(resultLabel(answer));
    say(why ?? (result.picture ? "" : `Your browser cannot show ${answer.headers["Content-Type"]}. The figures hold.`));
  }

  slide();
  signal.addEventListener("abort", () => release());
  return {
    node,
    /**
     * Show an answer once its images are complete, unless a later call comes first.
     *
     * @param {import("./words.js").Answer} answer
     * @returns {Promise<void>} Resolves when it is shown.
     */
    show(answer) {
      if (answer !== wanted) shown = fill(answer);
      return shown;
    },
    /** Show a text in place of the images. @param {...import("../dom.js").Child} children */
    say(...children) {
      wanted = null;
      labels.original.say(NO_FILE);
      labels.result.say(NO_FILE);
      say(...children);
    },
  };
}

function label(name) {
  const size = el("span");
  const file = el("span", { class: "hint" });
  const say = ([text, kind]) => {
    replace(size, text);
    replace(file, kind);
  };
  say(NO_FILE);
  return { node: el("p", {}, el("span", { class: "compare-size" }, el("strong", {}, name), " ", size), file), say };
}
