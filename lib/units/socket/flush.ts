/** FlushPending=: what waits at a socket is thrown away (systemd.socket(5)). */

import { readSync } from 'node:fs';
import { isAccepting } from '../../model/listen-target.ts';
import type { AcceptBatch } from '../../sys/accept.ts';
import { close, setBlocking } from '../../sys/socket.ts';
import { discardDatagram } from '../../sys/transfer.ts';
import type { Port } from './port.ts';

/** Callers faster than we are must not keep us here: more than a backlog holds is not flushed at once. */
const MOST = 5000;
const CHUNK = 65_536;

/** Connections are accepted and closed, everything else is read; datagrams so that no sharer of the socket can make us wait. */
export function flush(ports: readonly Port[], accepted: AcceptBatch): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (const { fd, target } of ports) {
    // Its messages are no business of read(2).
    if (target.kind === 'message-queue') continue;
    // It belongs to all who share the socket, and a service wants to wait: it set it so.
    setBlocking(fd, false);
    const isFile = target.kind === 'fifo' || target.kind === 'special';
    const discard = isFile ? () => readAway(fd, buffer) : () => discardDatagram(fd);
    const take = isAccepting(target) ? () => drop(fd, accepted) : discard;
    for (let taken = 0; taken < MOST && take(); ) taken += 1;
  }
}

function drop(fd: number, accepted: AcceptBatch): boolean {
  const count = accepted.accept(fd, { blocking: false });
  for (let at = 0; at < count; at++) close(accepted.fds[at] ?? -1);
  return count > 0;
}

/** What a file holds, up to its end. */
function readAway(fd: number, buffer: Buffer): boolean {
  try {
    return readSync(fd, buffer) > 0;
  } catch {
    return false;
  }
}
