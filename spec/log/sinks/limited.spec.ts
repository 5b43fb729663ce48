import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LimitedSink, type SizeLimits } from '../../../lib/log/sinks/limited.ts';
import { PathSink } from '../../../lib/log/sinks/path.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
  path = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file with limits, and which of them it said were passed. */
function limited(limits: Partial<SizeLimits>, at = path) {
  const said: string[] = [];
  const file = new PathSink({ path: at, lowest: 0 }, () => undefined);
  const sink = new LimitedSink(file, { soft: null, hard: null, ...limits }, (limit) => said.push(limit));
  return { sink, said };
}

/** Lines of ten bytes with their newline. */
const lines = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `line ${n}...`.slice(0, 9));
const read = (at = path): string => readFileSync(at, 'utf8');

describe('a log file with limits', () => {
  // biome-ignore format: a table
  it.each([
    { limits: {}, count: 9, size: 90, said: [], because: 'there is none' },
    { limits: { soft: 50, hard: 100 }, count: 5, size: 50, said: [], because: 'the soft one is just reached' },
    { limits: { soft: 50, hard: 100 }, count: 6, size: 60, said: ['soft'], because: 'the soft one is passed' },
    { limits: { soft: 50, hard: 100 }, count: 10, size: 100, said: ['soft'], because: 'the hard one is just reached' },
    { limits: { soft: 50, hard: 100 }, count: 11, size: 110, said: ['soft', 'hard'], because: 'the line that passes it is written' },
    { limits: { soft: 50, hard: 100 }, count: 30, size: 110, said: ['soft', 'hard'], because: 'it is the last' },
    { limits: { soft: 25, hard: 25 }, count: 30, size: 30, said: ['soft', 'hard'], because: 'both are the same' },
  ])('of $limits has $size bytes after $count lines and said $said: $because', ({ limits, count, size, said }) => {
    for (const batches of [lines(count).map((line) => [line]), [lines(count)]]) {
      rmSync(path, { force: true });
      const { sink, said: told } = limited(limits);
      for (const batch of batches) sink.write(batch);
      expect([read().length, told, sink.dropped]).toEqual([size, said, count - size / 10]);
    }
  });

  it('that was over it at the start takes nothing', () => {
    writeFileSync(path, 'x'.repeat(101));
    const { sink, said } = limited({ soft: 50, hard: 100 });
    sink.write(['one']);
    expect([read().length, said, sink.dropped]).toEqual([101, ['soft', 'hard'], 1]);
  });

  it('goes on once it was cut, and speaks again when it is too long again', () => {
    const { sink, said } = limited({ soft: 50, hard: 100 });
    sink.write(lines(20));
    truncateSync(path, 0);
    sink.write(['one']);
    expect([read(), said]).toEqual(['one\n', ['soft', 'hard']]);
    sink.write(lines(20));
    expect(said).toEqual(['soft', 'hard', 'soft', 'hard']);
  });

  it('goes on in a new file when it was renamed and is opened anew', () => {
    const { sink, said } = limited({ soft: 50, hard: 100 });
    sink.write(lines(20));
    renameSync(path, `${path}.1`);
    sink.write(['lost']);
    expect(sink.reopen()).toBeNull();
    sink.write(['one']);
    expect([read(), read(`${path}.1`).length, said]).toEqual(['one\n', 110, ['soft', 'hard']]);
  });

  it('stays full when it is opened anew without having been renamed, and says so no more', () => {
    const { sink, said } = limited({ soft: 50, hard: 100 });
    sink.write(lines(20));
    sink.reopen();
    sink.write(['lost']);
    expect([read().length, said]).toEqual([110, ['soft', 'hard']]);
  });

  it('counts bytes, not characters', () => {
    const { sink, said } = limited({ hard: 10 });
    sink.write(['üüüüü']);
    expect([Buffer.byteLength(read()), said]).toEqual([11, ['hard']]);
  });

  it('has none where it is a device', () => {
    const { sink, said } = limited({ soft: 1, hard: 1 }, '/dev/null');
    sink.write(lines(20));
    expect([sink.dropped, said]).toEqual([0, []]);
  });
});

describe('a log file by its path', () => {
  it('stays open when it cannot be opened anew, and says why', () => {
    const sink = new PathSink({ path, lowest: 0 }, () => undefined);
    sink.write(['one']);
    renameSync(folder, `${folder}.away`);
    try {
      expect(sink.reopen()).toBe(
        `cannot open ${path} again, the log goes on in the old file: No such file or directory`,
      );
      sink.write(['two']);
    } finally {
      renameSync(`${folder}.away`, folder);
    }
    expect(read()).toBe('one\ntwo\n');
  });

  it('loses lines on a full disk, and says how many when it goes on elsewhere', () => {
    const lost: number[] = [];
    const sink = new PathSink({ path: '/dev/full', lowest: 0 }, (count) => lost.push(count));
    sink.write(['one', 'two']);
    expect([sink.dropped, lost]).toEqual([2, []]);
  });

  it('loses what comes after it was closed', async () => {
    const sink = new PathSink({ path, lowest: 0 }, () => undefined);
    await sink.close();
    sink.write(['one']);
    expect([sink.dropped, read()]).toEqual([1, '']);
  });
});
