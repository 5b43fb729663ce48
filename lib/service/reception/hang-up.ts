/** Closing a connection without losing what was sent on it. */

import { close, type Fd, shutdown } from '../../sys/socket.ts';
import { receive } from '../../sys/transfer.ts';

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
