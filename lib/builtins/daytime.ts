/** The daytime service (RFC 867): the date as people read it. */

import type { Clock } from '../sys/clock.ts';
import type { DatagramBuiltin, StreamBuiltin } from './builtin.ts';
import { Channel } from './channel.ts';
import { write } from './datagram.ts';
import type { DaytimeFormat } from './daytime-text.ts';

/** Both forms of the service. They share the text, which is made once a second at most. */
export class Daytime {
  readonly #clock: Clock;
  readonly #format: DaytimeFormat;
  #second = Number.NaN;
  #text = Buffer.alloc(0);

  constructor(clock: Clock, format: DaytimeFormat) {
    this.#clock = clock;
    this.#format = format;
  }

  /** Says the time and closes; what the caller says is thrown away. */
  readonly stream: StreamBuiltin = (connection, shared) =>
    new Channel(connection, shared).finish(this.#now());

  /** The same text for any datagram. */
  readonly datagram: DatagramBuiltin = (batch, index) => write(batch, index, this.#now());

  #now(): Uint8Array {
    const wallMs = this.#clock.wall();
    const second = Math.floor(wallMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = Buffer.from(this.#format(wallMs), 'latin1');
    }
    return this.#text;
  }
}
