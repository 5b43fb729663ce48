/** The numbered cases of the TCP wrappers that rules alone decide. */

import { describe, expect, it } from '@jest/globals';
import { loadHosts } from '../../../lib/access/hosts/load.ts';
import { bannerText } from '../../../lib/access/hosts/text.ts';
import { ask, DENY_ALL, file, lookupsOf, outcome, tablesOf } from './asking.ts';

const deny = DENY_ALL;

function codes(allow: string): readonly string[] {
  const { diagnostics } = loadHosts(
    { allow: file('hosts.allow', allow), deny: { kind: 'missing' } },
    { read: () => null },
  );
  return diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

describe('hosts.allow and hosts.deny', () => {
  it('case 196 (rules): a network of hosts.allow is granted though all others are denied', async () => {
    expect(await outcome({ allow: 'in.x: 192.0.2.0/24\n', deny, daemon: 'in.x' })).toBe('granted');
    expect(await outcome({ allow: 'in.x: 192.0.2.0/24\n', deny, daemon: 'in.x', address: '192.0.3.7' })).toBe(
      'refused',
    );
  });

  it('case 197 (rules): a network with host bits matches nobody and is warned of', async () => {
    expect(await outcome({ allow: 'in.x: 192.0.2.5/24\n', deny, daemon: 'in.x', address: '192.0.2.5' })).toBe(
      'refused',
    );
    expect(codes('in.x: 192.0.2.5/24\n')).toEqual(['warning hosts/host-bits']);
  });

  it('case 198 (rules): an address cut short matches nobody', async () => {
    expect(await outcome({ allow: 'in.x: 192.0.2\n', deny, daemon: 'in.x' })).toBe('refused');
    expect(await outcome({ allow: 'in.x: 192.0.2.\n', deny, daemon: 'in.x' })).toBe('granted');
  });

  it('case 199 (rules): EXCEPT takes all that is behind it', async () => {
    const allow = 'ALL: ALL EXCEPT 192.0.2. EXCEPT 192.0.2.7\n';
    expect(await outcome({ allow, deny })).toBe('granted');
    expect(await outcome({ allow, deny, address: '192.0.2.8' })).toBe('refused');
    expect(await outcome({ allow, deny, address: '10.0.0.1' })).toBe('granted');
  });

  it('case 200 (rules): an IPv6 network wants brackets', async () => {
    const address = '2001:db8::7';
    expect(await outcome({ allow: 'in.x: [2001:db8::]/32\n', deny, daemon: 'in.x', address })).toBe(
      'granted',
    );
    expect(await outcome({ allow: 'in.x: 2001:db8::/32\n', deny, daemon: 'in.x', address })).toBe('refused');
  });

  it('case 201 (rules): an IPv4 caller of a dual socket is matched by its IPv4 address', async () => {
    const address = '::ffff:127.0.0.1';
    expect(await outcome({ allow: 'probe: 127.0.0.0/8\n', deny, address })).toBe('granted');
    expect(await outcome({ allow: 'probe: 127.0.0.1\n', deny, address })).toBe('granted');
  });

  it('case 202 (rules): a number is the port of the server', async () => {
    expect(await outcome({ allow: '23001: ALL\n', deny, port: 23001 })).toBe('granted');
    expect(await outcome({ allow: '23001: ALL\n', deny, port: 23002, daemon: '23001' })).toBe('refused');
  });

  it('case 203 (rules): the address that was called must match too', async () => {
    expect(await outcome({ allow: 'probe@10.9.9.9: ALL\n', deny, server: '127.0.0.1' })).toBe('refused');
    expect(await outcome({ allow: 'probe@10.9.9.9: ALL\n', deny, server: '10.9.9.9' })).toBe('granted');
  });

  it('case 204 (rules): spawn gets the address and the call is granted', async () => {
    const { verdict } = await ask({ allow: 'probe: ALL: spawn /bin/echo %a >>/run/seen\n', deny });
    expect(verdict).toMatchObject({
      kind: 'granted',
      effects: [{ kind: 'spawn', command: '/bin/echo 192.0.2.7 >>/run/seen' }],
    });
  });

  it.each([
    { where: 'allow', status: 1, kind: 'refused' },
    { where: 'allow', status: 0, kind: 'granted' },
    { where: 'deny', status: 1, kind: 'granted' },
    { where: 'deny', status: 0, kind: 'refused' },
  ])(
    'case 205 (rules): aclexec in hosts.$where with status $status is $kind',
    async ({ where, status, kind }) => {
      const rule = 'probe: ALL: aclexec /bin/check %a\n';
      const { verdict, questions } = await ask({ [where]: rule, status });
      expect(verdict.kind).toBe(kind);
      expect(questions).toEqual(['aclexec /bin/check 192.0.2.7']);
    },
  );

  it('case 206 (rules): twist serves its command instead', async () => {
    const { verdict } = await ask({ allow: 'probe: ALL: twist /bin/echo 421 bye %a\n' });
    expect(verdict).toMatchObject({ kind: 'twisted', command: '/bin/echo 421 bye 192.0.2.7' });
  });

  it.each([
    { options: ' bogus', error: 'bad option name: "bogus"' },
    { options: '', error: 'missing option name' },
    { options: ' allow : umask 022', error: 'option "allow" must be at end' },
  ])('case 207 (rules): a wrong option refuses: $error', async ({ options, error }) => {
    const allow = `probe: ALL:${options}\n`;
    expect((await ask({ allow })).verdict).toMatchObject({
      kind: 'refused',
      error,
      rule: { file: 'hosts.allow', line: 1 },
    });
    expect(codes(allow)).toEqual(['error hosts/bad-option']);
  });

  it('case 208 (rules): a banner is named by the daemon and sent with CR LF', async () => {
    const refused = { deny: 'probe: ALL: banners /etc/banners\n' };
    const { verdict, facts } = await ask(refused);
    expect(verdict).toMatchObject({
      kind: 'refused',
      effects: [{ kind: 'banners', file: '/etc/banners/probe' }],
    });
    expect(bannerText('go away, %a\nplease\n', facts, lookupsOf(refused, []))).toBe(
      'go away, 192.0.2.7\r\nplease\r\n',
    );
  });

  it('case 209 (rules): # within a line is a word for Debian and a comment for FreeBSD', async () => {
    const asked = { allow: 'probe: 10.0.0.1 # 127.0.0.1\n', deny, address: '127.0.0.1' };
    expect(await outcome(asked)).toBe('granted');
    expect(await outcome({ ...asked, settings: { hash: 'comment' } })).toBe('refused');
    expect(tablesOf({ allow: ' # note\n', settings: { hash: 'comment' } }).allow.rules).toEqual([]);
  });
});
