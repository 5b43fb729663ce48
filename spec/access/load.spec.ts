/** 200 sources with 50 connections each: what the gates count is what an account kept beside them says. */

import { describe, expect, it } from '@jest/globals';
import type { Admission } from '../../lib/access/admission.ts';
import type { RefusalReason } from '../../lib/model/refusal.ts';
import { makeAdmission, makeHouse } from './make-admission.ts';

const SOURCES = 200;
const CONNECTIONS = 50;
const FIRST = 0x0a00_0000;

/** Every source in turn, or each to its end, or all mixed. */
const ORDERS = {
  'in turn': (index: number) => FIRST + (index % SOURCES),
  'one after the other': (index: number) => FIRST + Math.floor(index / CONNECTIONS),
  // 7919 is prime, so that every connection comes once.
  mixed: (index: number) => FIRST + (((index * 7919) % (SOURCES * CONNECTIONS)) % SOURCES),
} as const;

const calls = (order: keyof typeof ORDERS) =>
  Array.from({ length: SOURCES * CONNECTIONS }, (_, i) => ORDERS[order](i));

/** Turned away, as the service does it: counted by its reason. */
function call(admission: Admission, source: number, now: number): RefusalReason | 'admit' {
  const verdict = admission.ask(source, now);
  if (verdict === 'admit') {
    admission.began(source);
    return 'admit';
  }
  const reason = verdict === 'trip' ? 'rate' : verdict;
  if (reason === 'ask-name') throw new Error('no rule holds a name');
  admission.count(reason);
  return reason;
}

function refusals(admission: Admission): Partial<Record<RefusalReason, number>> {
  return Object.fromEntries(Object.entries(admission.counters).filter(([, count]) => count > 0));
}

describe.each(Object.keys(ORDERS) as (keyof typeof ORDERS)[])('200 sources x 50 connections, %s', (order) => {
  it('per_source 10 serves ten of each source at once, and ten again when they are gone', () => {
    const house = makeHouse();
    const admission = makeAdmission({ perAddressChildren: 10 }, {}, house);
    for (const round of [1, 2]) {
      const live = calls(order).filter((source) => call(admission, source, 0) === 'admit');
      expect(admission.children).toBe(2000);
      expect(house.children).toBe(2000);
      expect(admission.served).toBe(round * 2000);
      expect(refusals(admission)).toEqual({ 'per-address-children': round * 8000 });
      for (const source of live) admission.ended(source);
      expect([admission.children, house.children]).toEqual([0, 0]);
    }
  });

  it('cps 50 10 serves fifty, refuses one and rests, as often as it takes', () => {
    const admission = makeAdmission({ perSecond: { rate: 50, pauseMs: 10_000 } });
    let now = 0;
    let rests = 0;
    const backlog = calls(order);
    while (backlog.length > 0) {
      const outcomes = backlog.splice(0, admission.room(now)).map((source) => call(admission, source, now));
      if (outcomes.at(-1) === 'rate') {
        rests += 1;
        now += 10_000;
        admission.healed();
      }
    }
    // 196 times 50 and one, and the last four.
    expect(rests).toBe(196);
    expect(refusals(admission)).toEqual({ rate: 196 });
    expect(admission.served).toBe(196 * 50 + 4);
  });

  it('both together, while children end: every number is that of the account', () => {
    const admission = makeAdmission({ perAddressChildren: 3, perSecond: { rate: 50, pauseMs: 1000 } });
    const account = { served: 0, rate: 0, 'per-address-children': 0 };
    const live = new Map<number, number>();
    const running: number[] = [];
    let tokens = 50;
    let now = 0;
    for (const [index, source] of calls(order).entries()) {
      const mine = live.get(source) ?? 0;
      const outcome = call(admission, source, now);
      if (tokens === 0) {
        expect(outcome).toBe('rate');
        account.rate += 1;
        // A pause; the service comes back with a full bucket.
        now += 1000;
        tokens = 50;
        admission.healed();
      } else if (mine >= 3) {
        expect(outcome).toBe('per-address-children');
        account['per-address-children'] += 1;
      } else {
        expect(outcome).toBe('admit');
        account.served += 1;
        tokens -= 1;
        live.set(source, mine + 1);
        running.push(source);
      }
      // Every third call somebody goes, not always the one who came first.
      const leaving = index % 3 === 0 ? running.splice(index % Math.max(1, running.length), 1)[0] : undefined;
      if (leaving !== undefined) {
        live.set(leaving, (live.get(leaving) ?? 0) - 1);
        admission.ended(leaving);
      }
    }
    const { served, ...refused } = account;
    expect(served + refused.rate + refused['per-address-children']).toBe(SOURCES * CONNECTIONS);
    expect(refusals(admission)).toEqual(refused);
    expect(admission.served).toBe(served);
    expect(admission.children).toBe(running.length);
    for (const source of running) admission.ended(source);
    expect(admission.children).toBe(0);
    expect(admission.ask(FIRST, now + 1000)).toBe('admit');
  });
});
