import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type NativePlanSpec, native } from '../../lib/sys/native.ts';
import { call, makePlan } from '../fixtures/sys/plans.ts';
import { runIsolatedJson } from '../run-isolated.ts';

const EINVAL = -(native.constants.EINVAL ?? 0);

/** Values of every type that a call might be given by mistake. */
const junk = fc.oneof(
  fc.constantFrom(undefined, null, true, 'text', '', {}, [], Symbol.iterator, () => {}),
  fc.constantFrom(Number.NaN, 0.5, 2 ** 40, -(2 ** 40), Number.POSITIVE_INFINITY, 10n),
  fc.constantFrom(
    new Uint8Array(0),
    new Int32Array(3),
    new Float64Array(4),
    new Uint16Array(4),
    new DataView(new ArrayBuffer(8)),
  ),
);

/** What takes no argument, or must not be tried at random. */
const left = new Set([
  'kill',
  'setsid',
  'epollClose',
  'spawnEventFd',
  'exitsOpen',
  'spawnerAdd',
  'strerror',
  'constants',
  'SYS',
]);

describe('a call with wrong arguments', () => {
  const calls = Object.entries(native)
    .filter(([name, value]) => typeof value === 'function' && !left.has(name))
    .map(([name, call]) => ({ name, call: call as (...args: unknown[]) => unknown }));

  it.each(calls)('$name is answered, never thrown', ({ call }) => {
    expect(call()).toBe(EINVAL);
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 6 }), (args) => {
        // A descriptor is never a value of junk, so nothing real is touched.
        const result = call(...args);
        expect(['number', 'object', 'string']).toContain(typeof result);
      }),
      { numRuns: 200 },
    );
  });

  it('is not fooled by an object of another kind', () => {
    const plan = makePlan({ program: '/bin/true' });
    const batch = native.batch(2, 64) as never;
    expect(native.recvmmsg(0, plan as never, 0)).toBe(EINVAL);
    expect(native.spawn(batch, [], [], 0)).toBe(EINVAL);
    expect(native.sendmmsg(0, batch, 3, 0)).toBe(EINVAL);
    expect(native.accept4(0, 0, new Int32Array(2), new Uint8Array(128), new Int32Array(2))).toBe(EINVAL);
    expect(native.read(0, new Uint8Array(4), 5)).toBe(EINVAL);
    expect(native.spawn(plan, [-1], [], 0)).toBe(EINVAL);
    expect(native.spawn(plan, [], ['nul\0'], 0)).toBe(EINVAL);
  });
});

describe('a plan', () => {
  const { execve = 0, close = 0 } = native.SYS;
  // biome-ignore format: an operation a row
  const exec = [execve, 0, 0, 0, 0, 0, 0, 0o431, -1];
  const good = {
    strings: new TextEncoder().encode('/bin/true\0'),
    argv: Int32Array.of(0),
    env: Int32Array.of(),
    fills: Int32Array.of(),
    operations: Float64Array.from(exec),
  };
  const with_ = (operations: readonly number[]) => ({ operations: Float64Array.from(operations) });

  it('is taken', () => {
    expect(typeof native.plan(good)).toBe('object');
  });

  // biome-ignore format: a table
  it.each<{ wrong: string; change: Partial<Record<keyof NativePlanSpec, unknown>> }>([
    { wrong: 'strings of another type', change: { strings: new Int32Array(4) } },
    { wrong: 'no argv', change: { argv: Int32Array.of() } },
    { wrong: 'argv outside the strings', change: { argv: Int32Array.of(10) } },
    { wrong: 'argv far below', change: { argv: Int32Array.of(-(2 ** 31) + 1) } },
    { wrong: 'env outside the strings', change: { env: Int32Array.of(11) } },
    { wrong: 'an end of vector in env', change: { env: Int32Array.of(-(2 ** 31)) } },
    { wrong: 'half a fill', change: { fills: Int32Array.of(0) } },
    { wrong: 'a fill of an unknown kind', change: { fills: Int32Array.of(2, 0) } },
    { wrong: 'a fill before the strings', change: { fills: Int32Array.of(0, -1) } },
    { wrong: 'a fill outside the strings', change: { fills: Int32Array.of(0, 10) } },
    { wrong: 'too many fills', change: { fills: new Int32Array(130) } },
    { wrong: 'no operations', change: with_([]) },
    { wrong: 'half an operation', change: with_(exec.slice(0, 5)) },
    { wrong: 'no exec at the end', change: with_([...exec, close, 9, 0, 0, 0, 0, 0, 0, -1]) },
    { wrong: 'a text outside the strings', change: with_([execve, 11, 0, 0, 0, 0, 0, 0o431, -1]) },
    { wrong: 'a text before the strings', change: with_([execve, -1, 0, 0, 0, 0, 0, 0o431, -1]) },
    { wrong: 'a vector outside argv', change: with_([execve, 0, 1, 0, 0, 0, 0, 0o431, -1]) },
    { wrong: 'a descriptor below 0', change: with_([execve, -1, 0, 0, 0, 0, 0, 0o432, -1]) },
    { wrong: 'an unknown kind', change: with_([execve, 0, 0, 0, 0, 0, 0, 0o437, -1]) },
    { wrong: 'kinds of a seventh argument', change: with_([execve, 0, 0, 0, 0, 0, 0, 2 ** 18, -1]) },
    { wrong: 'a fraction', change: with_([execve, 0.5, 0, 0, 0, 0, 0, 0, -1]) },
    { wrong: 'NaN', change: with_([Number.NaN, 0, 0, 0, 0, 0, 0, 0o431, -1]) },
    { wrong: 'infinity', change: with_([execve, 0, 0, 0, 0, 0, 0, 0o431, Number.POSITIVE_INFINITY]) },
  ])('with $wrong is refused', ({ change }) => {
    expect(native.plan({ ...good, ...change } as NativePlanSpec)).toBe(EINVAL);
  });

  it('is refused or taken whatever its numbers are', () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.integer({ min: -2, max: 12 }));
    fc.assert(
      fc.property(
        fc.array(number, { maxLength: 27 }),
        fc.array(fc.integer({ min: -3, max: 12 })),
        (words, argv) => {
          const plan = native.plan({
            ...good,
            argv: Int32Array.from(argv),
            operations: Float64Array.from([...words, ...exec]),
          });
          expect(plan === EINVAL || typeof plan === 'object').toBe(true);
        },
      ),
    );
  });

  it('does not start without the descriptors and strings that it needs', () => {
    const plan = makePlan({
      program: '/bin/true',
      argv: ['true', { string: 1 }],
      before: [call('dup3', { slot: 2 }, 0, 0)],
    });
    expect(native.spawn(plan, [0, 0], ['a', 'b'], 0)).toBe(EINVAL);
    expect(native.spawn(plan, [0, 0, 0], ['a'], 0)).toBe(EINVAL);
  });
});

describe('the addon', () => {
  it('serves several environments of one process, which may end with a start under way', async () => {
    expect(await runIsolatedJson('sys/environments.ts')).toEqual({ codes: [0, 0, 0], alive: true });
  }, 30_000);

  it('is loaded in a worker, too', async () => {
    const path = JSON.stringify(new URL('../..', import.meta.url).pathname);
    const worker = new Worker(
      `require('node:worker_threads').parentPort.postMessage(require('node-gyp-build')(${path}).constants.EPERM)`,
      { eval: true },
    );
    expect(await new Promise((resolve) => worker.once('message', resolve))).toBe(1);
    await worker.terminate();
  });
});
