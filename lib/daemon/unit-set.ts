/** The units of a daemon beside its services: started, reloaded and stopped with them. */

import type { UnitSet } from '../config/loaded.ts';
import { NO_UNITS } from '../config/systemd/no-units.ts';
import type { World } from '../service/serving.ts';
import type { UnitStore } from '../units/store.ts';
import type { SocketCounters, UnitRunner } from '../units/types.ts';
import type { Units } from '../units/units.ts';

/** Makes the units of a daemon: once, with the first configuration that has any. What runs them is loaded only then. */
export type MakeUnits = (world: World, store: UnitStore) => Promise<Units>;

const NOTHING: UnitSet = { store: NO_UNITS, start: [] };

/** Nothing at all as long as no configuration holds a unit. */
export class UnitSets {
  readonly #world: World;
  readonly #make: MakeUnits | null;
  #units: Units | null = null;
  #started: ReadonlySet<string> = new Set();
  #stopped = false;

  constructor(world: World, make: MakeUnits | null) {
    this.#world = world;
    this.#make = make;
  }

  /** Those that there are. */
  get units(): Units | null {
    return this.#units;
  }

  get count(): number {
    return this.#units?.size ?? 0;
  }

  get sockets(): number {
    return this.#units?.sockets ?? 0;
  }

  /**
   * Goes on with what was read. A unit that cannot be loaded keeps its last good definition, and one whose file is gone
   * runs on until somebody stops it (systemctl(1), daemon-reload). What is enabled now and was not before is started.
   */
  async apply(read: UnitSet | undefined): Promise<void> {
    const set = read ?? NOTHING;
    if (this.#units === null) {
      if (this.#make === null || set.store.names().length === 0) return;
      const units = await this.#make(this.#world, set.store);
      if (this.#stopped) return;
      this.#units = units;
    } else {
      const { changed, gone } = this.#units.replace(set.store);
      for (const service of changed) this.#world.emit({ event: 'changed', service });
      for (const name of gone) this.#note(name, 'its file is gone; it runs on until it is stopped');
    }
    this.#units.startAll(set.start.filter((name) => !this.#started.has(name)));
    this.#started = new Set(set.start);
  }

  /** Services are stopped as they say, or left alone; sockets are closed. */
  async stop(servers: 'end' | 'leave'): Promise<void> {
    this.#stopped = true;
    await this.#units?.stopAll(servers === 'end' ? 'all' : 'sockets');
  }

  /** One event for the state of each unit. */
  dump(): void {
    for (const runner of this.#units?.runners ?? []) {
      const { name, sub } = runner;
      this.#world.emit({ event: 'state', service: name, state: sub, ...countsOf(runner) });
    }
  }

  #note(unit: string, problem: string): void {
    this.#world.emit({ event: 'unit', unit, level: 'warning', message: `${unit}: ${problem}` });
  }
}

/** The counters of a socket; a service has one child at most that is known by name. */
function countsOf(runner: UnitRunner): {
  readonly children: number;
  readonly served: number;
  readonly refused: number;
} {
  if ('counters' in runner) {
    const { accepted, connections, refused, triggered } = runner.counters as SocketCounters;
    return { children: connections, served: accepted + triggered, refused };
  }
  const isUp = runner.active !== 'inactive' && runner.active !== 'failed';
  return { children: isUp ? 1 : 0, served: 0, refused: 0 };
}
