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

/** A place in the table of watches. Its number is the token; a stale event carries an older generation. */
interface Slot {
  fd: Fd;
  generation: number;
  interest: Interest;
  ready: ((events: number) => void) | null;
}

const EPOLL_CTL_ADD = constant('EPOLL_CTL_ADD');
const EPOLL_CTL_MOD = constant('EPOLL_CTL_MOD');
const EPOLL_CTL_DEL = constant('EPOLL_CTL_DEL');
const EPOLLIN = constant('EPOLLIN');
const EPOLLOUT = constant('EPOLLOUT');
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
    const slot: Slot = { fd, generation, interest: 'none', ready };
    this.#slots[token] = slot;
    try {
      this.#set(token, slot, interest);
    } catch (error) {
      slot.ready = null;
      this.#free.push(token);
      throw error;
    }
    return {
      set: (wanted) => this.#set(token, slot, wanted),
      stop: () => this.#stop(token, slot),
    };
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

  #set(token: number, slot: Slot, interest: Interest): void {
    if (slot.ready === null || slot.interest === interest) return;
    // An empty mask would still report hangups, again and again: without interest there is no registration.
    let operation = EPOLL_CTL_MOD;
    if (slot.interest === 'none') operation = EPOLL_CTL_ADD;
    else if (interest === 'none') operation = EPOLL_CTL_DEL;
    const result = native.epollCtl(operation, slot.fd, masks[interest], token, slot.generation);
    check(result, 'epoll_ctl', `fd ${slot.fd}`);
    slot.interest = interest;
  }

  #stop(token: number, slot: Slot): void {
    if (slot.ready === null) return;
    slot.ready = null;
    // It may be closed already, or the poller: then there is nothing to take out.
    if (slot.interest !== 'none') native.epollCtl(EPOLL_CTL_DEL, slot.fd, 0, token, slot.generation);
    slot.interest = 'none';
    this.#free.push(token);
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
    this.#attempts.run(() => ready(events));
  }
}
