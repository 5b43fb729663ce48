import { describe, expect, it } from '@jest/globals';
import { AccessLists, accessListsOf } from '../../lib/access/access-lists.ts';
import { addressKeyOf } from '../../lib/access/address-key.ts';
import { makeAccess, ruleOf } from './make-admission.ts';

interface Case {
  /** null: everybody. */
  readonly only: readonly string[] | null;
  readonly never?: readonly string[];
  readonly caller: string;
  readonly verdict: 'admit' | 'address' | 'ask-name';
}

function listsOf({ only, never = [] }: Pick<Case, 'only' | 'never'>): AccessLists {
  return new AccessLists({ only: only === null ? null : only.map(ruleOf), never: never.map(ruleOf) });
}

// biome-ignore format: a table
const BY_ADDRESS: readonly (Case & { readonly title: string })[] = [
  { title: 'case 115', only: ['127.1.0.0/16'], caller: '127.1.9.2', verdict: 'admit' },
  { title: 'case 115', only: ['127.1.0.0/16'], caller: '127.0.0.1', verdict: 'address' },
  { title: 'case 116', only: ['0.0.0.0/0'], caller: '192.0.2.7', verdict: 'admit' },
  { title: 'case 116', only: ['0.0.0.0/0'], caller: '::1', verdict: 'address' },
  { title: 'case 117', only: ['::/0'], caller: '2001:db8::7', verdict: 'admit' },
  { title: 'case 117', only: ['::/0'], caller: '192.0.2.7', verdict: 'address' },
  { title: 'case 118', only: ['::1/128'], caller: '::1', verdict: 'admit' },
  { title: 'case 118', only: ['::1/128'], caller: '::2', verdict: 'address' },
  { title: 'case 119', only: ['::/64'], caller: '::1', verdict: 'admit' },
  { title: 'case 119', only: ['::ffff:0.0.0.0/96'], caller: '192.0.2.7', verdict: 'admit' },
  { title: 'case 119', only: ['::ffff:127.0.0.0/104'], caller: '127.9.9.9', verdict: 'admit' },
  { title: 'case 119', only: ['::ffff:127.0.0.0/104'], caller: '::ffff:127.9.9.9', verdict: 'admit' },
  { title: 'case 119', only: ['127.0.0.0/8'], caller: '::ffff:127.9.9.9', verdict: 'admit' },
  { title: 'case 120', only: ['127.0.0.2/32', '127.0.0.3/32'], caller: '127.0.0.3', verdict: 'admit' },
  { title: 'case 120', only: ['127.0.0.2/32', '127.0.0.3/32'], caller: '127.0.0.4', verdict: 'address' },
  { title: 'case 120', only: ['127.0.5.0/24', '127.0.6.0/24'], caller: '127.0.6.77', verdict: 'admit' },
  { title: 'case 121', only: ['127.0.0.4/30'], caller: '127.0.0.7', verdict: 'admit' },
  { title: 'case 121', only: ['127.0.0.4/30'], caller: '127.0.0.8', verdict: 'address' },
  { title: 'case 128', only: [], caller: '127.0.0.1', verdict: 'address' },
  { title: 'case 128', only: null, caller: '127.0.0.1', verdict: 'admit' },
  { title: 'case 129', only: ['127.0.0.1/32'], never: ['127.0.0.0/8'], caller: '127.0.0.1', verdict: 'address' },
  { title: 'case 129', only: ['127.0.0.0/8'], never: ['127.0.0.1/32'], caller: '127.0.0.1', verdict: 'address' },
  { title: 'case 129', only: ['127.0.0.0/8'], never: ['127.0.0.1/32'], caller: '127.0.0.2', verdict: 'admit' },
  { title: 'zones', only: ['fe80::/10'], caller: 'fe80::1%lo', verdict: 'admit' },
  { title: 'Unix sockets', only: ['0.0.0.0/0', '::/0', 'localhost'], caller: '', verdict: 'address' },
  { title: 'Unix sockets', only: null, never: ['0.0.0.0/0', '::/0', '.example'], caller: '', verdict: 'admit' },
];

