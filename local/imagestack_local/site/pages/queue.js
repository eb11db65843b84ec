// Limits the number of tasks that run at a time. A cancelled task is not started.

export class Queue {
  #waiting = [];
  #running = 0;

  constructor(limit) {
    this.limit = limit;
  }

  /** Run a task when there is room, with the signal. The promise rejects if the signal aborts before that. */
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
