/** The search through both files, what is asked for it and when. */

import { describe, expect, it } from '@jest/globals';
import type { Lookups } from '../../../lib/access/hosts/ask.ts';
import { decide } from '../../../lib/access/hosts/decide.ts';
import { hasRules, loadHosts } from '../../../lib/access/hosts/load.ts';
import { ask, DENY_ALL, factsOf, lookupsOf, outcome, tablesOf } from './asking.ts';

describe('the search', () => {
  it.each([
    { allow: '', deny: '', kind: 'granted', rule: null },
    { allow: 'probe: 192.\n', deny: DENY_ALL, kind: 'granted', rule: { file: 'hosts.allow', line: 1 } },
    {
      allow: '#\nin.x: ALL\n\nprobe: ALL\n',
      deny: DENY_ALL,
      kind: 'granted',
      rule: { file: 'hosts.allow', line: 4 },
    },
    {
      allow: 'probe: 10.\n',
      deny: '\nprobe: 192.\n',
      kind: 'refused',
      rule: { file: 'hosts.deny', line: 2 },
    },
    { allow: 'probe: 10.\n', deny: 'probe: 10.\n', kind: 'granted', rule: null },
    {
      allow: 'no colon\nprobe: ALL\n',
      deny: DENY_ALL,
      kind: 'granted',
      rule: { file: 'hosts.allow', line: 2 },
    },
    {
      allow: 'probe: 10. \\\n 192.\n',
      deny: DENY_ALL,
      kind: 'granted',
      rule: { file: 'hosts.allow', line: 1 },
    },
  ])('%j', async ({ allow, deny, kind, rule }) => {
    expect((await ask({ allow, deny })).verdict).toMatchObject({ kind, rule });
  });

  it.each([
    { depth: 50_000, kind: 'refused' },
    { depth: 50_001, kind: 'granted' },
  ])('goes $depth lists deep: $kind', async ({ depth, kind }) => {
    const lists = Array.from({ length: depth }, () => 'ALL').join(' EXCEPT ');
    expect(await outcome({ allow: `ALL: ${lists}\n`, deny: DENY_ALL })).toBe(kind);
  });

  it('honours a last line without newline', async () => {
    expect(await outcome({ deny: 'ALL: ALL' })).toBe('refused');
    expect(await outcome({ deny: 'in.x: ALL' })).toBe('granted');
    expect(await outcome({ allow: 'ALL: ALL', deny: DENY_ALL })).toBe('granted');
  });

  it('strict: such a line is not read, and in hosts.deny refuses everybody', async () => {
    const settings = { strict: true };
    expect(await outcome({ deny: 'in.x: ALL', settings })).toBe('refused');
    expect(await outcome({ allow: 'ALL: ALL', deny: DENY_ALL, settings })).toBe('refused');
    expect(await outcome({ allow: 'ALL: ALL', settings })).toBe('granted');
  });

  it.each([
    { allow: 'missing', deny: 'missing', kind: 'granted', rules: false },
    { allow: 'unreadable', deny: 'missing', kind: 'granted', rules: false },
    { allow: 'missing', deny: 'unreadable', kind: 'refused', rules: true },
  ] as const)('hosts.allow $allow, hosts.deny $deny: $kind', ({ allow, deny, kind, rules }) => {
    const { value } = loadHosts({ allow: { kind: allow }, deny: { kind: deny } }, { read: () => null });
    expect(decide(value, factsOf({}), lookupsOf({}, []))).toMatchObject({ kind });
    expect(hasRules(value)).toBe(rules);
  });
});

describe('questions', () => {
  // biome-ignore format: a table
  it.each([
    ['ALL: 192.0.2.7\n', []], ['ALL: 192.0.2.0/24\n', []], ['ALL: [::1]\n', []], ['ALL: 10. /none\n', []], ['in.x: .org\n', []],
    ['ALL: 192. .org\n', []],
    ['ALL: .org 192.\n', ['name 192.0.2.7']], ['ALL: .org LOCAL KNOWN\n', ['name 192.0.2.7']],
    ['ALL: root@10.\n', []], ['ALL: ALL@192. .org\n', ['user 10000']],
    ['ALL: .org root@192.\n', ['name 192.0.2.7', 'user 10000']],
    ['probe@.org: ALL\n', ['name 192.0.2.1']], ['in.x@.org: ALL\n', []], ['probe@192.: 192.\n', []],
    ['ALL: @g @g @h\n', ['name 192.0.2.7', 'netgroup g unknown', 'netgroup h unknown']],
    ['ALL: 10. EXCEPT .org\n', []], ['ALL: 192. EXCEPT .org\n', ['name 192.0.2.7']],
    ['ALL: 192.: spawn x %n %u\n', ['name 192.0.2.7', 'user 10000']],
    ['ALL: 10.: aclexec x\nALL: 192.: aclexec y\n', ['aclexec y']],
    ['ALL: ALL: aclexec x: aclexec x\n', ['aclexec x', 'aclexec x']],
  ] as const)('%j asks %j', async (allow, questions) => {
    expect((await ask({ allow })).questions).toEqual(questions);
  });

  it('an address that there is none of is not asked for', async () => {
    const asked = await ask({ allow: 'ALL: .org LOCAL root@UNKNOWN\n', address: null });
    expect(asked.questions).toEqual([]);
  });

  it('without any, the verdict is there at once', () => {
    const asked = { allow: 'probe: 192.\n', deny: DENY_ALL };
    expect(decide(tablesOf(asked), factsOf({}), lookupsOf({}, []))).toMatchObject({ kind: 'granted' });
    const waiting = decide(tablesOf({ allow: 'probe: .org\n' }), factsOf({}), lookupsOf({}, []));
    expect(waiting).toBeInstanceOf(Promise);
  });

  it('that fail are answers: unknown, no member, refused', async () => {
    const failing: Lookups = {
      hostName: () => Promise.reject(new Error('no resolver')),
      userName: () => Promise.reject(new Error('no route')),
      inNetgroup: () => Promise.reject(new Error('no NIS')),
      aclexec: () => Promise.reject(new Error('no fork')),
    };
    const facts = factsOf({});
    const tables = tablesOf({ allow: 'ALL: .org @g root@192. 192.: aclexec x\n' });
    expect(await decide(tables, facts, failing)).toMatchObject({ kind: 'refused', rule: { line: 1 } });
    expect([facts.client.name, facts.user]).toEqual(['unknown', 'unknown']);
  });
});
