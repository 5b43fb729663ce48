import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { CLOSE_MS } from '../../../lib/log/sinks/sink.ts';
import { MAX_WAITING, StreamSink } from '../../../lib/log/sinks/stream.ts';
import { ManualClock } from '../manual-clock.ts';

/** A stream whose reader takes a chunk when told to. */
class Reader extends Writable {
  text = '';
  #next: ((error?: Error) => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, next: (error?: Error) => void): void {
    this.text += chunk.toString();
    this.#next = next;
  }

  get stuck(): boolean {
    return this.#next !== undefined;
  }

  /** Reads everything that waits. */
  async readAll(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      next();
      await turn();
    }
  }

  async fail(code: string): Promise<void> {
    this.#take()?.(Object.assign(new Error(code), { code }));
    await turn();
  }

  #take(): ((error?: Error) => void) | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}

function sinkTo(stream: Writable) {
  const clock = new ManualClock();
  const said: number[] = [];
  const sink = new StreamSink(
    stream,
    (delayMs, action) => clock.after(delayMs, action),
    (lines) => said.push(lines),
  );
  return { clock, said, sink };
}

const kilobyte = 'x'.repeat(1023);

describe('StreamSink', () => {
  it('writes the lines of a batch as one chunk', async () => {
    const reader = new Reader();
    sinkTo(reader).sink.write(['eins', 'zwei']);
    expect(reader.text).toBe('eins\nzwei\n');
    await reader.readAll();
  });

  it('keeps a mebibyte for a reader that stopped, counts the rest, and says it when all has been read', async () => {
    const reader = new Reader();
    const { said, sink } = sinkTo(reader);
    for (let i = 0; i < 3000; i += 1) sink.write([kilobyte]);
    expect(reader.writableLength).toBe(MAX_WAITING);
    expect({ dropped: sink.dropped, said }).toEqual({ dropped: 3000 - MAX_WAITING / 1024, said: [] });
    await reader.readAll();
    expect(said).toEqual([3000 - MAX_WAITING / 1024]);
    sink.write(['later']);
    await reader.readAll();
    expect(reader.text.split('\n')).toHaveLength(MAX_WAITING / 1024 + 2);
    expect(reader.text).toMatch(/\nlater\n$/);
  });

  it('says nothing after a short delay that lost nothing', async () => {
    const reader = new Reader();
    const { said, sink } = sinkTo(reader);
    for (let i = 0; i < 100; i += 1) sink.write([kilobyte]);
    await reader.readAll();
    expect({ said, dropped: sink.dropped }).toEqual({ said: [], dropped: 0 });
  });

  it('drops and counts everything once the reader is gone', async () => {
    const reader = new Reader();
    const { sink } = sinkTo(reader);
    sink.write(['one']);
    await reader.fail('EPIPE');
    sink.write(['two', 'three']);
    expect(sink.dropped).toBe(2);
    await sink.close();
  });

  it('waits at the end for what a reader still takes', async () => {
    const reader = new Reader();
    const { clock, sink } = sinkTo(reader);
    sink.write(['one']);
    const closed = sink.close();
    expect({ stuck: reader.stuck, pending: clock.pending }).toEqual({ stuck: true, pending: 1 });
    await reader.readAll();
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('does not wait for a reader that takes nothing', async () => {
    const { clock, sink } = sinkTo(new Reader());
    sink.write(['one']);
    const closed = sink.close();
    clock.advance(CLOSE_MS);
    await closed;
  });

  it('waits for nothing when nothing waits', async () => {
    const { clock, sink } = sinkTo(new Reader());
    await sink.close();
    expect(clock.pending).toBe(0);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
