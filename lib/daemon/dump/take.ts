/** Takes a state dump of the services at one moment. */

import type { ServiceDefaults } from '../../model/service-defaults.ts';
import type { Runner } from '../../service/runner.ts';
import type { State } from '../../service/state.ts';
import { serversOf } from '../service-table.ts';
import type { DaemonFacts, ServiceState, ServiceStatus, Snapshot } from './snapshot.ts';

/** What a dump tells of the daemon beside its services. */
export interface Surroundings {
  readonly facts: DaemonFacts;
  readonly defaults: ServiceDefaults | null;
}

export function snapshotOf(runners: Iterable<Runner>, { defaults, facts }: Surroundings): Snapshot {
  const all = [...runners];
  return {
    facts,
    defaults,
    services: all.map(stateOf),
    servers: all.flatMap((runner) => [...serversOf(runner)]),
  };
}

const STATUS: Readonly<Record<State['name'], ServiceStatus>> = {
  closed: 'Not started',
  unbound: 'Not started',
  listening: 'Active',
  full: 'Active',
  'handed-over': 'Active',
  paused: 'Suspended',
  tripped: 'Suspended',
};

function stateOf({ admission, descriptors, service, state }: Runner): ServiceState {
  return {
    service,
    status: service.mux === undefined ? STATUS[state.name] : 'Not started',
    running: admission.children,
    descriptors,
  };
}
