import { describe, expect, it } from '@jest/globals';
import { addressKeyOf } from '../../lib/access/address-key.ts';
import type { Access } from '../../lib/model/access.ts';
import { REFUSAL_REASONS } from '../../lib/model/refusal.ts';
import type { Limits } from '../../lib/model/service.ts';
import { makeAdmission, makeGates, makeHouse, ruleOf } from './make-admission.ts';

const HERE = addressKeyOf('192.0.2.7');
const THERE = addressKeyOf('192.0.2.8');

/** What all gates together look at. */
type Settings = Omit<Limits, 'tripPauseMs' | 'atChildren'> &
  Omit<Access, 'never'> & { readonly processLimit: number | null; readonly sensed: boolean };

/** Everything that can turn somebody away, in the order of the gates; each row is opened in turn. */
const ORDER: readonly { readonly verdict: string; readonly open: Partial<Settings> }[] = [
  { verdict: 'trip', open: { perMinute: null } },
  { verdict: 'trip', open: { perSecond: null } },
  { verdict: 'load', open: { maxLoad: null } },
  { verdict: 'hours', open: { hours: null } },
  { verdict: 'children', open: { children: null } },
  { verdict: 'per-address-rate', open: { perAddressPerMinute: null } },
  { verdict: 'ip-max', open: { ipMax: null } },
  { verdict: 'per-address-children', open: { perAddressChildren: null } },
  { verdict: 'process-limit', open: { processLimit: null } },
  { verdict: 'sensor', open: { sensed: false } },
  { verdict: 'address', open: { only: null } },
];

const CLOSED: Settings = {
  perMinute: 0,
  perSecond: { rate: 0, pauseMs: 1000 },
  maxLoad: 1,
  hours: [],
  children: 0,
  perAddressPerMinute: 0,
  ipMax: 0,
  perAddressChildren: 0,
  processLimit: 0,
  sensed: true,
  only: [],
};

/** With the first `opened` gates open and all others closed. */
function asked(opened: number): string {
  const settings = Object.assign(
    { ...CLOSED },
    ...ORDER.slice(0, opened).map(({ open }) => open),
  ) as Settings;
  const { maxLoad, hours, only, processLimit, sensed, ...limits } = settings;
  const house = makeHouse({ load: () => 2, processLimit });
  if (sensed) house.sensors.touch(HERE, 'forever', 0);
  return makeAdmission({ ...limits, atChildren: 'refuse' }, { maxLoad, hours, only }, house).ask(HERE, 0);
}

describe('the gates', () => {
  it.each(ORDER.map(({ verdict }, index) => ({ index, verdict })))(
    'gate $index, when all before it are open, says $verdict',
    ({ index, verdict }) => expect(asked(index)).toBe(verdict),
  );

  it('let somebody in when all are open', () => {
    expect(asked(ORDER.length)).toBe('admit');
  });

  it.each([
    { load: 1.99, verdict: 'admit' },
    { load: 2, verdict: 'admit' },
    { load: 2.01, verdict: 'load' },
  ])('xinetd case 110 (gates): a load of $load where 2 is allowed: $verdict', ({ load, verdict }) => {
    expect(makeAdmission({}, { maxLoad: 2 }, makeHouse({ load: () => load })).ask('', 0)).toBe(verdict);
  });

  it('xinetd case 107 (gates): the hour is looked at with each call', () => {
    let minute = 539;
    const house = makeHouse({ minute: () => minute });
    const admission = makeAdmission({}, { hours: [{ from: 540, to: 1020 }] }, house);
    expect(admission.ask('', 0)).toBe('hours');
    minute = 540;
    expect(admission.ask('', 1)).toBe('admit');
  });

  it('xinetd case 112 (gates): a second child of two is refused, and served once the first ended', () => {
    const admission = makeAdmission({ children: 1, atChildren: 'refuse' });
    admission.began('');
    expect(admission.ask('', 0)).toBe('children');
    expect(admission.full).toBe(false);
    admission.ended('');
    expect(admission.ask('', 0)).toBe('admit');
  });

  it('a service whose callers wait is full, and turns nobody away for it', () => {
    const admission = makeAdmission({ children: 1, atChildren: 'wait' });
    admission.began('');
    expect(admission.full).toBe(true);
    expect(admission.ask('', 0)).toBe('admit');
  });

  it('xinetd case 113 (gates): the limit of one source leaves others alone', () => {
    const admission = makeAdmission({ perAddressChildren: 1 });
    admission.began(HERE);
    expect([HERE, THERE, addressKeyOf('::1')].map((address) => admission.ask(address, 0))).toEqual([
      'per-address-children',
      'admit',
      'admit',
    ]);
  });

  it('xinetd case 114 (gates): the process limit counts the children of every service', () => {
    const house = makeHouse({ processLimit: 1 });
    const [one, other] = [makeAdmission({}, {}, house), makeAdmission({}, {}, house)];
    one.began('');
    expect(other.ask('', 0)).toBe('process-limit');
    one.ended('');
    expect(other.ask('', 0)).toBe('admit');
    expect(house.children).toBe(0);
  });

  it('xinetd case 140 (gates): who touched a sensor is refused by every service, allowed or not', () => {
    const house = makeHouse();
    const open = makeAdmission({}, {}, house);
    const allowing = makeAdmission({}, { only: [ruleOf('192.0.2.0/24')] }, house);
    expect(open.asksAddress).toBe(false);
    house.sensors.touch(HERE, 1, 0);
    expect(open.asksAddress).toBe(true);
    expect([open, allowing].map((admission) => admission.ask(HERE, 0))).toEqual(['sensor', 'sensor']);
    expect([open, allowing].map((admission) => admission.ask(THERE, 0))).toEqual(['admit', 'admit']);
    expect([open, allowing].map((admission) => admission.allows(HERE))).toEqual([false, false]);
    expect(open.ask(HERE, 60_000)).toBe('admit');
  });
});

