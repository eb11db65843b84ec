// Runs at most so many tasks at a time; those that nobody waits for any more are not begun.

export class Queue {
  #waiting = [];
  #running = 0;

  constructor(limit) {
    this.limit = limit;
  }

  /** Run a task when there is room. It is given the signal; the promise rejects when the signal aborts before. */
  run(task, signal) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, signal, resolve, reject });
      this.#next();
    });
  }

  #next() {
    while (this.#running < this.limit && this.#waiting.length > 0) {
      const { task, signal, resolve, reject } = this.#waiting.shift();
      if (signal.aborted) {
        reject(signal.reason);
        continue;
      }
      this.#running += 1;
      task(signal)
        .then(resolve, reject)
        .finally(() => {
          this.#running -= 1;
          this.#next();
        });
    }
  }
}
