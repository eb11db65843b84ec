// Polls while the page is visible.

const SHORTEST = 1_000;
const LONGEST = 15_000;
const GROWTH = 1.5;

/**
 * Repeat a request until it reports the end, or until the page is left.
 *
 * Pauses grow while nothing changes. A hidden page sends no requests.
 *
 * @param {() => Promise<"changed" | "same" | "over">} ask
 * @param {AbortSignal} signal The signal of the page.
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

/** Wait for milliseconds, or until the signal aborts. */
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

/** Wait until the page is visible, or the signal aborts. */
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
