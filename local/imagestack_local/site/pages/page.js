// The page: a row for each original, controls for its requests, and the sum of all images.

import { ACCEPTS } from "./accepts.js";
import { Card } from "./card.js";
import { Comparison } from "./comparison.js";
import { Queue } from "./queue.js";
import * as words from "./words.js";

const RESULTS = [
  ["No parameters", ""],
  ["Narrower", "width=320"],
  ["Square", "width=240&height=240"],
  ["Lower quality", "quality=50"],
];
const FETCHES_AT_A_TIME = 4;
const TYPING_PAUSE_MILLISECONDS = 400;

const byId = (id) => document.getElementById(id);
const comparison = new Comparison(byId);
const queue = new Queue(FETCHES_AT_A_TIME);
const rows = new Map();
const visible = new Set();
const sums = new Map();

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const row = rows.get(target);
      if (row === undefined) continue;
      if (isIntersecting) visible.add(row);
      else visible.delete(row);
      if (isIntersecting) row.show();
    }
  },
  { rootMargin: "200px" },
);

class Row {
  #original;
  #results = [];
  #yours = null;
  #shown = "";

  constructor({ key, bytes }) {
    this.key = key;
    this.bytes = bytes;
    this.element = byId("row-template").content.firstElementChild.cloneNode(true);
    this.element.querySelector(".row-key").textContent = key;
    const results = this.element.querySelector(".row-results");
    this.#original = new Card(byId("card-template"), "Original", null);
    this.element.querySelector(".row-original").append(this.#original.element);
    for (const [title, query] of RESULTS) {
      const card = this.#card(title);
      results.append(card.element);
      this.#results.push([card, query]);
    }
  }

  /** Fetch images for the current controls, unless the row shows them. */
  show() {
    const asked = wanted();
    const shown = JSON.stringify(asked);
    if (this.#shown === shown) return;
    const before = this.#shown === "" ? {} : JSON.parse(this.#shown);
    this.#shown = shown;
    if (before.round !== asked.round) this.#show(this.#original, `/_local/original${words.path(this.key)}`, null);
    if (before.round !== asked.round || before.browser !== asked.browser) {
      for (const [card, query] of this.#results) this.#showResult(card, query, asked);
    }
    this.#showYours(asked);
  }

  /** Cancel all requests. */
  forget() {
    for (const card of [this.#original, this.#yours, ...this.#results.map(([one]) => one)]) card?.forget();
  }

  #card(title) {
    return new Card(byId("card-template"), title, (request) => comparison.open(this.key, title, request));
  }

  #showYours(asked) {
    if (asked.query === "") {
      this.#yours?.element.remove();
      this.#yours = null;
      return;
    }
    if (this.#yours === null) {
      this.#yours = this.#card("Your parameters");
      this.#yours.element.classList.add("yours-card");
      this.element.querySelector(".row-results").prepend(this.#yours.element);
    }
    this.#showResult(this.#yours, asked.query, asked);
  }

  async #showResult(card, query, asked) {
    const bytes = await this.#show(card, words.url(this.key, query), ACCEPTS[asked.browser]);
    if (query === "" && bytes !== null) count(this, bytes);
  }

  #show(card, url, accept) {
    return card.show(queue, { url, accept, original: accept === null ? null : this.bytes });
  }
}

let round = 0;

/** The state of the controls. A new round fetches everything again. */
function wanted() {
  const form = new FormData(byId("controls"));
  return { round, browser: form.get("browser"), query: words.query(form.get("query")) };
}

function showVisible() {
  for (const row of visible) row.show();
  showIgnored();
}

let checked = "";

/** Name the parameters that do not exist. */
async function showIgnored() {
  const { query } = wanted();
  if (query === checked) return;
  checked = query;
  const response = await fetch(`/_local/unknown.json?${query}`);
  const { unknown } = await response.json();
  if (query !== checked) return;
  const text = words.ignored(unknown);
  byId("ignored").textContent = text;
  byId("ignored").hidden = text === "";
}

function count(row, bytes) {
  sums.set(row.key, [row.bytes, bytes]);
  let [original, result] = [0, 0];
  for (const [one, other] of sums.values()) {
    original += one;
    result += other;
  }
  const images = sums.size === 1 ? "1 image" : `${sums.size} images`;
  byId("weight-saved").textContent = words.saved(original, result) ?? "–";
  byId("weight-sum").textContent = `${images}: ${words.bytes(original)} became ${words.bytes(result)}`;
  byId("weight-bar").style.setProperty("--share", `${Math.min(100, (result / original) * 100)}%`);
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = text === "";
}

/** List the originals. Rows of originals that still exist stay. */
async function list() {
  const response = await fetch("/_local/originals.json", { cache: "no-store" });
  const { originals, more, error } = await response.json();
  if (!response.ok) throw new Error(error);
  const known = new Map([...rows.values()].map((row) => [row.key, row]));
  let last = byId("notice");
  for (const original of originals) {
    const row = known.get(original.key) ?? new Row(original);
    known.delete(original.key);
    row.bytes = original.bytes;
    if (last.nextElementSibling !== row.element) last.after(row.element);
    last = row.element;
    rows.set(row.element, row);
    observer.observe(row.element);
  }
  for (const row of known.values()) remove(row);
  if (originals.length === 0) notice("There is no image among the originals.");
  else notice(more ? `The first ${originals.length} images; there are more.` : "");
}

function remove(row) {
  row.forget();
  observer.unobserve(row.element);
  rows.delete(row.element);
  visible.delete(row);
  sums.delete(row.key);
  row.element.remove();
}

async function again() {
  round += 1;
  try {
    await list();
  } catch (error) {
    notice(`The originals cannot be listed: ${error.message}`);
  }
  showVisible();
}

async function command() {
  const response = await fetch("/_local/example.txt");
  byId("command").textContent = await response.text();
}

let typing;
byId("query").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(showVisible, TYPING_PAUSE_MILLISECONDS);
});
byId("controls").addEventListener("change", (event) => {
  if (event.target.name === "browser") sums.clear();
  showVisible();
});
byId("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  again();
});
byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("command").textContent);
    byId("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(byId("command"));
    byId("copied").textContent = "Selected; copy it with the keyboard.";
  }
});

again();
command();
