// Saves the order of rules, a moment after the last of several moves.

import { call } from "../api.js";

const PAUSE = 500;

/**
 * @param {object} options
 * @param {string} options.address of the rules.
 * @param {() => number[]} options.ids in the order that is wanted now.
 * @param {(rules: object[]) => void} options.onSaved is given the rules as they are then.
 * @param {(error: Error) => void} options.onFailed
 * @returns {{later: () => void, now: () => Promise<void>}} `now` saves at once what waits to be saved.
 */
export function orderSaver({ address, ids, onSaved, onFailed }) {
  let timer = 0;
  let saving = Promise.resolve();

  async function save() {
    try {
      // Not ended with the page: an order that was changed is to be saved.
      const { body } = await call("PUT", `${address}/order`, { body: { rules: ids() }, keepalive: true });
      if (timer === 0) onSaved(body);
    } catch (error) {
      onFailed(error);
    }
  }

  function begin() {
    timer = 0;
    saving = saving.then(save);
  }

  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(begin, PAUSE);
    },
    now() {
      if (timer !== 0) {
        clearTimeout(timer);
        begin();
      }
      return saving;
    },
  };
}
