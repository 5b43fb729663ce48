import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chargenLines } from '../../lib/builtins/chargen-lines.ts';
import { daytimeText } from '../../lib/builtins/daytime-text.ts';
import { type Clock, systemClock } from '../../lib/sys/clock.ts';
import { converse, open, readAll, readBytes } from './clients.ts';
import { BuiltinHost } from './host.ts';

const wallMs = Date.UTC(2026, 10, 3, 12, 0, 0);
const clock: Clock = { ...systemClock, wall: () => wallMs };
const places = [
  { where: 'TCP', path: null },
  { where: 'a Unix socket', path: join(tmpdir(), `superd-builtin-${process.pid}.sock`) },
];

describe.each(places)('stream built-ins over $where', ({ path }) => {
  let host: BuiltinHost;
  const serve = (name: 'echo' | 'discard' | 'chargen' | 'daytime' | 'time'): number | string => {
    if (path === null) return host.stream(name);
    host.stream(name, [], { kind: 'unix', path });
    return path;
  };
  /** The built-in has closed everything it was given. */
  const idle = async () => {
    while (host.open > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  beforeEach(() => {
    host = new BuiltinHost({ clock });
  });
  afterEach(() => host.stop());

  it('case 179 (builtin): echo gives back what was said before the end, and ends', async () => {
    expect((await converse(serve('echo'), 'abc')).toString()).toBe('abc');
    await idle();
  });

  it('echo answers each part as it comes', async () => {
    const socket = await open(serve('echo'));
    for (const text of ['one', 'two', 'three']) {
      socket.write(text);
      expect((await readBytes(socket, text.length)).toString()).toBe(text);
    }
    socket.destroy();
    await idle();
  });

  it('echo loses nothing to a caller who reads late', async () => {
    const socket = await open(serve('echo'));
    const sent = Buffer.alloc(8 << 20, 'back-pressure ');
    const written = new Promise((resolve) => socket.end(sent, () => resolve(null)));
    // The service stops reading when its answers are not taken: only what fits into socket buffers is accepted.
    await Promise.race([written, untilSteady(() => socket.bytesWritten - socket.writableLength)]);
    expect(socket.writableLength).toBeGreaterThan(0);
    const got = await readAll(socket);
    expect(got.equals(sent)).toBe(true);
    await idle();
  });

  it.each(['echo', 'discard', 'chargen', 'daytime', 'time'] as const)(
    '%s survives a caller who leaves at once',
    async (name) => {
      const to = serve(name);
      for (let round = 0; round < 20; round++) {
        const socket = await open(to);
        socket.write('some words');
        if (path === null) socket.resetAndDestroy();
        else socket.destroy();
      }
      await idle();
    },
  );

  it('case 182 (builtin): discard says nothing and ends after the caller', async () => {
    expect((await converse(serve('discard'), Buffer.alloc(300_000, 'x'))).length).toBe(0);
    await idle();
  });

  it('case 184 (builtin): chargen writes line after line with a period of 95', async () => {
    const socket = await open(serve('chargen'));
    const wanted = Buffer.concat(Array.from({ length: 40 }, () => chargenLines));
    const got = await readBytes(socket, wanted.length);
    expect(got.subarray(0, wanted.length).equals(wanted)).toBe(true);
    socket.destroy();
    await idle();
  });

  it('chargen throws away what it is told and goes on after its end', async () => {
    const socket = await open(serve('chargen'));
    socket.end(Buffer.alloc(200_000, 'x'));
    await once(socket, 'finish');
    const got = await readBytes(socket, 20_000_000);
    expect(got.subarray(0, 74).equals(chargenLines.subarray(0, 74))).toBe(true);
    socket.destroy();
    await idle();
  });

  it('two callers of chargen both begin with the first line', async () => {
    const to = serve('chargen');
    const sockets = [await open(to), await open(to)];
    for (const socket of sockets) {
      expect((await readBytes(socket, 74)).subarray(0, 74).equals(chargenLines.subarray(0, 74))).toBe(true);
      socket.destroy();
    }
    await idle();
  });

  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(wallMs / 1000 + 2_208_988_800);
  describe.each([
    { name: 'daytime', wanted: Buffer.from(daytimeText(wallMs)) },
    { name: 'time', wanted: seconds },
  ] as const)('case 186 (builtin): $name', ({ name, wanted }) => {
    it.each([
      { says: 'nothing', text: '' },
      { says: 'something that nobody reads', text: 'what time is it?\r\n'.repeat(1000) },
    ])('is said to the end when the caller says $says', async ({ text }) => {
      const socket = await open(serve(name));
      socket.write(text);
      const got = await readAll(socket);
      expect(got.toString('hex')).toBe(wanted.toString('hex'));
      socket.destroy();
      await idle();
    });
  });
});

/** Resolves when a number has stopped growing for some turns of the loop. */
async function untilSteady(value: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 50; ) {
    await new Promise((resolve) => setImmediate(resolve));
    same = value() === last ? same + 1 : 0;
    last = value();
  }
}
