/** A decision in words. */

import { describe, expect, it } from '@jest/globals';
import { errorText, explain } from '../../../lib/access/hosts/text.ts';
import { ask, type Case, DENY_ALL } from './asking.ts';

async function explained(asked: Case): Promise<readonly string[]> {
  const { facts, verdict } = await ask({ ...asked, server: null });
  return explain(facts, verdict);
}

describe('explain', () => {
  it('says who called, which rule decides and what it does', async () => {
    const allow = '#\nprobe: .org: severity mail.info: umask 22: spawn x %a\n';
    expect(await explained({ allow, name: 'good.example.org' })).toEqual([
      'client:   hostname good.example.org',
      'client:   address  192.0.2.7',
      'server:   process  probe',
      'matched:  hosts.allow line 2',
      'option:   severity mail.info',
      'option:   umask 022',
      'option:   spawn x 192.0.2.7',
      'access:   granted',
    ]);
  });

  it.each([
    { asked: {}, last: ['matched:  no rule', 'access:   granted'] },
    { asked: { deny: DENY_ALL }, last: ['matched:  hosts.deny line 1', 'access:   denied'] },
    { asked: { allow: 'ALL: ALL: twist x %d\n' }, last: ['option:   twist x probe', 'access:   delegated'] },
    {
      asked: { allow: 'ALL: ALL: bogus\n' },
      last: ['error: hosts.allow, line 1: bad option name: "bogus"', 'access:   denied'],
    },
  ])('$last', async ({ asked, last }) => {
    expect((await explained(asked)).slice(-2)).toEqual(last);
  });

  it.each([
    'spawn x',
    'setenv A b',
    'nice 10',
    'umask 077',
    'user nobody.kmem',
    'user nobody',
    'group kmem',
    'keepalive',
    'linger 3',
    'severity notice',
  ])('writes %s as it is read', async (option) => {
    expect(await explained({ allow: `ALL: ALL: ${option}\n` })).toContain(`option:   ${option}`);
  });

  it('an error without a rule is told without a place', () => {
    expect(errorText(null, 'hosts.deny cannot be read to its end')).toBe(
      'error: hosts.deny cannot be read to its end',
    );
  });
});
