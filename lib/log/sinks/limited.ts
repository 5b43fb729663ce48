/** A file that may grow so far and no further (xinetd.conf(5), log_type FILE). */

import type { PathSink } from './path.ts';
import type { Sink } from './sink.ts';

/** Bytes; null: no limit. */
export interface SizeLimits {
  readonly soft: number | null;
  readonly hard: number | null;
}

/** Told once when a limit is passed, and again only after the file was shorter. */
export type Passed = (limit: 'soft' | 'hard') => void;

/** The line that passes the hard limit is the last one, until the file is cut, or another one is opened. */
export class LimitedSink implements Sink {
  readonly #file: PathSink;
  readonly #limits: SizeLimits;
  readonly #passed: Passed;
  #told: { soft: boolean; hard: boolean } = { soft: false, hard: false };
  #refused = 0;

  constructor(file: PathSink, limits: SizeLimits, passed: Passed) {
    this.#file = file;
    this.#limits = limits;
    this.#passed = passed;
  }

  get dropped(): number {
    return this.#file.dropped + this.#refused;
  }

  write(lines: readonly string[]): void {
    // Asked for each batch: others write to it, cut it and rotate it.
    let { size } = this.#file;
    if (size === null) {
      this.#file.write(lines);
      return;
    }
    this.#tell(size);
    const hard = this.#limits.hard ?? Number.POSITIVE_INFINITY;
    let taken = 0;
    for (; taken < lines.length && size <= hard; taken += 1)
      size += Buffer.byteLength(lines[taken] ?? '') + 1;
    if (taken > 0) this.#file.write(taken === lines.length ? lines : lines.slice(0, taken));
    this.#refused += lines.length - taken;
    this.#tell(size);
  }

  reopen(): string | null {
    return this.#file.reopen();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #tell(size: number): void {
    for (const limit of LIMITS) {
      const passed = size > (this.#limits[limit] ?? Number.POSITIVE_INFINITY);
      if (passed && !this.#told[limit]) this.#passed(limit);
      this.#told[limit] = passed;
    }
  }
}

const LIMITS = ['soft', 'hard'] as const;
