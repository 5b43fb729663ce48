/** The elements of only_from and no_access, as superd reads them and as xinetd does. */

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { masked, numberOf, textOf } from '../../../lib/config/ip-number.ts';
import type { AddressRule } from '../../../lib/model/access.ts';
import { readOne } from './read.ts';

/** Rules as `10.0.0.0/8`, names as they are. */
function textOfRule(rule: AddressRule): string {
  if (rule.kind === 'network') return `${rule.address}/${rule.bits}`;
  return rule.kind === 'host' ? rule.name : rule.suffix;
}

async function rulesOf(attribute: string, text: string, options: { strict?: boolean } = {}) {
  const { service, codes } = await readOne([`${attribute} = ${text}`], options);
  const rules = attribute === 'no_access' ? service?.access.never : service?.access.only;
  return [rules?.map(textOfRule), codes];
}

interface Row {
  readonly number?: number;
  readonly text: string;
  readonly own: readonly string[] | undefined;
  readonly code?: string;
  /** Where xinetd's reading differs. */
  readonly strict?: readonly string[] | undefined;
  readonly strictCode?: string;
}

// biome-ignore format: a table
const ROWS: readonly Row[] = [
    { text: '192.0.2.7', own: ['192.0.2.7/32'] },
    { number: 115, text: '127.1.0.0', own: ['127.1.0.0/16'] },
    { number: 116, text: '0.0.0.0', own: ['0.0.0.0/0'] },
    { number: 117, text: '::', own: ['::/0'], strict: [], strictCode: 'xinetd/dropped-address' },
    { number: 118, text: '::1/128', own: ['::1/128'], strict: [], strictCode: 'xinetd/dropped-address' },
    { number: 119, text: '::/0', own: ['::/0', '0.0.0.0/0'] },
    { number: 119, text: '::/64', own: ['::/64', '0.0.0.0/0'] },
    { text: '2001:DB8::/32', own: ['2001:db8::/32'] },
    { text: '::ffff:127.0.0.0/104', own: ['127.0.0.0/8'] },
    { text: '::ffff:127.0.0.1', own: ['127.0.0.1/32'] },
    { number: 120, text: '127.0.0.{2,3}', own: ['127.0.0.2/32', '127.0.0.3/32'] },
    { number: 120, text: '127.0.{5,6}', own: ['127.0.5.0/24', '127.0.6.0/24'] },
    { number: 121, text: '127.0.0.4/30', own: ['127.0.0.4/30'] },
    { text: '127.0.0.5/30', own: ['127.0.0.4/30'], code: 'xinetd/host-bits', strictCode: 'xinetd/host-bits' },
    { number: 122, text: '127.0.0.0/255.255.255.0', own: ['127.0.0.0/24'], code: 'xinetd/netmask', strict: ['127.0.0.0/32'], strictCode: 'xinetd/netmask' },
    { text: '127.0.0.0/255.0.255.0', own: undefined, code: 'xinetd/bad-address', strictCode: 'xinetd/bad-address' },
    { number: 123, text: '10.0.0.1,10.0.0.2', own: undefined, code: 'xinetd/bad-address', strictCode: 'xinetd/bad-address' },
    { number: 124, text: 'lab', own: ['10.1.0.0/16'] },
    { text: 'two.example', own: ['two.example'] },
    { number: 125, text: 'LocalHost.', own: undefined, code: 'xinetd/unknown-host', strict: [], strictCode: 'xinetd/dropped-address' },
    { number: 125, text: '.Example.org', own: ['.example.org'] },
    { number: 127, text: 'nosuch.invalid', own: undefined, code: 'xinetd/unknown-host', strict: [], strictCode: 'xinetd/dropped-address' },
    { text: 'ALL', own: undefined, code: 'xinetd/bad-address', strict: [], strictCode: 'xinetd/dropped-address' },
    { text: '10.0.0.0/33', own: undefined, code: 'xinetd/bad-address', strict: ['10.0.0.0/32'] },
    { text: '::1/129', own: undefined, code: 'xinetd/bad-address', strictCode: 'xinetd/bad-address' },
    { text: '127.1', own: undefined, code: 'xinetd/bad-address', strict: ['127.0.0.1/32'] },
    { text: '127', own: undefined, code: 'xinetd/bad-address', strict: ['0.0.0.127/32'] },
    { text: '127.0.0.{2,,3}', own: undefined, code: 'xinetd/bad-address', strictCode: 'xinetd/bad-address' },
    { text: '127.0.0.{2, 3}', own: undefined, code: 'xinetd/bad-address', strictCode: 'xinetd/bad-address' },
    { text: '127.0.0.{300}', own: undefined, code: 'xinetd/bad-address', strict: ['127.0.1.44/32'] },
    { text: 'fe80::1%eth0', own: undefined, code: 'xinetd/bad-address', strict: [], strictCode: 'xinetd/dropped-address' },
  ];

async function holds({ text, own, code, strictCode, ...row }: Row) {
  const strict = 'strict' in row ? row.strict : own;
  const codes = (expected: string | undefined) =>
    expected === undefined ? [] : expect.arrayContaining([expected]);
  expect(await rulesOf('only_from', text)).toEqual([own, codes(code)]);
  expect(await rulesOf('only_from', text, { strict: true })).toEqual([strict, codes(strictCode)]);
}

describe('An element of an access list', () => {
  it.each(ROWS.filter(({ number }) => number !== undefined))(
    'xinetd case $number (reading): $text is $own',
    holds,
  );
  it.each(ROWS.filter(({ number }) => number === undefined))('$text is $own', holds);

  it('xinetd case 127 (reading): an unknown host in no_access keeps the service from starting; strictly it lets all in', async () => {
    expect(await rulesOf('no_access', 'nosuch.invalid')).toEqual([undefined, ['xinetd/unknown-host']]);
    expect(await rulesOf('no_access', 'nosuch.invalid', { strict: true })).toEqual([
      [],
      ['xinetd/dropped-address'],
    ]);
  });

  it('xinetd case 128 (reading): an empty list admits nobody, or refuses nobody', async () => {
    expect(await rulesOf('only_from', '')).toEqual([[], []]);
    expect(await rulesOf('no_access', '')).toEqual([[], []]);
  });

  it('::/0 holds no IPv4 where IPv4 callers do not come as IPv6', async () => {
    const { service } = await readOne(['only_from = ::/0', 'flags = IPv4']);
    expect(service?.access.only?.map(textOfRule)).toEqual(['::/0']);
  });

  it.each([
    { only: '10.1.2.3', never: '10.0.0.0/8', codes: ['xinetd/both-lists'] },
    { only: '10.0.0.0/8', never: '10.1.2.3', codes: [] },
    { only: 'localhost', never: 'localhost', codes: ['xinetd/both-lists'] },
    { only: '.b.example', never: '.example', codes: ['xinetd/both-lists'] },
  ])(
    'xinetd case 129 (reading): $only is admitted, $never refused: $codes',
    async ({ only, never, codes }) => {
      expect((await readOne([`only_from = ${only}`, `no_access = ${never}`])).codes).toEqual(codes);
    },
  );
});

describe('An address as a number', () => {
  it('is the same address again', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, (text) => {
        const number = numberOf(text);
        if (number === null) throw new Error(`${text} is an address`);
        expect(numberOf(textOf(number))).toEqual(number);
        expect(masked(number, number.family === 4 ? 32 : 128)).toEqual(number);
        expect(masked(number, 0).value).toBe(0n);
      }),
    );
  });
});
