/** What a service at run time needs besides its home. */

import type { NamedFd } from '../types.ts';
import type { ServiceStarter } from './commands.ts';
import type { Sample } from './idle.ts';

/** Made once for all services of a daemon. */
export interface ServiceTools {
  readonly starter: ServiceStarter;
  /** A new $INVOCATION_ID: 32 hexadecimal digits. */
  readonly invocation: () => string;
  /** CLOCK_MONOTONIC in µs. */
  readonly monotonicUs: () => number;
  /** The name of an exit status (systemd.exec(5), PROCESS EXIT CODES); null: it has none. */
  readonly exitName: (status: number) => string | null;
  /** How much its listeners are used. */
  readonly useOf: (sockets: readonly NamedFd[]) => Omit<Sample, 'use'>;
}

/** Who sent a notification, as the kernel vouches for it. */
export interface Sender {
  readonly pid: number;
  readonly uid: number;
}
