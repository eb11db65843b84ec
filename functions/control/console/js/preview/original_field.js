// The choice of an original.

import { call } from "../api.js";
import { bytes } from "../words.js";
import { addressOf, asAddress, looksLikeImage, prefixOf } from "./addresses.js";
import { combobox } from "./combobox.js";

const FIRST = 200;
const SUGGESTED = 20;

/**
 * @param {object} options
 * @param {{id: number}} options.resource
 * @param {AbortSignal} options.signal The signal of the page.
 * @param {(how: {soon: boolean}) => void} options.onChoose Called when the address changes.
 * @param {(text: string, again: (() => void) | null) => void} options.onFailure Called if there is no first image.
 */
export function originalField({ resource, signal, onChoose, onFailure }) {
  let address = "";
  const field = combobox({
    id: "preview-original",
    label: "Original",
    hint: "Or a path with a query: /photos/cat.jpg?width=800",
    word: "original",
    suggest,
    onChoose: (value) => take(asAddress(value)),
    signal,
  });

  async function listed(prefix, limit, turn) {
    const query = new URLSearchParams({ prefix, limit });
    return (await call("GET", `/cdn/resources/${resource.id}/originals?${query}`, { signal: turn })).body;
  }

  async function suggest(typed, turn) {
    const prefix = prefixOf(typed);
    if (prefix === null) return null;
    const { results, next } = await listed(prefix, SUGGESTED, turn);
    const suggestions = results.map(({ path, bytes: size }) => ({ value: addressOf(path), text: path, detail: bytes(size) }));
    return { suggestions, more: next !== null };
  }

  function take(chosen) {
    address = chosen;
    field.set(chosen);
    onChoose({ soon: true });
  }

  return {
    node: field.node,
    /** Path and query; empty until one is chosen. */
    address: () => address,
    refuse: field.refuse,
    /** Choose the first image of the resource. */
    async begin() {
      try {
        const { results } = await listed("", FIRST, signal);
        if (address !== "" || field.isBeingWritten()) return;
        const image = results.find(({ path }) => looksLikeImage(path));
        if (image) take(addressOf(image.path));
        else onFailure("No image is found among the first originals. Write the path of one.", null);
      } catch (error) {
        if (!signal.aborted && address === "") onFailure(error.message, () => this.begin());
      }
    },
  };
}
