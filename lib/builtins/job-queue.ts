/** Jobs one after the other, so that a hung file system takes one thread and not all of Node's four. */

export class JobQueue {
  readonly #capacity: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** At most so many jobs wait or run. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Runs the job when those before it have ended; rejects at once when the queue is full. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#capacity) throw new Error('too many jobs');
    this.#waiting += 1;
    const before = this.#last;
    const mine = before.then(job, job).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = mine.catch(() => {}); // whoever asked for the job hears of it
    return mine;
  }
}
