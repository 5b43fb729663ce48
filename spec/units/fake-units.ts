/** Units of a file system in memory whose runners do what a spec says; everything said and done is kept. */

import type { Event } from '../../lib/log/events.ts';
import type { Unit } from '../../lib/model/socket-unit.ts';
import type { World } from '../../lib/service/serving.ts';
import type { Facts } from '../../lib/units/condition-tests.ts';
import type { ActiveState, Home, ServiceRunner, SocketRunner, UnitRunner } from '../../lib/units/types.ts';
import { Units } from '../../lib/units/units.ts';
import { ManualClock } from '../builtins/manual-clock.ts';
import { loadTree, type UnitFiles } from '../fixtures/units.ts';

/** A runner that goes where it is told. */
export class FakeRunner implements UnitRunner {
  unit: Unit;
  active: ActiveState = 'inactive';
  sub = 'dead';
  result = 'success';
  /** Where a start and a stop lead at once; null: nowhere until the spec says so. */
  onStart: ActiveState | null = 'active';
  onStop: ActiveState | null = 'inactive';
  readonly heard: string[] = [];
  readonly #home: Home;
  readonly #did: string[];

  constructor(unit: Unit, home: Home, did: string[]) {
    this.unit = unit;
    this.#home = home;
    this.#did = did;
  }

  get name(): string {
    return this.unit.head.name;
  }

  get mainPid(): number | null {
    return null;
  }

  get descriptors() {
    return [];
  }

  get counters() {
    return { accepted: 0, connections: 0, refused: 0, triggered: 0 };
  }

  start(): void {
    this.#did.push(`start ${this.name}`);
    this.go(this.onStart ?? 'activating');
  }

  stop(): void {
    if (this.active === 'inactive' || this.active === 'failed') return;
    this.#did.push(`stop ${this.name}`);
    this.go(this.onStop ?? 'deactivating');
  }

  /** It is in another state now. */
  go(active: ActiveState, { sub = '', result = 'success' } = {}): void {
    const was = this.active;
    this.active = active;
    this.sub = sub;
    this.result = result;
    this.#home.changed(this, was);
  }

  refresh(): void {
    this.#did.push(`refresh ${this.name}`);
  }

  resetFailed(): void {
    if (this.active === 'failed') this.go('inactive');
  }

  replace(unit: Unit): void {
    this.#did.push(`replace ${this.name}`);
    this.unit = unit;
  }

  adopt(): void {}

  serviceChanged(service: UnitRunner): void {
    this.heard.push(`${service.name} ${service.active}`);
  }

  connectionEnded(instance: string): void {
    this.heard.push(`ended ${instance}`);
  }
}

export interface FakeUnits {
  readonly units: Units;
  readonly did: string[];
  readonly events: Event[];
  readonly runner: (name: string) => FakeRunner;
  /** Lets everything that waits for the end of a call happen. */
  readonly settle: () => void;
}

/** A machine on which no condition holds but those about paths that it has. */
export function fakeFacts(paths: readonly string[] = []): Facts {
  const stat = (path: string) =>
    paths.includes(path) ? ({ kind: 'file', bytes: 1, mode: 0o100644 } as const) : null;
  return { stat } as unknown as Facts;
}

/** Units of files; `/units` is the folder that is loaded unless paths say more. */
export async function fakeUnits(
  files: UnitFiles,
  { paths = [] }: { readonly paths?: readonly string[] } = {},
): Promise<FakeUnits> {
  const { store } = await loadTree(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`/etc/superd/${name}`, text])),
  );
  const did: string[] = [];
  const events: Event[] = [];
  const soon: (() => void)[] = [];
  const world = {
    clock: new ManualClock(),
    emit: (event: Event) => events.push(event),
    connections: true,
  } as unknown as World;
  const make = (unit: Unit, home: Home) => new FakeRunner(unit, home, did);
  const units = new Units({
    world,
    store,
    facts: fakeFacts(paths),
    makeSocket: (unit, home) => make(unit, home) as unknown as SocketRunner,
    makeService: (unit, home) => make(unit, home) as unknown as ServiceRunner,
    soon: (call) => soon.push(call),
  });
  return {
    units,
    did,
    events,
    runner: (name) => units.find(name) as unknown as FakeRunner,
    settle: () => {
      for (let call = soon.shift(); call !== undefined; call = soon.shift()) call();
    },
  };
}
