import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { DatagramSink, MAX_WAITING_LINES, RETRY_MS, type UnixSend } from '../../../lib/log/sinks/datagram.ts';
import { ManualClock } from '../manual-clock.ts';

const { EAGAIN, ENOENT, ECONNREFUSED, EMSGSIZE } = constants.errno;

/** A syslog daemon that takes so many datagrams and then answers with `error`. */
class Daemon {
  readonly taken: string[] = [];
  tries = 0;
  room = Number.POSITIVE_INFINITY;
  error = EAGAIN;

  readonly send: UnixSend = (path, bytes) => {
    expect(path).toBe('/dev/log');
    this.tries += 1;
    if (bytes.length > 100) return -EMSGSIZE;
    if (this.room === 0) return -this.error;
    this.room -= 1;
    this.taken.push(Buffer.from(bytes).toString());
    return 0;
  };
}

function sinkTo(daemon: Daemon) {
  const clock = new ManualClock();
  const said: number[] = [];
  const sink = new DatagramSink(
    { path: '/dev/log', send: daemon.send },
    (delayMs, action) => clock.after(delayMs, action),
    (lines) => said.push(lines),
  );
  return { clock, said, sink };
}

const lines = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `line ${from + i}`);

describe('DatagramSink', () => {
  it('sends a datagram a line', () => {
    const daemon = new Daemon();
    const { clock, sink } = sinkTo(daemon);
    sink.write(['eins', 'zwei ü']);
    expect(daemon.taken).toEqual(['eins', 'zwei ü']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { error: EAGAIN, state: 'is full' },
    { error: ENOENT, state: 'is not there' },
    { error: ECONNREFUSED, state: 'has lost its daemon' },
  ])('keeps lines in order while the socket $state', ({ error }) => {
    const daemon = new Daemon();
    daemon.room = 1;
    daemon.error = error;
    const { clock, said, sink } = sinkTo(daemon);
    sink.write(lines(3));
    sink.write(lines(2, 3));
    clock.advance(RETRY_MS);
    expect(daemon.taken).toEqual(lines(1));
    daemon.room = 2;
    clock.advance(RETRY_MS);
    expect(daemon.taken).toEqual(lines(3));
    daemon.room = 100;
    clock.advance(RETRY_MS);
    expect(daemon.taken).toEqual(lines(5));
    expect({ said, dropped: sink.dropped, pending: clock.pending }).toEqual({
      said: [],
      dropped: 0,
      pending: 0,
    });
  });

  it('sends what waited before a new line, without awaiting the retry', () => {
    const daemon = new Daemon();
    daemon.room = 0;
    const { sink } = sinkTo(daemon);
    sink.write(lines(2));
    daemon.room = 100;
    sink.write(lines(1, 2));
    expect(daemon.taken).toEqual(lines(3));
  });

  it('counts what it cannot keep, asks a full socket once a batch, and says the loss when all is sent', () => {
    const daemon = new Daemon();
    daemon.room = 0;
    const { clock, said, sink } = sinkTo(daemon);
    sink.write(lines(MAX_WAITING_LINES + 7));
    sink.write(lines(3));
    expect({ tries: daemon.tries, dropped: sink.dropped, said }).toEqual({ tries: 2, dropped: 10, said: [] });
    daemon.room = MAX_WAITING_LINES - 1;
    clock.advance(RETRY_MS);
    expect(said).toEqual([]);
    daemon.room = 1;
    clock.advance(RETRY_MS);
    expect(said).toEqual([10]);
    expect(daemon.taken).toEqual(lines(MAX_WAITING_LINES));
  });

  it('gives up a line that no socket takes, so that it does not hold up the others', () => {
    const daemon = new Daemon();
    const { said, sink } = sinkTo(daemon);
    sink.write(['a', 'x'.repeat(101), 'b']);
    expect({ taken: daemon.taken, dropped: sink.dropped }).toEqual({ taken: ['a', 'b'], dropped: 1 });
    sink.write(['c']);
    expect(said).toEqual([1]);
  });

  it('has one retry under way, however much is written', () => {
    const daemon = new Daemon();
    daemon.room = 0;
    const { clock, sink } = sinkTo(daemon);
    for (let i = 0; i < 10; i += 1) sink.write(lines(1));
    expect(clock.pending).toBe(1);
  });

  it('tries once more at the end and counts the rest', async () => {
    const daemon = new Daemon();
    daemon.room = 0;
    const { sink } = sinkTo(daemon);
    sink.write(lines(3));
    daemon.room = 2;
    await sink.close();
    expect({ taken: daemon.taken, dropped: sink.dropped }).toEqual({ taken: lines(2), dropped: 1 });
  });
});
