// The query parameters of images, at a glance.

import { el } from "../dom.js";

const PARAMETERS = [
  ["width, height", "1 or more", "Resize; one alone keeps the aspect ratio; never enlarges."],
  ["fit", "fit (default)", "With both: cover the area, cut the excess evenly: exactly width × height."],
  ["", "bounds", "Resize by the greater of the two numbers alone."],
  ["", "cover", "Resize by the smaller of the two numbers alone."],
  ["", "force", "Exactly width × height, aspect ratio ignored."],
  ["crop", "4:5", "The largest centred area of this ratio; 4:5,offset-x0,offset-y100 puts it elsewhere."],
  ["", "200,100", "A centred area."],
  ["", "200,100,x10,y20", "Upper left corner in pixels."],
  ["", "200,100,x10p,y20p", "Upper left corner in percent of the image's sides."],
  ["", "200,100,offset-x0,offset-y80", "Percent of the unwanted part that is cut on the left and on the top."],
  ["fmt", "webp, avif, or a list", "Convert to the first that the client accepts."],
  ["quality", "0–100", "On the JPEG scale, for every format; never above the original's."],
  ["", "auto", "The lowest at which this picture reaches the target score of the rule."],
];

/** Folded until somebody wants to know. */
export function parametersTable() {
  const rows = PARAMETERS.map(([name, value, meaning], at) =>
    el(
      "tr",
      { class: name === "" ? "parameter-more" : "" },
      el("th", { scope: "row", class: "mono" }, name || el("span", { class: "visually-hidden" }, named(at))),
      el("td", { class: "mono" }, value),
      el("td", {}, meaning),
    ),
  );
  return el(
    "details",
    { class: "panel option" },
    el("summary", {}, el("span", { class: "option-title" }, "Query parameters"), el("span", { class: "option-state" }, "Overview")),
    el(
      "div",
      { class: "option-body" },
      el(
        "p",
        { class: "hint" },
        "Where image stack is on, an address says what is to be done: ",
        el("code", {}, "/cat.jpg?width=400&crop=1:1"),
        ". Resize comes first, then crop, then conversion.",
      ),
      el(
        "table",
        { class: "parameters" },
        el("caption", { class: "visually-hidden" }, "What an address can ask for"),
        el("thead", {}, el("tr", {}, ["Name", "Value", "Meaning"].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, rows),
      ),
    ),
  );
}

/** The name of a row that goes on with the parameter above it. */
function named(at) {
  return PARAMETERS.slice(0, at).findLast(([name]) => name !== "")[0];
}
