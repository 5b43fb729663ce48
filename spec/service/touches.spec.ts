/** Sensors: who is shut out, and for how long. */

import { describe, expect, it } from '@jest/globals';
import { addressKeyOf } from '../../lib/access/address-key.ts';
import { Sensors } from '../../lib/access/sensors.ts';
import type { Event } from '../../lib/log/events.ts';
import { Touches } from '../../lib/service/touches.ts';
import { ManualClock } from '../builtins/manual-clock.ts';

const A = addressKeyOf('192.0.2.7');

function touches() {
  const clock = new ManualClock();
  const sensors = new Sensors();
  const events: Event[] = [];
  const emit = (event: Event) => events.push(event);
  return { clock, sensors, events, touches: new Touches({ clock, emit, sensors }) };
}

describe('Touches', () => {
  it('are forgiven with the first look after their time, and then nothing looks any more', () => {
    const { clock, sensors, events, touches: list } = touches();
    expect(list.touch(A, 1)).toBe(true);
    expect(list.touch(A, 1)).toBe(false);
    clock.advance(59_999);
    expect([sensors.isDenied(A, clock.now()), events]).toEqual([true, []]);
    clock.advance(1);
    expect([sensors.size, events]).toEqual([0, [{ event: 'forgiven', left: 0 }]]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { minutes: 0, size: 0, timers: 0 },
    { minutes: 'forever', size: 1, timers: 1 },
  ] as const)('for $minutes minutes leave $size on the list after a day', ({ minutes, size, timers }) => {
    const { clock, sensors, events, touches: list } = touches();
    list.touch(A, minutes);
    clock.advance(86_400_000);
    expect([sensors.size, clock.pending, events]).toEqual([size, timers, []]);
  });

  it('a full list takes nobody more and says so once', () => {
    const { sensors, events, touches: list } = touches();
    for (let n = 0; !sensors.full; n += 1) list.touch(n, 'forever');
    const size = sensors.size;
    expect([list.touch(A, 1), list.touch(A, 1), sensors.size]).toEqual([false, false, size]);
    expect(events).toEqual([
      { event: 'message', level: 'err', message: 'Maximum global_no_access count reached.' },
    ]);
  });
});
