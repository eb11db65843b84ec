// Requests previews for each browser in turn, and never shows the answer to an outdated question.

const PAUSE = 400;

/**
 * @template Question, Answer
 * @typedef {object} Progress
 * @property {boolean} busy Whether more answers follow.
 * @property {Map<string, {answer: Answer, question: Question, fresh: boolean}>} answers The last answer of
 *   each browser, and whether it answers the current question.
 * @property {Error | null} failure Why no more answers follow.
 */

/**
 * @template Question, Answer
 * @param {object} options
 * @param {string[]} options.browsers All browsers.
 * @param {(question: Question, browser: string, signal: AbortSignal) => Promise<Answer>} options.ask
 * @param {(asked: Progress<Question, Answer>) => void} options.onNews Called at each change.
 * @param {AbortSignal} options.signal The signal of the page.
 */
export function asking({ browsers, ask, onNews, signal }) {
  let question = null;
  let key = "";
  let preferred = browsers[0];
  let failure = null;
  let timer = 0;
  /** @type {AbortController | null} */
  let current = null;
  const answers = new Map();

  const isFresh = (browser) => answers.get(browser)?.key === key;
  const next = () => [preferred, ...browsers].find((browser) => !isFresh(browser));

  function tell() {
    const told = [...answers].map(([browser, { key: of, ...rest }]) => [browser, { ...rest, fresh: of === key }]);
    onNews({ busy: current !== null, answers: new Map(told), failure });
  }

  function stop() {
    clearTimeout(timer);
    current?.abort();
    current = null;
  }

  function start(pause) {
    stop();
    if (signal.aborted) return;
    failure = null;
    const turn = new AbortController();
    current = turn;
    timer = setTimeout(() => run(turn), pause);
    tell();
  }

  async function run(turn) {
    try {
      for (let browser = next(); browser; browser = next()) {
        const asked = question;
        const answer = await ask(asked, browser, turn.signal);
        if (turn.signal.aborted) return;
        answers.set(browser, { answer, question: asked, key });
        if (next()) tell();
      }
    } catch (error) {
      if (turn.signal.aborted) return;
      failure = error;
    }
    current = null;
    tell();
  }

  signal.addEventListener("abort", stop);
  return {
    /** Ask, unless this is the current question. @param {Question} asked @param {{soon?: boolean}} [how] */
    put(asked, { soon = false } = {}) {
      const wanted = JSON.stringify(asked);
      if (wanted === key) return;
      question = asked;
      key = wanted;
      start(soon ? 0 : PAUSE);
    },
    /** Ask for this browser first. @param {string} browser */
    prefer(browser) {
      preferred = browser;
      tell();
    },
    /** Repeat the requests that failed. */
    again() {
      start(0);
    },
  };
}
