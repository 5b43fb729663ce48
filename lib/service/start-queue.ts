/** How many starts are under way, so that a flood waits in the kernel's backlogs and not in our memory. */

/**
 * Starts queued for the spawner threads. Each holds an accepted descriptor; few of them keep the descriptors of
 * children low, and copying them cheap.
 */
export class StartQueue {
  readonly #capacity: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many more starts fit now. */
  get room(): number {
    return this.#capacity - this.#underWay;
  }

  begin(): void {
    this.#underWay += 1;
  }

  /** One start has reached its program, or failed. Who waits longest is called first. */
  end(): void {
    this.#underWay -= 1;
    if (this.#waiting.length > 0 && this.room >= this.#capacity / 2) {
      for (const call of this.#waiting.splice(0)) call();
    }
  }

  /** Calls back once when there is room again. */
  readonly whenRoom = (call: () => void): void => {
    this.#waiting.push(call);
  };
}
