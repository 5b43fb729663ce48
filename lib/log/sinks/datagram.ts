/** Lines to a local syslog daemon, a datagram each. It may be slow, absent or started again under our feet. */

import { constants } from 'node:os';
import { MAX_LINE } from '../entry.ts';
import { type After, Losses, type Recovered, type Sink } from './sink.ts';

/** Sends a datagram to a Unix socket without blocking: 0 or -errno. */
export type UnixSend = (path: string, bytes: Uint8Array) => number;

/** Lines that may wait for a socket that is full or not there. */
export const MAX_WAITING_LINES = 512;

/** Room for the longest line; a character takes four bytes at most. */
const MAX_LINE_BYTES = 4 * MAX_LINE;

/** When to try again if no new line makes us try before, ms. */
export const RETRY_MS = 100;

/** Sends each line to `path`; a failure that may heal keeps the line, in order, for the next try. */
export class DatagramSink implements Sink {
  readonly #send: UnixSend;
  readonly #path: string;
  readonly #after: After;
  readonly #losses: Losses;
  /** One for all lines: what a full socket is offered again and again must not become garbage each time. */
  readonly #encoded = Buffer.allocUnsafeSlow(MAX_LINE_BYTES);
  #waiting: string[] = [];
  #retrying = false;

  constructor(to: { readonly path: string; readonly send: UnixSend }, after: After, recovered: Recovered) {
    this.#send = to.send;
    this.#path = to.path;
    this.#after = after;
    this.#losses = new Losses(recovered);
  }

  get dropped(): number {
    return this.#losses.total;
  }

  write(lines: readonly string[]): void {
    this.#pump();
    for (let i = 0; i < lines.length; i += 1) {
      const line = lines[i] ?? '';
      if (this.#waiting.length === 0 && this.#deliver(line)) continue;
      if (this.#waiting.length < MAX_WAITING_LINES) this.#waiting.push(line);
      else this.#losses.add(1);
    }
    if (this.#waiting.length > 0) this.#retryLater();
  }

  /** A last try; what a full or absent socket does not take now is lost. */
  close(): Promise<void> {
    this.#pump();
    this.#losses.add(this.#waiting.length);
    this.#waiting = [];
    return Promise.resolve();
  }

  #pump(): void {
    if (this.#waiting.length > 0) {
      let sent = 0;
      while (sent < this.#waiting.length && this.#deliver(this.#waiting[sent] ?? '')) sent += 1;
      this.#waiting.splice(0, sent);
    }
    if (this.#waiting.length === 0) this.#losses.tell();
  }

  /** Whether the line is done with. One that is too long for the socket would never get through. */
  #deliver(line: string): boolean {
    const length = this.#encoded.write(line);
    const result = this.#send(this.#path, this.#encoded.subarray(0, length));
    if (result >= 0) return true;
    if (result !== -constants.errno.EMSGSIZE) return false;
    this.#losses.add(1);
    return true;
  }

  #retryLater(): void {
    if (this.#retrying) return;
    this.#retrying = true;
    this.#after(RETRY_MS, () => {
      this.#retrying = false;
      this.#pump();
      if (this.#waiting.length > 0) this.#retryLater();
    });
  }
}
