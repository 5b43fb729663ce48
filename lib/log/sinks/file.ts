/** Lines to a regular file: written at once, as a file never makes its writer wait for a reader. */

import { writeSync } from 'node:fs';
import { Losses, type Recovered, type Sink } from './sink.ts';

/** Writes to an open descriptor. A full disk loses lines; when there is room again, it says so. */
export class FileSink implements Sink {
  readonly #fd: number;
  readonly #losses: Losses;
  /** A line was written in part only. */
  #torn = false;

  constructor(fd: number, recovered: Recovered) {
    this.#fd = fd;
    this.#losses = new Losses(recovered);
  }

  get dropped(): number {
    return this.#losses.total;
  }

  write(lines: readonly string[]): void {
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${lines.join('\n')}\n`);
    const written = this.#writeAll(bytes);
    if (written === bytes.length) {
      this.#torn = false;
      this.#losses.tell();
      return;
    }
    const whole = countNewlines(bytes.subarray(0, written)) - (this.#torn && written > 0 ? 1 : 0);
    if (written > 0) this.#torn = bytes[written - 1] !== NEWLINE;
    this.#losses.add(lines.length - whole);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many bytes were written before an error (ENOSPC, EDQUOT, EIO). */
  #writeAll(bytes: Buffer): number {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written);
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
