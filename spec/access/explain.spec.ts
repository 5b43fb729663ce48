import { describe, expect, it } from '@jest/globals';
import { addressKeyOf } from '../../lib/access/address-key.ts';
import { explainAccess } from '../../lib/access/explain.ts';
import type { AddressRule } from '../../lib/model/access.ts';
import { ruleOf } from './make-admission.ts';

interface Case {
  readonly only: readonly string[] | null;
  readonly never: readonly string[];
  readonly name: string | null;
  /** Verdict and reason. */
  readonly told: string;
  /** The rules that are shown, of `only` and of `never`. */
  readonly rules: readonly [string | null, string | null];
}

// biome-ignore format: a table
const CASES: readonly Case[] = [
  { only: null, never: [], name: null, told: 'admit open', rules: [null, null] },
  { only: null, never: ['198.51.100.0/24'], name: null, told: 'admit open', rules: [null, null] },
  { only: ['10.0.0.0/8', '192.0.2.0/24', '0.0.0.0/0'], never: [], name: null, told: 'admit only', rules: ['192.0.2.0/24', null] },
  { only: ['10.0.0.0/8', '.example'], never: [], name: 'a.example', told: 'admit only', rules: ['.example', null] },
  { only: [], never: [], name: null, told: 'address not-only', rules: [null, null] },
  { only: ['10.0.0.0/8', '.example'], never: [], name: null, told: 'address not-only', rules: [null, null] },
  { only: null, never: ['192.0.2.7/32'], name: null, told: 'address never', rules: [null, '192.0.2.7/32'] },
  { only: ['192.0.2.7/32'], never: ['192.0.0.0/16'], name: null, told: 'address never', rules: ['192.0.2.7/32', '192.0.0.0/16'] },
  { only: ['192.0.2.0/24'], never: ['10.0.0.0/8', 'bad.example'], name: null, told: 'address unnamed', rules: ['192.0.2.0/24', 'bad.example'] },
  { only: ['192.0.2.0/24'], never: ['bad.example'], name: 'good.example', told: 'admit only', rules: ['192.0.2.0/24', null] },
];

describe('explaining access of 192.0.2.7', () => {
  it.each(CASES)('only $only, never $never, named $name: $told by $rules', (row) => {
    const access = { only: row.only?.map(ruleOf) ?? null, never: row.never.map(ruleOf) };
    const explained = explainAccess(access, addressKeyOf('192.0.2.7'), row.name);
    const rule = (text: string | null): AddressRule | null => (text === null ? null : ruleOf(text));
    expect(`${explained.verdict} ${explained.because}`).toBe(row.told);
    expect([explained.only, explained.never]).toEqual(row.rules.map(rule));
  });

  it('rules with names mean nobody on a Unix socket', () => {
    const access = { only: null, never: [ruleOf('.example')] };
    expect(explainAccess(access, '', null)).toMatchObject({ verdict: 'admit', because: 'open' });
  });
});