describe('cps', () => {
  it('xinetd case 134 (gates): cps 2 2 serves two and trips with the third', () => {
    const admission = makeAdmission({ perSecond: { rate: 2, pauseMs: 2000 } });
    expect([0, 1, 2].map((now) => admission.ask('', now))).toEqual(['admit', 'admit', 'trip']);
    admission.healed();
    expect([2002, 2003, 2004].map((now) => admission.ask('', now))).toEqual(['admit', 'admit', 'trip']);
  });

  it('xinetd case 135 (gates): there is room for 50 and the one that trips', () => {
    const admission = makeAdmission({ perSecond: { rate: 50, pauseMs: 10_000 } });
    expect(admission.room(0)).toBe(51);
    for (let call = 0; call < 50; call++) admission.ask('', 0);
    expect(admission.room(0)).toBe(1);
    expect(admission.room(20)).toBe(2);
  });

  it('xinetd case 136 (gates): without a rate there is room for everybody', () => {
    const admission = makeAdmission({});
    expect(admission.room(0)).toBe(Number.POSITIVE_INFINITY);
    expect(Array.from({ length: 80 }, () => admission.ask('', 0))).not.toContain('trip');
  });

  it('xinetd case 139 (gates): a reload with the same rate does not fill the bucket', () => {
    const admission = makeAdmission({ perSecond: { rate: 1, pauseMs: 2000 } });
    admission.ask('', 0);
    admission.replace(makeGates({ perSecond: { rate: 1, pauseMs: 2000 } }));
    expect(admission.ask('', 1)).toBe('trip');
    admission.replace(makeGates({ perSecond: { rate: 2, pauseMs: 2000 } }));
    expect(admission.ask('', 2)).toBe('admit');
  });

  it.each([
    { limits: { perAddressChildren: 0 }, refused: 'per-address-children' },
    { limits: { children: 0, atChildren: 'refuse' }, refused: 'children' },
    { limits: {}, access: { only: [] }, refused: 'address' },
    { limits: {}, access: { hours: [] }, refused: 'hours' },
  ] as const)('calls refused for $refused leave the rate to others', ({ limits, access = {}, refused }) => {
    const perSecond = { rate: 1, pauseMs: 1000 };
    const admission = makeAdmission({ ...limits, perSecond }, access);
    expect([0, 0, 0].map((now) => admission.ask(HERE, now))).toEqual([refused, refused, refused]);
    expect(admission.room(0)).toBe(2);
  });
});

