/** How much a service is used, as the kernel counts it at its listeners. */

import { acceptQueue, openConnections } from '../../sys/sock-diag.ts';
import { type Fd, receiveMemory, socketType } from '../../sys/socket.ts';
import type { NamedFd } from '../types.ts';
import type { Sample } from './idle.ts';

/** Counts the callers of all listeners; of datagrams only those that wait can be counted. */
export function useOf(sockets: readonly NamedFd[]): Omit<Sample, 'use'> {
  let connections: number | null = 0;
  let waiting = 0;
  for (const { fd } of sockets) {
    const use = useOfOne(fd);
    connections = connections === null || use.connections === null ? null : connections + use.connections;
    waiting += use.waiting;
  }
  return { connections, waiting };
}

function useOfOne(fd: Fd): Omit<Sample, 'use'> {
  try {
    if (socketType(fd) === 'dgram') return { connections: 0, waiting: receiveMemory(fd) };
    return { connections: openConnections(fd), waiting: acceptQueue(fd)?.waiting ?? 0 };
  } catch {
    // A FIFO or a special file has no callers to count.
    return { connections: null, waiting: 0 };
  }
}
