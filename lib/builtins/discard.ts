/** The discard service (RFC 863): what comes in is thrown away. */

import type { Connection, DatagramBuiltin, Shared } from './builtin.ts';
import { Channel, isOver } from './channel.ts';

/** Reads until the caller has said everything. */
export function serveDiscard(connection: Connection, shared: Shared): void {
  const channel = new Channel(connection, shared);
  channel.watch('in', () => {
    if (isOver(channel.receive(shared.scratch))) channel.close();
  });
}

/** No datagram is answered. */
export const answerDiscard: DatagramBuiltin = (batch, index) => batch.drop(index);
