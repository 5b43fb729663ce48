/** Readiness of descriptors: one epoll instance for all, so that a wakeup costs the same with one socket and with ten thousand. */

import { Attempts } from './attempts.ts';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import type { Fd } from './socket.ts';

/** What is waited for. With `none` not even an error wakes. */
export type Interest = 'none' | 'in' | 'out' | 'in-out';

/** One watched descriptor. */
export interface Watch {
  set(interest: Interest): void;
  /** Ends the watch. It must precede close(2): a child's copy of the descriptor would keep the registration alive. */
  stop(): void;
}

const EPOLL_CTL_ADD = constant('EPOLL_CTL_ADD');
const EPOLL_CTL_MOD = constant('EPOLL_CTL_MOD');
const EPOLL_CTL_DEL = constant('EPOLL_CTL_DEL');
const EPOLLIN = constant('EPOLLIN');
const EPOLLOUT = constant('EPOLLOUT');
const EPOLLHUP = constant('EPOLLHUP');
const masks: Readonly<Record<Interest, number>> = {
  none: 0,
  in: EPOLLIN,
  out: EPOLLOUT,
  'in-out': EPOLLIN | EPOLLOUT,
};

/** Events of a batch, and numbers of an event: token, generation, events. */
const batchSize = 64;
const words = 3;

/** Whether an event means that reading will not wait; errors and hangups are seen by reading too. */
export function isReadable(events: number): boolean {
  return (events & ~EPOLLOUT) !== 0;
}

/** Whether an event means that writing will not wait; errors and hangups are seen by writing too. */
export function isWritable(events: number): boolean {
  return (events & ~EPOLLIN) !== 0;
}

/** Whether the other side is gone for good; on a listener: somebody called shutdown(2) on it. */
export function isHangUp(events: number): boolean {
  return (events & EPOLLHUP) !== 0;
}

/** Watches descriptors, level-triggered. There is one in a process (EEXIST for a second); it keeps the process alive. */
export class Poller {
  readonly #events = new Uint32Array(batchSize * words);
  readonly #slots: Slot[] = [];
  readonly #free: number[] = [];
  readonly #attempts = new Attempts();

  constructor() {
    check(
      native.epollOpen(this.#events, (count) => this.#deliver(count)),
      'epoll_create1',
      'poller',
    );
  }

  /** Calls `ready` with the epoll events (epoll_ctl(2)) whenever the descriptor is ready for the interest. */
  watch(fd: Fd, interest: Interest, ready: (events: number) => void): Watch {
    const token = this.#free.pop() ?? this.#slots.length;
    const generation = ((this.#slots[token]?.generation ?? 0) + 1) >>> 0;
    const slot = new Slot({ fd, token, generation }, ready, this.#free);
    this.#slots[token] = slot;
    try {
      slot.set(interest);
    } catch (error) {
      slot.stop();
      throw error;
    }
    return slot;
  }

  /** Whether the watches keep the process alive. */
  ref(on: boolean): void {
    native.epollRef(on ? 1 : 0);
  }

  /** Ends every watch. The descriptors stay open. */
  close(): void {
    for (const slot of this.#slots) slot.ready = null;
    native.epollClose();
  }

  #deliver(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const slot = this.#slots[this.#events[index * words] ?? 0];
      const events = this.#events[index * words + 2] ?? 0;
      if (slot?.ready && slot.generation === this.#events[index * words + 1]) this.#call(slot.ready, events);
    }
    this.#attempts.finish();
  }

  #call(ready: (events: number) => void, events: number): void {
    try {
      ready(events);
    } catch (error) {
      this.#attempts.keep(error);
    }
  }
}

/** A place in the table of watches. Its number is the token; a stale event carries an older generation. */
class Slot implements Watch {
  readonly fd: Fd;
  readonly token: number;
  readonly generation: number;
  /** Null once it was stopped. */
  ready: ((events: number) => void) | null;
  readonly #free: number[];
  #interest: Interest = 'none';

  constructor(
    place: { readonly fd: Fd; readonly token: number; readonly generation: number },
    ready: (events: number) => void,
    free: number[],
  ) {
    this.fd = place.fd;
    this.token = place.token;
    this.generation = place.generation;
    this.ready = ready;
    this.#free = free;
  }

  set(interest: Interest): void {
    if (this.ready === null || this.#interest === interest) return;
    // An empty mask would still report hangups, again and again: without interest there is no registration.
    let operation = EPOLL_CTL_MOD;
    if (this.#interest === 'none') operation = EPOLL_CTL_ADD;
    else if (interest === 'none') operation = EPOLL_CTL_DEL;
    const result = native.epollCtl(operation, this.fd, masks[interest], this.token, this.generation);
    check(result, 'epoll_ctl', `fd ${this.fd}`);
    this.#interest = interest;
  }

  stop(): void {
    if (this.ready === null) return;
    this.ready = null;
    // It may be closed already, or the poller: then there is nothing to take out.
    if (this.#interest !== 'none') native.epollCtl(EPOLL_CTL_DEL, this.fd, 0, this.token, this.generation);
    this.#interest = 'none';
    this.#free.push(this.token);
  }
}
