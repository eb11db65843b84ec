// Saves the order of rules, shortly after the last of several moves.

import { call } from "../api.js";

const PAUSE = 500;

/**
 * @param {object} options
 * @param {string} options.address The address of the rules.
 * @param {() => number[]} options.ids Gives the ids in the wanted order.
 * @param {(rules: object[]) => void} options.onSaved Gets the stored rules.
 * @param {(error: Error) => void} options.onFailed
 * @returns {{later: () => void, now: () => Promise<void>}} `now` saves a pending change at once.
 */
export function orderSaver({ address, ids, onSaved, onFailed }) {
  let timer = 0;
  let saving = Promise.resolve();

  async function save() {
    try {
      // Not aborted with the page: a changed order must be saved.
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
