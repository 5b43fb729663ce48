import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccessLists } from '../../lib/access/access-lists.ts';
import { addressKeyOf } from '../../lib/access/address-key.ts';
import { explainAccess } from '../../lib/access/explain.ts';
import type { AddressRule } from '../../lib/model/access.ts';
import { decodeAddress, encodeAddress } from '../../lib/sys/sockaddr.ts';

/** The bits of an address in the order of the network, the naive way. IPv4-mapped addresses are IPv4. */
function bitsOf(text: string): string {
  const family = text.includes(':') ? 6 : 4;
  const sockaddr = encodeAddress({ kind: 'inet', family, host: text, port: 0 });
  const bytes = family === 4 ? sockaddr.subarray(4, 8) : sockaddr.subarray(8, 24);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.startsWith(MAPPED) ? bits.slice(96) : bits;
}

const MAPPED = `${'0'.repeat(80)}${'1'.repeat(16)}`;

/** The rule read off its definition: equal families, and the first bits are equal one by one. */
function means(rule: AddressRule, address: string, name: string | null): boolean {
  switch (rule.kind) {
    case 'network': {
      const caller = bitsOf(address);
      const network = bitsOf(rule.address);
      const bits = rule.family === 6 && network.length === 32 ? rule.bits - 96 : rule.bits;
      return (
        caller.length === network.length && [...caller].every((bit, i) => i >= bits || bit === network[i])
      );
    }
    case 'host':
      return name?.toLowerCase() === rule.name;
    case 'domain':
      return name?.toLowerCase().endsWith(rule.suffix) === true;
  }
}

/** What the lists have to say, rule by rule. */
function naively(
  only: Rules | null,
  never: Rules,
  address: string,
  name: string | null,
): 'admit' | 'address' {
  if (never.some((rule) => means(rule, address, name))) return 'address';
  if (only !== null && !only.some((rule) => means(rule, address, name))) return 'address';
  return name === null && never.some(({ kind }) => kind !== 'network') ? 'address' : 'admit';
}

type Rules = readonly AddressRule[];

/** An address as the kernel writes it. */
function numeric(bits: string): string {
  const bytes = new Uint8Array(bits.length === 32 ? 16 : 28);
  bytes.set(encodeAddress({ kind: 'inet', ...(bits.length === 32 ? ANY4 : ANY6), port: 0 }));
  const start = bits.length === 32 ? 4 : 8;
  for (let at = 0; at < bits.length; at += 8)
    bytes[start + at / 8] = Number.parseInt(bits.slice(at, at + 8), 2);
  const peer = decodeAddress(bytes, bytes.length);
  return peer.kind === 'inet' ? peer.address : '';
}

const ANY4 = { family: 4, host: '0.0.0.0' } as const;
const ANY6 = { family: 6, host: '::' } as const;

/** Few addresses and networks, so that they often meet: bits differ at the edges of masks or not at all. */
const bits = fc
  .tuple(fc.constantFrom(32, 128), fc.array(fc.nat(127), { maxLength: 3 }))
  .map(([length, ones]) => Array.from({ length }, (_, i) => (ones.includes(i) ? '1' : '0')).join(''));
const address = fc.oneof(
  bits.map(numeric),
  bits.map((text) => (text.length === 32 ? `::ffff:${numeric(text)}` : numeric(text))),
  fc.ipV4(),
  fc.ipV6(),
);

const network: fc.Arbitrary<AddressRule> = fc.tuple(bits, fc.nat(128)).map(([text, length]) => {
  const kept = Math.min(length, text.length);
  const start = text.slice(0, kept).padEnd(text.length, '0');
  return { kind: 'network', family: text.length === 32 ? 4 : 6, address: numeric(start), bits: kept };
});
/** `::ffff:192.0.2.0/120`, which means callers of IPv4. */
const mapped: fc.Arbitrary<AddressRule> = network
  .filter((rule) => rule.kind === 'network' && rule.family === 4)
  .map((rule) =>
    rule.kind === 'network'
      ? { kind: 'network', family: 6, address: `::ffff:${rule.address}`, bits: rule.bits + 96 }
      : rule,
  );
const label = fc.constantFrom('a', 'b', 'ab');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const named: fc.Arbitrary<AddressRule> = fc.oneof(
  name.map((host): AddressRule => ({ kind: 'host', name: host })),
  name.map((domain): AddressRule => ({ kind: 'domain', suffix: `.${domain}` })),
);
const rules = fc.array(fc.oneof(network, network, mapped, named), { maxLength: 5 });
const networks = fc.array(fc.oneof(network, mapped), { maxLength: 8 });
const callerName = fc.option(
  fc.tuple(name, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text)),
);

describe('access lists of any rules', () => {
  it('decide as a comparison bit by bit does', () => {
    fc.assert(
      fc.property(fc.option(rules), rules, address, callerName, (only, never, caller, known) => {
        const lists = new AccessLists({ only, never });
        expect(lists.decide(addressKeyOf(caller), known)).toBe(naively(only, never, caller, known));
      }),
      { numRuns: 2000 },
    );
  });

  it('decide by the address alone where they hold no names', () => {
    fc.assert(
      fc.property(fc.option(networks), networks, address, (only, never, caller) => {
        const lists = new AccessLists({ only, never });
        expect(lists.ask(addressKeyOf(caller))).toBe(naively(only, never, caller, null));
      }),
      { numRuns: 2000 },
    );
  });

  it('ask for a name wherever it can change the verdict', () => {
    const names = fc.array(callerName, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.option(rules), rules, address, names, (only, never, caller, known) => {
        const verdict = new AccessLists({ only, never }).ask(addressKeyOf(caller));
        // A name of nobody, none, those that the rules mean, and some others.
        const telling = [...(only ?? []), ...never].flatMap((rule) =>
          rule.kind === 'host' ? [rule.name] : rule.kind === 'domain' ? [`z${rule.suffix}`] : [],
        );
        const verdicts = new Set(
          ['z', null, ...telling, ...known].map((one) => naively(only, never, caller, one)),
        );
        if (verdicts.size > 1) expect(verdict).toBe('ask-name');
        if (verdict !== 'ask-name') expect([...verdicts]).toEqual([verdict]);
      }),
      { numRuns: 1000 },
    );
  });

  it('are explained by the rule that decides', () => {
    fc.assert(
      fc.property(fc.option(rules), rules, address, callerName, (only, never, caller, known) => {
        const lists = new AccessLists({ only, never });
        const explained = explainAccess({ only, never }, addressKeyOf(caller), known);
        expect(explained.verdict).toBe(lists.decide(addressKeyOf(caller), known));
        if (explained.because !== 'unnamed') {
          expect(explained.never).toBe(never.find((rule) => means(rule, caller, known)) ?? null);
        }
        if (explained.because === 'only' || explained.because === 'never') {
          expect(explained.only).toBe(only?.find((rule) => means(rule, caller, known)) ?? null);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
