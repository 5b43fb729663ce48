/** Room for descriptors, made when a configuration is loaded and not when a caller finds none. */

import type { Service } from '../model/service.ts';
import type { ServiceLog } from '../model/service-log.ts';
import { MOST_GUESTS } from '../service/relay/passing-on.ts';
import type { World } from '../service/serving.ts';
import { raiseOpenFiles } from '../sys/limits.ts';

/** Connections and files that the daemon itself may have open beside what its services need. */
const SPARE = 1024;

/** Connections that are passed on, of all services at once: room is not made for the worst of each. */
const MOST_PASSED_ON = 4 * MOST_GUESTS;

/** What services keep open, as far as it can be told beforehand. */
export interface Needs {
  readonly sockets: number;
  /** Files of their logs. */
  readonly logs: number;
  /** Both ends of the connections that are passed on. */
  readonly relays: number;
}

/** Raises the limit of open files to what these services need; says so when that cannot be. */
export function makeRoom(services: readonly Service[], world: World): void {
  const { sockets, logs, relays } = needsOf(services);
  const least = world.lowest + sockets + logs;
  const needed = least + relays + SPARE;
  const limit = raiseOpenFiles(needed);
  if (limit >= needed) return;
  const message =
    `${sockets} sockets need ${needed} descriptors, and no more than ${limit} are allowed: ` +
    `raise the limit (ulimit -n ${needed}, LimitNOFILE=${needed})`;
  world.emit({ event: 'message', level: limit < least ? 'err' : 'warning', message });
}

/** The needs of services. Each log is a file of its own, but for the one that services without their own share. */
export function needsOf(services: readonly Service[]): Needs {
  const shared = new Set<string>();
  let sockets = 0;
  let logs = 0;
  let guests = 0;
  for (const service of services) {
    const path = logPath(service.log);
    sockets += service.sockets.length + (service.intercept ? 1 : 0);
    if (service.log?.common !== true && path !== null) logs += 1;
    else if (path !== null) shared.add(path);
    if (passesOn(service)) guests += Math.min(service.limits.children ?? MOST_GUESTS, MOST_GUESTS);
  }
  return { sockets, logs: logs + shared.size, relays: 2 * Math.min(guests, MOST_PASSED_ON) };
}

function logPath(log: ServiceLog | null): string | null {
  return log?.target.kind === 'file' ? log.target.path : null;
}

function passesOn({ action, intercept }: Service): boolean {
  return action.kind === 'redirect' || intercept;
}
