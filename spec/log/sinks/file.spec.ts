import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FileSink, type Write } from '../../../lib/log/sinks/file.ts';

/** A disk with room for so many bytes, then none; a write takes at most 10 of them at once. */
class Disk {
  text = '';
  room: number;

  constructor(room: number) {
    this.room = room;
  }

  readonly write: Write = (bytes, offset) => {
    const taken = Math.min(this.room, bytes.length - offset, 10);
    if (taken === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    this.room -= taken;
    this.text += Buffer.from(bytes.subarray(offset, offset + taken)).toString();
    return taken;
  };
}

describe('FileSink on a disk that fills up', () => {
  it.each([
    { room: 100, text: 'one\ntwo\nthree\n', dropped: 0, because: 'all fits' },
    { room: 14, text: 'one\ntwo\nthree\n', dropped: 0, because: 'all just fits' },
    { room: 13, text: 'one\ntwo\nthree', dropped: 1, because: 'a line without its end is not one' },
    { room: 5, text: 'one\nt', dropped: 2, because: 'one line fits' },
    { room: 4, text: 'one\n', dropped: 2, because: 'exactly one line fits' },
    { room: 0, text: '', dropped: 3, because: 'nothing fits' },
  ])('with room for $room bytes loses $dropped lines: $because', ({ room, text, dropped }) => {
    const disk = new Disk(room);
    const sink = new FileSink(disk.write, () => undefined);
    sink.write(['one', 'two', 'three']);
    expect({ text: disk.text, dropped: sink.dropped }).toEqual({ text, dropped });
  });

  it.each([
    { room: 5, text: 'one\nt\nthree\n', lost: [1] },
    { room: 4, text: 'one\nthree\n', lost: [1] },
    { room: 0, text: 'three\n', lost: [2] },
    { room: 100, text: 'one\ntwo\nthree\n', lost: [] },
  ])(
    'after room for $room bytes goes on with a whole line, and says that it lost $lost',
    ({ room, text, lost }) => {
      const disk = new Disk(room);
      const said: number[] = [];
      const sink = new FileSink(disk.write, (lines) => said.push(lines));
      sink.write(['one', 'two']);
      disk.room = 100;
      sink.write(['three']);
      expect({ text: disk.text, lost: said }).toEqual({ text, lost });
    },
  );

  it('does not begin a new line behind half of one while not even a newline fits', () => {
    const disk = new Disk(5);
    const sink = new FileSink(disk.write, () => undefined);
    sink.write(['one', 'two']);
    sink.write(['three']);
    expect({ text: disk.text, dropped: sink.dropped }).toEqual({ text: 'one\nt', dropped: 2 });
  });
});

describe('FileSink on real descriptors', () => {
  it('does not throw when the disk is full', () => {
    const fd = openSync('/dev/full', 'w');
    const sink = new FileSink(
      (bytes, offset) => writeSync(fd, bytes, offset),
      () => undefined,
    );
    sink.write(['one', 'two']);
    closeSync(fd);
    sink.write(['three']);
    expect(sink.dropped).toBe(3);
  });

  it('has written when it returns', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
    const fd = openSync(join(folder, 'log'), 'a');
    try {
      const sink = new FileSink(
        (bytes, offset) => writeSync(fd, bytes, offset),
        () => undefined,
      );
      sink.write(['süß', 'zwei']);
      expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('süß\nzwei\n');
      await sink.close();
    } finally {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    }
  });
});
