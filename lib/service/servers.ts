/** The running servers of one service, where somebody has to find them again. */

import type { AddressKey } from '../access/address-key.ts';
import type { Peer } from '../model/peer.ts';
import type { Clock } from '../sys/clock.ts';

/** Whom a server serves; null: whoever comes to its listener. */
export interface Served {
  readonly peer: Peer;
  readonly address: AddressKey;
}

/** A server that runs; `startedAt` counts ms from 1970. */
export interface Running {
  readonly pid: number;
  readonly startedAt: number;
  readonly served: Served | null;
}

/** Servers by their pid. */
export class Servers {
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #running = new Map<number, Running>();
  #late: ((pid: number) => void) | null = null;
  #idle: (() => void) | null = null;
  /** How starts that wait for another try are given up. */
  readonly #waiting = new Set<() => void>();
  /** Starts that have not been told of yet. */
  #underWay = 0;

  constructor(clock: Pick<Clock, 'wall'>) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#running.size;
  }

  /** All of them, as they are now. */
  get all(): readonly (readonly [number, Served | null])[] {
    return [...this.#running.values()].map(({ pid, served }) => [pid, served]);
  }

  /** All of them while they are looked at, with the times of their starts. */
  get running(): Iterable<Running> {
    return this.#running.values();
  }

  /** Whether none runs, and none is on its way. */
  get idle(): boolean {
    return this.#running.size === 0 && this.#underWay === 0;
  }

  has(pid: number): boolean {
    return this.#running.has(pid);
  }

  /** One is to be started: `started` or `failed` follows. */
  starts(): void {
    this.#underWay += 1;
  }

  /** A start waits for another try, unless it is given up; what is returned says that it no longer does. */
  waits(giveUp: () => void): () => void {
    this.#waiting.add(giveUp);
    return () => this.#waiting.delete(giveUp);
  }

  failed(): void {
    this.#underWay -= 1;
    if (this.idle) this.#idle?.();
  }

  started(pid: number, served: Served | null): void {
    this.#underWay -= 1;
    this.#running.set(pid, { pid, startedAt: this.#clock.wall(), served });
    this.#late?.(pid);
  }

  exited(pid: number): void {
    this.#running.delete(pid);
    if (this.idle) this.#idle?.();
  }

  /** From now on there shall be none: starts that wait are given up, `late` is told of each one that still starts, `idle` whenever the last is gone. */
  end({ late, idle }: { readonly late: (pid: number) => void; readonly idle: () => void }): void {
    this.#late = late;
    this.#idle = idle;
    for (const giveUp of this.#waiting) giveUp();
  }
}
