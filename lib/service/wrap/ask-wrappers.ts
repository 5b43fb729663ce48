/** hosts.allow and hosts.deny between the gates of a service and its start. */

import { close, type Fd, shutdown } from '../../sys/socket.ts';
import { receive } from '../../sys/transfer.ts';
import type { Host } from '../serving.ts';
import type { Outcome } from './outcome.ts';
import type { Call } from './wrappers.ts';

/** Calls back once: at once, unless something must be looked up or done first. Nobody but this caller waits for that. */
export function askWrappers(
  { service, world }: Host,
  call: Call,
  answered: (outcome: Outcome) => void,
): void {
  const outcome = world.wrappers.ask(service, call);
  // It never rejects.
  if (outcome instanceof Promise) void outcome.then(answered);
  else answered(outcome);
}

/** So much that nobody has read is taken off a connection, so that closing it does not take a banner with it. */
const scratch = new Uint8Array(4096);
const MOST_READS = 16;

/** Closes the connection of a caller who was turned away. */
export function hangUp(fd: Fd): void {
  try {
    shutdown(fd, 'write');
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const count = receive(fd, scratch);
      if (typeof count === 'string' || count === 0) break;
    }
  } finally {
    close(fd);
  }
}
