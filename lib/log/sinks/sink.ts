/** Where lines go. No sink blocks, throws or grows without bound. */

/** Takes lines and counts those it had to give up. */
export interface Sink {
  /** Lines given up since the start. */
  readonly dropped: number;
  /** Takes lines without their newlines. */
  write(lines: readonly string[]): void;
  /** Where there is a path: opens it anew. Why it cannot be, or null; the old file stays then. */
  reopen?(): string | null;
  /** Resolves when what waits has been handed over, or after `CLOSE_MS` when nobody takes it. */
  close(): Promise<void>;
}

/** Called when lines can be written again after `lines` of them were lost. */
export type Recovered = (lines: number) => void;

/** Calls `action` once after `delayMs`, unless the returned function is called before. */
export type After = (delayMs: number, action: () => void) => () => void;

/** How long a log that nobody takes may hold up the end, ms. */
export const CLOSE_MS = 1000;

/** Counts lost lines, and says once how many they were when the way is free again. */
export class Losses {
  readonly #recovered: Recovered;
  #total = 0;
  #told = 0;

  constructor(recovered: Recovered) {
    this.#recovered = recovered;
  }

  get total(): number {
    return this.#total;
  }

  add(lines: number): void {
    this.#total += lines;
  }

  tell(): void {
    const untold = this.#total - this.#told;
    if (untold === 0) return;
    this.#told = this.#total;
    this.#recovered(untold);
  }
}
