/** The multiplexer of TCP services (RFC 1078): the caller names one in a line. */

import type { Connection, MuxTable, Shared } from './builtin.ts';
import { Channel } from './channel.ts';
import { MuxLine } from './tcpmux-line.ts';

/** How long a caller may take to name a service. */
const DEADLINE_MS = 10_000;
/** How long a line feed may come behind its carriage return. */
const LINE_FEED_MS = 200;

const GO = Buffer.from('+Go\r\n');
const NOT_AVAILABLE = Buffer.from('-Service not available\r\n');

/** Reads the line without any byte of what follows it, and hands the connection to the service. */
export function serveTcpmux(connection: Connection, shared: Shared, mux: MuxTable): void {
  new Request(connection, shared, mux).start();
}

class Request {
  readonly #channel: Channel;
  readonly #shared: Shared;
  readonly #mux: MuxTable;
  readonly #line = new MuxLine();
  #cancelDeadline = () => {};

  constructor(connection: Connection, shared: Shared, mux: MuxTable) {
    this.#channel = new Channel(connection, shared);
    this.#shared = shared;
    this.#mux = mux;
  }

  start(): void {
    this.#expect(DEADLINE_MS, () => this.#leave());
    this.#channel.watch('in', () => this.#read());
  }

  /** Takes what belongs to the line; part of a line too, or the poller would not rest. */
  #read(): void {
    const window = this.#shared.scratch.subarray(0, Math.max(this.#line.room, 1));
    const seen = this.#channel.peek(window);
    if (seen === 'gone') this.#leave();
    else if (seen === 0) this.#serve();
    else if (seen !== 'again') this.#take(window.subarray(0, seen));
  }

  #take(seen: Uint8Array): void {
    const ours = this.#line.take(seen);
    if (ours > 0) this.#channel.receive(seen.subarray(0, ours));
    if (this.#line.ended) this.#serve();
    else if (this.#line.undecided) this.#expect(LINE_FEED_MS, () => this.#serve());
  }

  #leave(): void {
    this.#cancelDeadline();
    this.#channel.close();
  }

  #serve(): void {
    this.#cancelDeadline();
    this.#channel.unwatch();
    const name = this.#line.name;
    if (name?.toLowerCase() === 'help') this.#channel.finish(this.#help());
    else if (name === null || this.#start(name) !== 'started') this.#channel.finish(NOT_AVAILABLE);
  }

  #start(name: string): 'started' | 'refused' | 'unknown' {
    const greets = this.#mux.plus(name);
    return this.#mux.start(name, this.#channel.connection, () => {
      if (greets) this.#channel.send(GO);
    });
  }

  #help(): Uint8Array {
    return Buffer.from(
      this.#mux
        .names()
        .map((name) => `${name}\r\n`)
        .join(''),
      'latin1',
    );
  }

  #expect(delayMs: number, otherwise: () => void): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#shared.clock.after(delayMs, otherwise);
  }
}
