// The dialog that shows a result and its original large, one over the other if their sizes are equal.

import { ask } from "./card.js";
import * as words from "./words.js";

export class Comparison {
  #byId;
  #address = null;

  constructor(byId) {
    this.#byId = byId;
    byId("compare").addEventListener("close", () => this.#forget());
    byId("compare-share").addEventListener("input", (event) => this.#share(event.target.value));
    for (const name of ["original", "result"]) {
      byId(`compare-${name}`).addEventListener("load", () => this.#arrange());
    }
  }

  /** Show the result of a card's request beside the original of a key. */
  async open(key, title, request) {
    const [original, result] = [this.#byId("compare-original"), this.#byId("compare-result")];
    this.#forget();
    this.#byId("compare-title").textContent = `${key} – ${title}`;
    this.#byId("compare-original-words").textContent = `Original, ${words.bytes(request.original)}`;
    this.#byId("compare-result-words").textContent = "Waiting …";
    this.#byId("compare").showModal();
    this.#byId("compare-share").value = 50;
    this.#share(50);
    original.src = `/_local/original${words.path(key)}`;
    try {
      const { blob, bytes, headers } = await ask(request);
      if (!this.#byId("compare").open) return;
      this.#address = URL.createObjectURL(blob);
      result.src = this.#address;
      const format = words.format(headers.get("Content-Type"));
      this.#byId("compare-result-words").textContent =
        `${format}, ${words.bytes(bytes)}, ${words.saved(request.original, bytes)}`;
    } catch (error) {
      this.#byId("compare-result-words").textContent = `The server did not respond: ${error.message}`;
    }
  }

  #arrange() {
    const [original, result] = [this.#byId("compare-original"), this.#byId("compare-result")];
    const agree =
      result.naturalWidth > 0 &&
      original.naturalWidth === result.naturalWidth &&
      original.naturalHeight === result.naturalHeight;
    this.#byId("compare-stage").classList.toggle("over", agree);
    this.#byId("compare-share-label").hidden = !agree;
  }

  #share(percent) {
    this.#byId("compare-stage").style.setProperty("--share", `${percent}%`);
  }

  #forget() {
    for (const name of ["original", "result"]) this.#byId(`compare-${name}`).removeAttribute("src");
    this.#byId("compare-stage").classList.remove("over");
    this.#byId("compare-share-label").hidden = true;
    if (this.#address !== null) URL.revokeObjectURL(this.#address);
    this.#address = null;
  }
}
