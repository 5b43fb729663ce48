/** Refusals, counted all and told a few times: a flood of callers must not become a flood of lines. */

import type { Level, RefusalReason } from '../log/events.ts';
import type { Service } from '../model/service.ts';
import type { World } from './serving.ts';

const LINES = 5;
const INTERVAL_MS = 10_000;

/** At most so many lines in the interval for one service; the first one after it says how many were left out. */
export class RefusalLog {
  readonly #world: World;
  #count = 0;
  #lines = 0;
  #suppressed = 0;
  #windowEnd = Number.NEGATIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
  }

  /** Every refusal so far. */
  get count(): number {
    return this.#count;
  }

  add(service: Service, reason: RefusalReason, peer: string, level: Level | null): void {
    this.#count += 1;
    const now = this.#world.clock.now();
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + INTERVAL_MS;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines > LINES) {
      this.#suppressed += 1;
      return;
    }
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    const limit = limitOf(service, reason);
    this.#world.emit({
      event: 'refused',
      service: service.name,
      label: service.label,
      peer,
      reason,
      limit,
      suppressed,
      ...(level === null ? {} : { level }),
    });
  }
}

function limitOf({ access, limits }: Service, reason: RefusalReason): number | null {
  switch (reason) {
    case 'rate':
      return limits.perMinute;
    case 'per-address-rate':
      return limits.perAddressPerMinute;
    case 'per-address-children':
      return limits.perAddressChildren;
    case 'ip-max':
      return limits.ipMax;
    case 'ftp-data':
    case 'wrappers':
    case 'loop':
    case 'start-failed':
    case 'hours':
    case 'sensor':
    case 'address':
    case 'ident':
    case 'process-limit':
      return null;
    case 'load':
      return access.maxLoad;
    case 'children':
      return limits.children;
  }
}
