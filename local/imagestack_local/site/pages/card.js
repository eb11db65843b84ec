// A card: one response with its image, figures and headers.

import * as words from "./words.js";

const FACTS = [
  ["X-Img-Operations", "done", (value) => value],
  ["X-Img-Processing-Time", "took", (value) => `${value} ms`],
];

export class Card {
  #part;
  #abort = new AbortController();
  #open;
  #request = null;

  /** @param open - called with the card's last request when its picture is clicked; null if there is nothing to open */
  constructor(template, title, open) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#part = (name) => this.element.querySelector(`.card-${name}`);
    this.#part("title").textContent = title;
    this.#open = open;
    this.#part("picture").addEventListener("click", () => this.#open?.(this.#request));
  }

  /**
   * Fetch the image and show it.
   *
   * @param queue - where fetches wait for each other
   * @param request - `url`, `accept` (the header; null for what the browser sends), `original` (bytes to compare
   *   with; null for none)
   * @returns the number of bytes of an image, null for any other answer or if a later call took over
   */
  async show(queue, request) {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#request = request;
    this.#begin(request.url);
    try {
      const answer = await queue.run(() => ask(request, signal), signal);
      if (signal.aborted) return null;
      this.#answered(answer, request);
      return answer.isImage ? answer.bytes : null;
    } catch (error) {
      if (!signal.aborted) this.#failed(`The server did not respond: ${error.message}`);
      return null;
    }
  }

  /** Cancel the request. */
  forget() {
    this.#abort.abort();
  }

  #begin(url) {
    this.element.setAttribute("aria-busy", "true");
    this.element.classList.remove("failed");
    const link = this.#part("url");
    link.textContent = url;
    link.href = url;
    this.#state("Waiting …");
  }

  #answered(answer, request) {
    this.element.setAttribute("aria-busy", "false");
    const saved = request.original === null ? null : words.saved(request.original, answer.bytes);
    this.#part("saved").textContent = answer.isImage ? (saved ?? "") : "";
    this.#part("saved").classList.toggle("more", saved?.startsWith("+") ?? false);
    this.#part("bytes").textContent = words.bytes(answer.bytes);
    this.#part("type").textContent = words.format(answer.headers.get("Content-Type"));
    this.#part("pixels").textContent = "";
    this.#facts(answer.headers);
    this.#headers(answer, request.accept);
    if (answer.isImage) this.#picture(answer, request);
    else this.#failed(`${answer.status} ${answer.problem}`);
  }

  #picture(answer, request) {
    const image = document.createElement("img");
    const address = URL.createObjectURL(answer.blob);
    image.alt = `${decodeURIComponent(request.url.split("?")[0].slice(1))} as answered`;
    image.addEventListener("load", () => {
      URL.revokeObjectURL(address);
      this.#part("pixels").textContent = `${image.naturalWidth} × ${image.naturalHeight}`;
    });
    image.addEventListener("error", () => {
      URL.revokeObjectURL(address);
      if (image.isConnected) this.#state(`This browser cannot show ${answer.headers.get("Content-Type")}.`);
    });
    image.src = address;
    this.#part("picture").replaceChildren(image);
    this.#part("picture").disabled = this.#open === null;
    this.#part("picture").title = this.#open === null ? "" : "Compare with the original";
  }

  #facts(headers) {
    const reason = headers.get("Img-Skip-Reason");
    this.#part("skip").hidden = reason === null;
    this.#part("skip").textContent = reason === null ? "" : `Skipped – ${reason}`;
    const facts = FACTS.filter(([name]) => headers.has(name));
    this.#part("facts").replaceChildren(
      ...facts.map(([name, label, text]) => group(...pair(label, text(headers.get(name)), name))),
    );
  }

  #headers(answer, accept) {
    this.#part("headers").hidden = false;
    this.#part("headers").querySelector("dl").replaceChildren(
      ...(accept === null ? [] : pair("accept (request)", accept)),
      ...pair("status", String(answer.status)),
      ...[...answer.headers].flatMap(([name, value]) => pair(name, value)),
    );
  }

  #failed(message) {
    this.element.setAttribute("aria-busy", "false");
    this.element.classList.add("failed");
    this.#state(message);
  }

  #state(message) {
    const state = document.createElement("span");
    state.className = "card-state";
    state.textContent = message;
    this.#part("picture").replaceChildren(state);
    this.#part("picture").disabled = true;
  }
}

/** Fetch an image. */
export async function ask({ url, accept }, signal) {
  // The page shows the effect of changed rules and originals, so the browser's cache is not used.
  const headers = accept === null ? {} : { Accept: accept };
  const response = await fetch(url, { headers, cache: "no-store", signal });
  const blob = await response.blob();
  const isImage = response.ok && (response.headers.get("Content-Type") ?? "").startsWith("image/");
  return {
    status: response.status,
    headers: response.headers,
    blob,
    isImage,
    // The length of the response. The blob is decoded where there is a Content-Encoding.
    bytes: Number(response.headers.get("Content-Length") ?? blob.size),
    problem: isImage ? "" : await problem(blob),
  };
}

async function problem(blob) {
  if (blob.size > 10_000) return "– not an image";
  const text = await blob.text();
  try {
    const { error, message } = JSON.parse(text);
    return error ?? message ?? "– not an image";
  } catch {
    return "– not an image";
  }
}

function group(...elements) {
  const element = document.createElement("div");
  element.append(...elements);
  return element;
}

function pair(name, value, title = "") {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  term.textContent = name;
  if (title !== "") term.title = title;
  description.textContent = value;
  return [term, description];
}
