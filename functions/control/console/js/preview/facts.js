// The facts and headers of an answer.

import { el, replace } from "../dom.js";
import { explanation, unknown } from "../explanation/explanation.js";

/** The treatment of the image, and all headers, folded. */
export function facts() {
  const performed = el("dd");
  const skipped = el("dd");
  const summary = el("summary");
  const rows = el("tbody");
  const columns = ["Header", "Value"].map((title) => el("th", { scope: "col" }, title));
  const table = el("table", {}, el("thead", {}, el("tr", {}, columns)), rows);
  const ignored = el("div");
  const meaning = el("div", { class: "explanation" });
  const explained = el("details", { class: "preview-headers" }, el("summary", {}, "What the address means"), meaning);
  return {
    node: el("div", { class: "explanation" }, el("dl", {}, el("dt", {}, "Performed"), performed, el("dt", {}, "Skipped, and why"), skipped), ignored),
    headers: el("div", { class: "preview-details" }, explained, el("details", { class: "preview-headers" }, summary, table)),
    /** @param {import("./words.js").Answer | null} answer */
    show(answer) {
      const headers = Object.entries(answer?.headers ?? {});
      const said = (name) => answer?.headers[name] ?? (answer ? "nothing" : "–");
      const found = answer?.explanation;
      ignored.hidden = !found?.unknown.length;
      replace(ignored, unknown(found?.unknown ?? []));
      explained.hidden = !found;
      replace(meaning, ...explanation(found && { ...found, unknown: [] }));
      performed.textContent = said("X-Img-Operations");
      skipped.textContent = said("Img-Skip-Reason");
      summary.textContent = answer ? `Headers of the answer (${headers.length})` : "Headers of the answer";
      replace(rows, headers.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value))));
    },
  };
}
