import { describe, expect, it } from '@jest/globals';
import { beginIdle, type Sample, sampleEveryMs, watchIdle } from '../../../lib/units/service/idle.ts';

const NOBODY: Sample = { connections: 0, waiting: 0, use: null };
const SOMEBODY: Sample = { ...NOBODY, connections: 1 };

/** The samples by their time, and when the service is stopped, with a limit of 1000 ms. */
function stoppedAt(samples: Readonly<Record<number, Sample>>): number | null {
  let watch = beginIdle(0);
  for (const [at, sample] of Object.entries(samples)) {
    const next = watchIdle(watch, sample, { idleMs: 1000, now: Number(at) });
    watch = next.watch;
    if (next.stop) return Number(at);
  }
  return null;
}

describe('X-IdleTimeoutSec=', () => {
  it.each([
    {
      title: 'stops what nobody called after twice the time',
      samples: { 500: NOBODY, 1000: NOBODY, 1999: NOBODY, 2000: NOBODY },
      at: 2000,
    },
    {
      title: 'stops after the time without a connection',
      samples: { 500: SOMEBODY, 600: NOBODY, 1599: NOBODY, 1600: NOBODY },
      at: 1600,
    },
    {
      title: 'begins again with every connection',
      samples: { 500: SOMEBODY, 600: NOBODY, 1500: SOMEBODY, 1700: NOBODY, 2600: NOBODY, 2700: NOBODY },
      at: 2700,
    },
    {
      title: 'never stops while somebody is connected',
      samples: { 1000: SOMEBODY, 90000: SOMEBODY },
      at: null,
    },
    { title: 'never stops while somebody waits', samples: { 5000: { ...NOBODY, waiting: 1 } }, at: null },
    {
      title: 'believes the service that it is busy',
      samples: { 5000: { ...NOBODY, use: 'busy' as const } },
      at: null,
    },
    {
      title: 'believes the service that it is idle',
      samples: {
        500: SOMEBODY,
        5000: { ...SOMEBODY, use: 'idle' as const },
        6000: { ...SOMEBODY, use: 'idle' as const },
      },
      at: 6000,
    },
    {
      title: 'does not take for idle what cannot be counted',
      samples: { 90000: { ...NOBODY, connections: null } },
      at: null,
    },
  ])('$title', ({ at, samples }) => expect(stoppedAt(samples)).toBe(at));

  it.each([
    { idleMs: 1000, everyMs: 1000 },
    { idleMs: 60_000, everyMs: 15_000 },
  ])('looks every $everyMs ms with a limit of $idleMs ms', ({ everyMs, idleMs }) => {
    expect(sampleEveryMs(idleMs)).toBe(everyMs);
  });
});
