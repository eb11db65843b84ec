// Asks again and again, while somebody looks.

const SHORTEST = 1_000;
const LONGEST = 15_000;
const GROWTH = 1.5;

/**
 * Repeat a question until it says that there is nothing more to wait for, or until the page is left.
 *
 * Pauses grow while nothing changes; nothing is asked while the page is hidden.
 *
 * @param {() => Promise<"changed" | "same" | "over">} ask
 * @param {AbortSignal} signal of the page.
 */
export async function poll(ask, signal) {
  let pause = SHORTEST;
  while (!signal.aborted) {
    await passed(pause, signal);
    await looked(signal);
    if (signal.aborted) return;
    const news = await ask();
    if (news === "over") return;
    pause = news === "changed" ? SHORTEST : Math.min(pause * GROWTH, LONGEST);
  }
}

/** Until milliseconds have passed, or the signal says to give up. */
function passed(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

/** Until the page is visible, or the signal says to give up. */
function looked(signal) {
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", check);
      signal.removeEventListener("abort", check);
      resolve();
    };
    document.addEventListener("visibilitychange", check);
    signal.addEventListener("abort", check);
    check();
  });
}
