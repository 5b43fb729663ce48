/** What a state dump tells, as data (xinetd(8), SIGUSR1). */

import type { ServerView } from '../../builtins/builtin.ts';
import type { Service } from '../../model/service.ts';
import type { ServiceDefaults } from '../../model/service-defaults.ts';

/** Whether a service is served: mux clients have no socket, and what is paused is suspended. */
export type ServiceStatus = 'Active' | 'Suspended' | 'Not started';

/** One service and how it stands. */
export interface ServiceState {
  readonly service: Service;
  readonly status: ServiceStatus;
  readonly running: number;
  /** The descriptors of its listeners. */
  readonly descriptors: readonly number[];
}

/** What concerns the daemon as a whole. */
export interface DaemonFacts {
  readonly version: string;
  /** ms since 1970. */
  readonly wallMs: number;
  /** Every descriptor that is open. */
  readonly descriptors: readonly number[];
  readonly maxDescriptors: number;
  /** null: none. */
  readonly processLimit: number | null;
  readonly configFile: string;
  readonly logging: boolean;
  /** The daemon's own, which children inherit from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Snapshot {
  readonly facts: DaemonFacts;
  /** null: no defaults block was read. */
  readonly defaults: ServiceDefaults | null;
  readonly services: readonly ServiceState[];
  readonly servers: readonly ServerView[];
}
