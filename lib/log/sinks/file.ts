/** Lines to a regular file: written at once, as a file never makes its writer wait for a reader. */

import { Losses, type Recovered, type Sink } from './sink.ts';

/** write(2) from `offset` on: how many bytes were written; it may throw. */
export type Write = (bytes: Uint8Array, offset: number) => number;

/** Writes each batch at once. A full disk loses lines; when there is room again, it says so. */
export class FileSink implements Sink {
  readonly #write: Write;
  readonly #losses: Losses;
  /** A line was written in part only. */
  #torn = false;

  constructor(write: Write, recovered: Recovered) {
    this.#write = write;
    this.#losses = new Losses(recovered);
  }

  get dropped(): number {
    return this.#losses.total;
  }

  write(lines: readonly string[]): void {
    // A line that was written in part is ended, and was counted as lost.
    if (this.#torn) this.#torn = this.#writeAll(Buffer.of(NEWLINE)) === 0;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const written = this.#torn ? 0 : this.#writeAll(bytes);
    if (written === bytes.length) {
      this.#losses.tell();
      return;
    }
    if (written > 0) this.#torn = bytes[written - 1] !== NEWLINE;
    this.#losses.add(lines.length - countNewlines(bytes.subarray(0, written)));
  }

  /** What is written from now on goes to another file, which holds no half of a line. */
  renew(): void {
    this.#torn = false;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many bytes were written before an error (ENOSPC, EDQUOT, EIO). */
  #writeAll(bytes: Buffer): number {
    let written = 0;
    try {
      for (let more = -1; more !== 0 && written < bytes.length; written += more) {
        more = this.#write(bytes, written);
      }
    } catch {
      // Counted by the caller; there is nowhere to say it now.
    }
    return written;
  }
}

const NEWLINE = 0x0a;

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
