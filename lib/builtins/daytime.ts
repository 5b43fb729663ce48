/** The daytime service (RFC 867): the date as people read it. */

import type { Clock } from '../sys/clock.ts';
import type { Connection, DatagramBuiltin, Shared } from './builtin.ts';
import { Channel } from './channel.ts';
import { write } from './datagram.ts';
import { daytimeText } from './daytime-text.ts';

/** Says the time and closes; what the caller says is thrown away. */
export function serveDaytime(connection: Connection, shared: Shared): void {
  new Channel(connection, shared).finish(Buffer.from(daytimeText(shared.clock.wall()), 'latin1'));
}

/** The same text for any datagram. */
export function daytimeAnswers(clock: Clock): DatagramBuiltin {
  return (batch, index) => write(batch, index, Buffer.from(daytimeText(clock.wall()), 'latin1'));
}
