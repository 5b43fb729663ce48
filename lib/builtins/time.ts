/** The time service (RFC 868): the date as machines read it. */

import type { Clock } from '../sys/clock.ts';
import type { Connection, DatagramBuiltin, Shared } from './builtin.ts';
import { Channel } from './channel.ts';
import { write } from './datagram.ts';
import { timeBytes } from './time-bytes.ts';

/** Says the time and closes; what the caller says is thrown away. */
export function serveTime(connection: Connection, shared: Shared): void {
  new Channel(connection, shared).finish(timeBytes(shared.clock.wall()));
}

/** The same four bytes for any datagram. */
export function timeAnswers(clock: Clock): DatagramBuiltin {
  return (batch, index) => write(batch, index, timeBytes(clock.wall()));
}
