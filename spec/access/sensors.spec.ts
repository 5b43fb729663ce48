import { describe, expect, it } from '@jest/globals';
import { Sensors } from '../../lib/access/sensors.ts';

const HERE = 0xc000_0207;
const MINUTE = 60_000;

describe('Sensors', () => {
  it.each([
    { minutes: 1, at: MINUTE - 1, denied: true },
    { minutes: 1, at: MINUTE, denied: false },
    { minutes: 'forever', at: Number.MAX_SAFE_INTEGER, denied: true },
    { minutes: 0, at: 0, denied: false },
  ] as const)(
    'xinetd case 140 (gates): after $minutes minutes of denial, at $at ms, denied is $denied',
    (row) => {
      const sensors = new Sensors();
      sensors.touch(HERE, row.minutes, 0);
      expect(sensors.isDenied(HERE, row.at)).toBe(row.denied);
    },
  );

  it('xinetd case 141 (gates): who only is to be logged is not remembered', () => {
    const sensors = new Sensors();
    expect(sensors.touch(HERE, 0, 0)).toBe(false);
    expect(sensors.size).toBe(0);
  });

  it('denies only the one who touched', () => {
    const sensors = new Sensors();
    sensors.touch(HERE, 1, 0);
    expect(sensors.isDenied(HERE + 1, 0)).toBe(false);
  });

  it('says whether somebody is new, and leaves the time of those who are not as it was', () => {
    const sensors = new Sensors();
    expect(sensors.touch(HERE, 1, 0)).toBe(true);
    expect(sensors.touch(HERE, 'forever', 1)).toBe(false);
    expect(sensors.isDenied(HERE, MINUTE)).toBe(false);
  });

  it('takes somebody up again whose time is over, before anybody swept', () => {
    const sensors = new Sensors();
    sensors.touch(HERE, 1, 0);
    expect(sensors.touch(HERE, 1, MINUTE)).toBe(true);
    expect(sensors.isDenied(HERE, 2 * MINUTE - 1)).toBe(true);
  });

  it('forgets those whose time is over and says how many', () => {
    const sensors = new Sensors();
    sensors.touch(1, 1, 0);
    sensors.touch(2, 1, 0);
    sensors.touch(3, 2, 0);
    sensors.touch(4, 'forever', 0);
    expect(sensors.expire(MINUTE - 1)).toBe(0);
    expect(sensors.expire(MINUTE)).toBe(2);
    expect(sensors.size).toBe(2);
    expect([1, 2, 3, 4].map((address) => sensors.holds(address))).toEqual([false, false, true, true]);
  });

  it('never takes up a caller on a Unix socket, which would shut out all of them', () => {
    const sensors = new Sensors();
    expect(sensors.touch('', 'forever', 0)).toBe(false);
    expect(sensors.isDenied('', 0)).toBe(false);
  });

  it('holds 10,240 and then keeps what it has', () => {
    const sensors = new Sensors();
    for (let address = 0; address < 10_240; address++) sensors.touch(address, 1, 0);
    expect(sensors.full).toBe(true);
    expect(sensors.touch(99_999, 1, 0)).toBe(false);
    expect(sensors.isDenied(99_999, 0)).toBe(false);
    expect(sensors.isDenied(0, 0)).toBe(true);
    expect(sensors.size).toBe(10_240);
    sensors.expire(MINUTE);
    expect(sensors.touch(99_999, 1, MINUTE)).toBe(true);
  });
});
