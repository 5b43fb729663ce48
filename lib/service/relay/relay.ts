/** Two connected sockets that are passed on to each other, inside the event loop. */

import { type Interest, isReadable, isWritable, type Poller, type Watch } from '../../sys/epoll.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { Flow } from './flow.ts';

/** Bytes that were passed on from the caller to the target, and back. */
export interface Passed {
  readonly fromCaller: number;
  readonly toCaller: number;
}

/**
 * Non-blocking, connected stream sockets, which belong to the relay from now on. When one side has said everything the
 * other one is told so and may go on answering; it ends when both have, or when a connection breaks. Then both are closed
 * and `ended` is called, once.
 */
export class Relay {
  readonly #caller: Side;
  readonly #target: Side;
  readonly #ended: (passed: Passed) => void;
  #closed = false;

  constructor(
    { caller, target }: { readonly caller: Fd; readonly target: Fd },
    poller: Poller,
    ended: (passed: Passed) => void,
  ) {
    this.#ended = ended;
    const there = new Flow(caller, target);
    const back = new Flow(target, caller);
    this.#caller = new Side(caller, { out: there, in: back });
    this.#target = new Side(target, { out: back, in: there });
    for (const side of [this.#caller, this.#target])
      side.begin(poller, (events) => this.#ready(side, events));
  }

  /** Ends both connections now. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#caller.close();
    this.#target.close();
    this.#ended({ fromCaller: this.#caller.bytes, toCaller: this.#target.bytes });
  }

  #ready(side: Side, events: number): void {
    if (!side.serve(events) || side.over) this.close();
    else {
      this.#caller.rewatch();
      this.#target.rewatch();
    }
  }
}

/** One of the two sockets: what comes out of it, and what goes in. */
class Side {
  readonly #fd: Fd;
  readonly #out: Flow;
  readonly #in: Flow;
  #watch: Watch | null = null;

  constructor(fd: Fd, flows: { readonly out: Flow; readonly in: Flow }) {
    this.#fd = fd;
    this.#out = flows.out;
    this.#in = flows.in;
  }

  get bytes(): number {
    return this.#out.bytes;
  }

  get over(): boolean {
    return this.#out.over && this.#in.over;
  }

  begin(poller: Poller, ready: (events: number) => void): void {
    this.#watch = poller.watch(this.#fd, 'in', ready);
  }

  /** False: this connection is gone. */
  serve(events: number): boolean {
    if (isWritable(events)) this.#in.write();
    return !(isReadable(events) && this.#out.wantsToRead) || this.#out.read();
  }

  rewatch(): void {
    this.#watch?.set(interestOf(this.#out.wantsToRead, this.#in.wantsToWrite));
  }

  close(): void {
    this.#watch?.stop();
    close(this.#fd);
  }
}

function interestOf(read: boolean, write: boolean): Interest {
  if (read) return write ? 'in-out' : 'in';
  return write ? 'out' : 'none';
}
