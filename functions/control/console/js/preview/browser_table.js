// The choice of a browser, with the result for each.

import { el } from "../dom.js";
import { bytes } from "../words.js";
import { savedWords } from "./words.js";

const COLUMNS = ["Browser", "Type", "Size", "Saved"];

/**
 * @param {import("./browsers.js").Browser[]} browsers
 * @param {(browser: string) => void} onChoose
 */
export function browserTable(browsers, onChoose) {
  const rows = new Map(browsers.map((browser, at) => [browser.id, row(browser, at === 0, onChoose)]));
  const body = el("tbody", {}, [...rows.values()].map(({ node }) => node));
  const node = el(
    "fieldset",
    { class: "field" },
    el("legend", {}, "What the browser can show"),
    el(
      "table",
      { class: "browsers" },
      el("caption", { class: "visually-hidden" }, "What each browser would get"),
      el("thead", {}, el("tr", {}, COLUMNS.map((title) => el("th", { scope: "col" }, title)))),
      body,
    ),
  );
  return {
    node,
    /** The chosen browser. */
    value: () => [...rows].find(([, { input }]) => input.checked)[0],
    /** @param {import("./asking.js").Progress<object, import("./words.js").Answer>} asked */
    show({ busy, answers }) {
      for (const [id, { node: line, cells }] of rows) {
        const found = answers.get(id);
        const isWaiting = busy && !found?.fresh;
        line.classList.toggle("is-waiting", isWaiting);
        line.setAttribute("aria-busy", String(isWaiting));
        figures(busy || found?.fresh ? found?.answer : null, isWaiting).forEach((text, at) => (cells[at].textContent = text));
      }
    },
  };
}

/** @param {import("./words.js").Answer | null | undefined} answer */
function figures(answer, isWaiting) {
  if (!answer) return isWaiting ? ["…", "…", "…"] : ["–", "–", "–"];
  if (answer.error || answer.status !== 200) return [`Answer ${answer.status}`, "–", "–"];
  return [answer.headers["Content-Type"], bytes(answer.bytes), savedWords(answer.saved_percent)];
}

function row({ id, name, which }, isFirst, onChoose) {
  const input = el("input", { type: "radio", name: "preview-browser", value: id, checked: isFirst, on: { change: () => onChoose(id) } });
  const cells = [el("td"), el("td"), el("td")];
  const title = el("label", { class: "check" }, input, el("span", {}, name, " ", el("span", { class: "browser-which hint" }, `(${which})`)));
  return { node: el("tr", {}, el("th", { scope: "row" }, title), cells), input, cells };
}
