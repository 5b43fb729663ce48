/** Writes texts of any length piece by piece, no faster than the caller reads. */

import type { Cancel, Clock } from '../sys/clock.ts';
import type { Channel } from './channel.ts';

/** A caller who takes nothing for so long is closed. */
const STALLED_MS = 60_000;
/** Characters put together for one write. */
const PIECE = 16_384;

/** Where a text goes, and what is next. */
export interface Telling {
  readonly channel: Channel;
  readonly clock: Clock;
  /** Everything was taken; the channel is no longer watched for it. */
  done(): void;
}

/** Says all parts, one behind the other. They are asked for only when there is room for them. */
export function tell(parts: Iterable<string>, telling: Telling): void {
  new Teller(parts[Symbol.iterator](), telling).go();
}

class Teller {
  readonly #parts: Iterator<string, unknown>;
  readonly #telling: Telling;
  #pending: Uint8Array = new Uint8Array(0);
  #cancel: Cancel = () => {};

  constructor(parts: Iterator<string, unknown>, telling: Telling) {
    this.#parts = parts;
    this.#telling = telling;
  }

  go(): void {
    this.#wait();
    this.#telling.channel.watch('out', () => this.#write());
  }

  /** Once a turn, so that a fast reader takes nothing from the other services. */
  #write(): void {
    if (this.#pending.length === 0) this.#pending = this.#next();
    if (this.#pending.length === 0) {
      this.#cancel();
      this.#telling.done();
      return;
    }
    const sent = this.#telling.channel.send(this.#pending);
    if (sent === 'gone') this.#leave();
    else if (sent !== 'again') {
      this.#pending = this.#pending.subarray(sent);
      this.#cancel();
      this.#wait();
    }
  }

  #next(): Uint8Array {
    let text = '';
    while (text.length < PIECE) {
      const next = this.#parts.next();
      if (next.done === true) break;
      text += next.value;
    }
    return Buffer.from(text);
  }

  #wait(): void {
    this.#cancel = this.#telling.clock.after(STALLED_MS, () => this.#leave());
  }

  #leave(): void {
    this.#cancel();
    this.#telling.channel.close();
  }
}
