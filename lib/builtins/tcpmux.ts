/** The multiplexer of TCP services (RFC 1078): the caller names one in a line. */

import type { Connection, MuxTable, Shared, StreamBuiltin } from './builtin.ts';
import { Channel } from './channel.ts';
import { type LineEnd, MuxLine } from './tcpmux-line.ts';

/** How long a caller may take to name a service. */
const DEADLINE_MS = 10_000;
/** How long a line feed may come behind its carriage return. */
const LINE_FEED_MS = 200;

const GO = Buffer.from('+Go\r\n');

/** How a super server answers where there is no service for the caller. */
export interface MuxManner {
  /** What ends the caller's line; one that ends otherwise is not answered. */
  readonly end: LineEnd;
  /** What is said about a name that nobody has. */
  readonly unknown: Uint8Array;
  /** What is said to callers whom the service turns away; null: nothing. */
  readonly refused: Uint8Array | null;
}

const NOT_AVAILABLE = Buffer.from('-Service not available\r\n');
const NOT_FOUND = Buffer.from('-Service name not found\r\n');

export const INETD_MUX: MuxManner = { end: 'any', unknown: NOT_AVAILABLE, refused: NOT_AVAILABLE };
/** xinetd's, without the NUL byte that it sends behind each of its lines. */
export const XINETD_MUX: MuxManner = { end: 'cr-lf', unknown: NOT_FOUND, refused: null };

/** Reads the line without any byte of what follows it, and hands the connection to the service. */
export function tcpmuxStreams(mux: MuxTable, manner: MuxManner): StreamBuiltin {
  return (connection, shared) => new Request(connection, shared, { mux, manner }).start();
}

class Request {
  readonly #channel: Channel;
  readonly #shared: Shared;
  readonly #mux: MuxTable;
  readonly #manner: MuxManner;
  readonly #line: MuxLine;
  #cancelDeadline = () => {};

  constructor(
    connection: Connection,
    shared: Shared,
    { mux, manner }: { readonly mux: MuxTable; readonly manner: MuxManner },
  ) {
    this.#channel = new Channel(connection, shared);
    this.#shared = shared;
    this.#mux = mux;
    this.#manner = manner;
    this.#line = new MuxLine(manner.end);
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
    const { name, wrong } = this.#line;
    if (wrong) this.#channel.close();
    else if (name?.toLowerCase() === 'help') this.#channel.finish(this.#help());
    else this.#answer(name === null ? 'unknown' : this.#start(name));
  }

  #answer(result: 'started' | 'refused' | 'unknown'): void {
    if (result === 'started') return;
    const text = this.#manner[result];
    if (text === null) this.#channel.close();
    else this.#channel.finish(text);
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
