/** Lines to a pipe or a terminal, which somebody may have stopped reading. */

import type { Writable } from 'node:stream';
import { type After, CLOSE_MS, Losses, type Recovered, type Sink } from './sink.ts';

/** What may wait for a reader, in bytes; lines beyond it are lost until all of it has been read. */
export const MAX_WAITING = 1 << 20;

/** Writes to a stream of Node's, which buffers without end by itself. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  readonly #after: After;
  readonly #losses: Losses;
  #choked = false;
  #broken = false;

  constructor(stream: Writable, after: After, recovered: Recovered) {
    this.#stream = stream;
    this.#after = after;
    this.#losses = new Losses(recovered);
    stream.on('drain', () => {
      this.#choked = false;
      this.#losses.tell();
    });
    // EPIPE: the reader is gone for good. The daemon serves on without a log.
    stream.on('error', () => {
      this.#broken = true;
    });
  }

  get dropped(): number {
    return this.#losses.total;
  }

  write(lines: readonly string[]): void {
    if (this.#broken || this.#choked) {
      this.#losses.add(lines.length);
      return;
    }
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#choked = this.#stream.writableLength >= MAX_WAITING;
  }

  close(): Promise<void> {
    if (this.#broken || this.#stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#after(CLOSE_MS, resolve);
      this.#stream.write('', () => {
        cancel();
        resolve();
      });
    });
  }
}
