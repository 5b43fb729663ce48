/** Room for descriptors, made when a configuration is loaded and not when a caller finds none. */

import type { Service } from '../model/service.ts';
import type { World } from '../service/serving.ts';
import { raiseOpenFiles } from '../sys/limits.ts';

/** Connections, logs and files that the daemon itself may have open beside its listeners. */
const SPARE = 1024;

/** Raises the limit of open files to what these services need; says so when that cannot be. */
export function makeRoom(services: readonly Service[], world: World): void {
  const sockets = services.reduce((sum, service) => sum + service.sockets.length, 0);
  const needed = world.lowest + sockets + SPARE;
  const limit = raiseOpenFiles(needed);
  if (limit >= needed) return;
  const message =
    `${sockets} sockets need ${needed} descriptors, and no more than ${limit} are allowed: ` +
    `raise the limit (ulimit -n ${needed}, LimitNOFILE=${needed})`;
  world.emit({ event: 'message', level: limit < world.lowest + sockets ? 'err' : 'warning', message });
}
