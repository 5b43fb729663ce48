/** Ending the servers of a service that is gone. */

import { constants } from 'node:os';
import type { Servers } from './servers.ts';
import type { World } from './serving.ts';

/** Whose servers, and how long they have between TERM and KILL, ms. */
export interface Ending {
  readonly service: string;
  readonly timeoutMs: number;
}

/**
 * Tells the process group of each server to end, and kills those that have not in time. Resolves when none is left, or the
 * last was killed. Nobody waits for it: the daemon goes on.
 */
export function endServers(servers: Servers, { service, timeoutMs }: Ending, world: World): Promise<void> {
  const tell = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => {
    if (!world.children.killGroup(pid, constants.signals[signal])) return;
    world.emit({ event: 'ending', service, pid, signal });
  };
  for (const [pid] of servers.all) tell(pid, 'SIGTERM');
  return new Promise((resolve) => {
    let cancel = () => {};
    const idle = () => {
      cancel();
      resolve();
    };
    // One that was on its way to its program: its service is no more.
    servers.end({ late: (pid) => tell(pid, 'SIGKILL'), idle });
    if (servers.idle) {
      resolve();
      return;
    }
    cancel = world.clock.after(timeoutMs, () => {
      for (const [pid] of servers.all) tell(pid, 'SIGKILL');
      resolve();
    });
  });
}