// biome-ignore format: a table
const ASKS_NAME: readonly (Case & { readonly because: string })[] = [
  { because: 'a name could let it in', only: ['good.example'], caller: '192.0.2.7', verdict: 'ask-name' },
  { because: 'a name could let it in', only: ['198.51.100.0/24', '.example'], caller: '192.0.2.7', verdict: 'ask-name' },
  { because: 'its address is enough', only: ['192.0.2.0/24', '.example'], caller: '192.0.2.7', verdict: 'admit' },
  { because: 'a name could keep it out', only: null, never: ['.example'], caller: '192.0.2.7', verdict: 'ask-name' },
  { because: 'a name could keep it out', only: ['192.0.2.0/24'], never: ['.example'], caller: '192.0.2.7', verdict: 'ask-name' },
  { because: 'its address is out', only: ['.example'], never: ['192.0.2.7/32'], caller: '192.0.2.7', verdict: 'address' },
  { because: 'no name lets it in', only: ['198.51.100.0/24'], never: ['.example'], caller: '192.0.2.7', verdict: 'address' },
];

// biome-ignore format: a table
const BY_NAME: readonly (Case & { readonly name: string | null })[] = [
  { only: ['good.example'], caller: '192.0.2.7', name: 'good.example', verdict: 'admit' },
  { only: ['good.example'], caller: '192.0.2.7', name: 'GOOD.Example', verdict: 'admit' },
  { only: ['good.example'], caller: '192.0.2.7', name: 'good.example.', verdict: 'admit' },
  { only: ['good.example'], caller: '192.0.2.7', name: 'very.good.example', verdict: 'address' },
  { only: ['good.example'], caller: '192.0.2.7', name: 'good.example.net', verdict: 'address' },
  { only: ['.example'], caller: '192.0.2.7', name: 'very.GOOD.example', verdict: 'admit' },
  { only: ['.good.example'], caller: '192.0.2.7', name: 'very.good.example', verdict: 'admit' },
  { only: ['.good.example'], caller: '192.0.2.7', name: 'good.example', verdict: 'address' },
  { only: ['.good.example'], caller: '192.0.2.7', name: 'nogood.example', verdict: 'address' },
  { only: ['good.example'], caller: '192.0.2.7', name: null, verdict: 'address' },
  { only: ['192.0.2.0/24', 'good.example'], caller: '192.0.2.7', name: null, verdict: 'admit' },
  { only: null, never: ['.bad.example'], caller: '192.0.2.7', name: 'one.bad.example', verdict: 'address' },
  { only: null, never: ['.bad.example'], caller: '192.0.2.7', name: 'one.good.example', verdict: 'admit' },
  { only: null, never: ['.bad.example'], caller: '192.0.2.7', name: null, verdict: 'address' },
  { only: ['192.0.2.0/24'], never: ['.bad.example'], caller: '192.0.2.7', name: null, verdict: 'address' },
  { only: ['.example'], never: ['.bad.example'], caller: '192.0.2.7', name: 'one.bad.example', verdict: 'address' },
  { only: ['.example'], never: ['.bad.example'], caller: '192.0.2.7', name: 'one.example', verdict: 'admit' },
  { only: ['.example'], never: ['198.51.100.0/24'], caller: '198.51.100.1', name: 'one.example', verdict: 'address' },
];

describe('access lists', () => {
  it.each(BY_ADDRESS)('xinetd $title (gates): only $only, never $never: $caller $verdict', (row) => {
    expect(listsOf(row).ask(addressKeyOf(row.caller))).toBe(row.verdict);
  });

  it.each(ASKS_NAME)('only $only, never $never: $caller $verdict, since $because', (row) => {
    expect(listsOf(row).ask(addressKeyOf(row.caller))).toBe(row.verdict);
  });

  it.each(BY_NAME)('xinetd case 125 (gates): only $only, never $never: $caller is $name: $verdict', (row) => {
    expect(listsOf(row).decide(addressKeyOf(row.caller), row.name)).toBe(row.verdict);
  });

  it.each([
    { only: null, never: [], asks: false },
    { only: ['192.0.2.0/24'], never: ['198.51.100.0/24'], asks: false },
    { only: ['192.0.2.0/24', 'good.example'], never: [], asks: true },
    { only: null, never: ['.example'], asks: true },
  ])('only $only, never $never: names matter: $asks', ({ asks, ...row }) => {
    expect(listsOf(row).asksName).toBe(asks);
  });

  it('are none where everybody may call', () => {
    expect(accessListsOf(makeAccess())).toBeNull();
    expect(accessListsOf(makeAccess({ only: [] }))).not.toBeNull();
    expect(accessListsOf(makeAccess({ never: [ruleOf('.example')] }))).not.toBeNull();
  });
});
