/** Netgroups that do not exist; those that do are tried with the daemon, in a machine of its own. */

import { describe, expect, it } from '@jest/globals';
import { native } from '../../lib/sys/native.ts';
import { inNetgroup } from '../../lib/sys/netgroup.ts';

describe('inNetgroup', () => {
  it.each(['no-such-group', '', 'nul\0name', 'x'.repeat(5000)])('%j has no member', async (group) => {
    expect(await inNetgroup(group, 'a.example.org')).toBe(false);
  });

  it('answers later, not from inside the call', async () => {
    let answered = false;
    const answer = inNetgroup('no-such-group', 'a').then(() => (answered = true));
    expect(answered).toBe(false);
    await answer;
  });

  it('takes a null for any host, user and domain, and calls back with a number', async () => {
    const member = await new Promise((resolve) => native.innetgr('no-such-group', null, null, null, resolve));
    expect(member).toBe(0);
  });
});
