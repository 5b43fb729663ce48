/** Calling several callbacks of which one may throw: the others are called all the same. */

/** Collects what was thrown, to be thrown once all were called. */
export class Attempts {
  #errors: unknown[] = [];

  /** Runs an action and keeps its error. */
  run(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.keep(error);
    }
  }

  /** Keeps what a callback threw. */
  keep(error: unknown): void {
    this.#errors.push(error);
  }

  /** Throws what was kept: the error itself, or all of them together. */
  finish(): void {
    if (this.#errors.length === 0) return;
    const errors = this.#errors;
    this.#errors = [];
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'several callbacks failed');
  }
}