describe('names', () => {
  const never = [ruleOf('.bad.example')];

  it.each([
    { name: 'one.bad.example', verdict: 'address', room: 3 },
    { name: null, verdict: 'address', room: 3 },
    { name: 'one.good.example', verdict: 'admit', room: 2 },
  ])('of $name: $verdict, and who is refused leaves the rate to others', ({ name, verdict, room }) => {
    const admission = makeAdmission({ perSecond: { rate: 2, pauseMs: 1000 } }, { never });
    expect(admission.ask(HERE, 0)).toBe('ask-name');
    expect(admission.room(0)).toBe(2);
    expect(admission.decideByName(HERE, name)).toBe(verdict);
    expect(admission.room(0)).toBe(room);
  });

  it('are asked by nobody more than the rate allows', () => {
    const admission = makeAdmission({ perMinute: 1 }, { never });
    expect([0, 0].map((now) => admission.ask(HERE, now))).toEqual(['ask-name', 'trip']);
    expect(admission.decideByName(HERE, null)).toBe('address');
    expect(admission.ask(HERE, 0)).toBe('ask-name');
  });

  it('are decided under the lists that hold when the name is known', () => {
    const admission = makeAdmission({}, { never });
    expect(admission.ask(HERE, 0)).toBe('ask-name');
    admission.replace(makeGates({}, { only: [] }));
    expect(admission.decideByName(HERE, 'one.good.example')).toBe('address');
    admission.replace(makeGates({}));
    expect(admission.decideByName(HERE, null)).toBe('admit');
  });

  it('do not make running children disallowed', () => {
    expect(makeAdmission({}, { only: [ruleOf('good.example')] }).allows(HERE)).toBe(true);
    expect(makeAdmission({}, { only: [ruleOf('198.51.100.0/24')] }).allows(HERE)).toBe(false);
    expect(makeAdmission({}).allows(HERE)).toBe(true);
  });
});

describe('what a service needs to know', () => {
  // biome-ignore format: a table
  const NEEDS = [
    { of: 'nothing', limits: {}, access: {}, needs: [false, false, false] },
    { of: 'perMinute', limits: { perMinute: 1 }, access: {}, needs: [false, true, false] },
    { of: 'perSecond', limits: { perSecond: { rate: 1, pauseMs: 1 } }, access: {}, needs: [false, true, false] },
    { of: 'perAddressPerMinute', limits: { perAddressPerMinute: 1 }, access: {}, needs: [true, true, false] },
    { of: 'ipMax', limits: { ipMax: 1 }, access: {}, needs: [true, true, false] },
    { of: 'perAddressChildren', limits: { perAddressChildren: 1 }, access: {}, needs: [true, false, false] },
    { of: 'an empty only', limits: {}, access: { only: [] }, needs: [true, false, false] },
    { of: 'never', limits: {}, access: { never: [ruleOf('192.0.2.0/24')] }, needs: [true, false, false] },
    { of: 'names', limits: {}, access: { never: [ruleOf('.example')] }, needs: [true, false, true] },
    { of: 'load and hours', limits: { children: 1 }, access: { maxLoad: 1, hours: [] }, needs: [false, false, false] },
  ] as const;

  it.each(NEEDS)('with $of: address, calls, name $needs', ({ limits, access, needs }) => {
    const made = makeAdmission(limits, access);
    const replaced = makeAdmission({});
    replaced.replace(makeGates(limits, access));
    for (const { asksAddress, limitsCalls, asksName } of [made, replaced]) {
      expect([asksAddress, limitsCalls, asksName]).toEqual(needs);
    }
  });
});

describe('counters', () => {
  it('know every reason, and count for one service', () => {
    const [one, other] = [makeAdmission({}), makeAdmission({})];
    expect(Object.keys(one.counters)).toEqual([...REFUSAL_REASONS]);
    one.count('wrappers');
    one.count('address');
    one.count('address');
    expect(one.counters).toMatchObject({ wrappers: 1, address: 2, rate: 0 });
    expect(Object.values(other.counters).every((count) => count === 0)).toBe(true);
  });

  it('children of an address stay exact when the limit comes while they run', () => {
    const admission = makeAdmission({ ipMax: 100 });
    admission.began(HERE);
    admission.replace(makeGates({ ipMax: 100, perAddressChildren: 2 }));
    expect(admission.ask(HERE, 0)).toBe('admit');
    admission.began(HERE);
    expect(admission.ask(HERE, 0)).toBe('per-address-children');
    admission.ended(HERE);
    expect(admission.ask(HERE, 0)).toBe('admit');
    admission.began(HERE);
    expect(admission.ask(HERE, 0)).toBe('per-address-children');
  });

  it('somebody who withdrew was neither served nor is there any more', () => {
    const house = makeHouse();
    const admission = makeAdmission({}, {}, house);
    admission.began(HERE);
    admission.began(HERE);
    admission.withdrew(HERE);
    expect({ children: admission.children, served: admission.served, all: house.children }).toEqual({
      children: 1,
      served: 1,
      all: 1,
    });
  });
});
