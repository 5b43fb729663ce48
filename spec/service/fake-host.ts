/** A host of a service for specs of what stands on it: real gates, a clock moved by hand, and everything said is kept. */

import { Admission } from '../../lib/access/admission.ts';
import { House } from '../../lib/access/house.ts';
import type { Event, RefusalReason } from '../../lib/log/events.ts';
import type { Service } from '../../lib/model/service.ts';
import type { Host, World } from '../../lib/service/serving.ts';
import { StartQueue } from '../../lib/service/start-queue.ts';
import type { ServiceEvent } from '../../lib/service/state.ts';
import { GRANTED, type Outcome } from '../../lib/service/wrap/outcome.ts';
import { ManualClock } from '../builtins/manual-clock.ts';

/** What it was told, and what it answers. */
export interface FakeHost extends Host {
  readonly clock: ManualClock;
  readonly events: readonly Event[];
  readonly applied: readonly ServiceEvent[];
  readonly refusals: readonly RefusalReason[];
}

/** Answers of the world around it. */
export interface Around {
  readonly wrappers?: Outcome | Promise<Outcome>;
  readonly name?: string | null;
}

export function fakeHost(service: Service, { wrappers = GRANTED, name = null }: Around = {}): FakeHost {
  const clock = new ManualClock();
  const events: Event[] = [];
  const applied: ServiceEvent[] = [];
  const refusals: RefusalReason[] = [];
  const house = new House({ load: () => 0, minute: () => 0, processLimit: null });
  const world = {
    clock,
    house,
    connections: false,
    emit: (event: Event) => events.push(event),
    starts: new StartQueue(8),
    patience: new StartQueue(2),
    wrappers: { waiting: new StartQueue(8), ask: () => wrappers },
    names: { known: () => Promise.resolve(name) },
    // Nobody is told: a caller who does not read goes on doing so.
    poller: { watch: () => ({ set() {}, stop() {} }) },
  };
  return {
    service,
    clock,
    events,
    applied,
    refusals,
    world: world as unknown as World,
    admission: new Admission(service, house),
    tells: false,
    servers: null,
    apply: (event) => applied.push(event),
    refuse: (reason) => refusals.push(reason),
    stall() {},
  };
}
