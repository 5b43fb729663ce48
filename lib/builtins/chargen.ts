/** The character generator (RFC 864): lines without an end. */

import type { Connection, DatagramBuiltin, Shared, StreamBuiltin } from './builtin.ts';
import { Channel, isOver } from './channel.ts';
import { chargenLines, LINE_BYTES, LINE_COUNT } from './chargen-lines.ts';
import { write } from './datagram.ts';

/** Enough for a socket buffer of usual size: the pattern nine times, so that from any line on there is one write's worth. */
const BLOCK_ROUNDS = 9;

/**
 * Writes the lines until the caller is gone: once a turn, so that a fast reader takes nothing from the other services.
 * What the caller says is thrown away; if it says that nothing more comes, it may still read.
 */
export function chargenStreams(lines: Uint8Array): StreamBuiltin {
  const block = new Uint8Array(BLOCK_ROUNDS * lines.length);
  for (let round = 0; round < BLOCK_ROUNDS; round++) block.set(lines, round * lines.length);
  return (connection, shared) => generate(connection, shared, { block, period: lines.length });
}

/** One line for any datagram; the next one, whoever asks, is shifted by one. */
export function chargenAnswers(): DatagramBuiltin {
  let position = 0;
  return (batch, index) => {
    write(batch, index, chargenLines.subarray(position, position + LINE_BYTES));
    position = (position + LINE_BYTES) % chargenLines.length;
  };
}

/** Bytes of xinetd's answer, and the lines in it: the last one is cut, with its CR LF. */
const ANSWER_BYTES = 1024;
const ANSWER_LINES = Math.ceil(ANSWER_BYTES / LINE_BYTES);
const CR_LF = Uint8Array.of(0x0d, 0x0a);

/** xinetd's answer: as many lines as 1024 bytes hold. The next one, whoever asks, goes on behind them. */
export function chargenPages(lines: Uint8Array): DatagramBuiltin {
  const round = new Uint8Array(2 * lines.length);
  round.set(lines);
  round.set(lines, lines.length);
  let line = 0;
  return (batch, index) => {
    const at = line * LINE_BYTES;
    write(batch, index, round.subarray(at, at + ANSWER_BYTES));
    batch.room(index).set(CR_LF, ANSWER_BYTES - CR_LF.length);
    line = (line + ANSWER_LINES) % LINE_COUNT;
  };
}

/** The pattern several times over, and the bytes after which it is the same again. */
interface Pattern {
  readonly block: Uint8Array;
  readonly period: number;
}

function generate(connection: Connection, shared: Shared, { block, period }: Pattern): void {
  const channel = new Channel(connection, shared);
  let position = 0;
  const write = () => {
    const sent = channel.send(block.subarray(position));
    if (sent === 'gone') channel.close();
    else if (sent !== 'again') position = (position + sent) % period;
  };
  channel.watch('in-out', () => {
    if (isOver(channel.receive(shared.scratch))) channel.watch('out', write);
    write();
  });
}
