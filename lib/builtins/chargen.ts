/** The character generator (RFC 864): lines without an end. */

import type { Connection, DatagramBuiltin, Shared } from './builtin.ts';
import { Channel, isOver } from './channel.ts';
import { chargenLines, LINE_BYTES } from './chargen-lines.ts';
import { write } from './datagram.ts';

/** Enough for a socket buffer of usual size: the pattern nine times, so that from any line on there is one write's worth. */
const BLOCK_ROUNDS = 9;
const block = new Uint8Array(BLOCK_ROUNDS * chargenLines.length);
for (let round = 0; round < BLOCK_ROUNDS; round++) block.set(chargenLines, round * chargenLines.length);

/**
 * Writes lines until the caller is gone: once a turn, so that a fast reader takes nothing from the other services. What
 * the caller says is thrown away; if it says that nothing more comes, it may still read.
 */
export function serveChargen(connection: Connection, shared: Shared): void {
  const channel = new Channel(connection, shared);
  let position = 0;
  const write = () => {
    const sent = channel.send(block.subarray(position));
    if (sent === 'gone') channel.close();
    else if (sent !== 'again') position = (position + sent) % chargenLines.length;
  };
  channel.watch('in-out', () => {
    if (isOver(channel.receive(shared.scratch))) channel.watch('out', write);
    write();
  });
}

/** One line for any datagram; the next one, whoever asks, is shifted by one. */
export function chargenAnswers(): DatagramBuiltin {
  let position = 0;
  return (batch, index) => {
    write(batch, index, chargenLines.subarray(position, position + LINE_BYTES));
    position = (position + LINE_BYTES) % chargenLines.length;
  };
}
