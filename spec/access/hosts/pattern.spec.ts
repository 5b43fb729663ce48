/** Which patterns of hosts_access(5) match which callers. */

import { describe, expect, it } from '@jest/globals';
import { type Case, DENY_ALL, outcome } from './asking.ts';

const V4 = '192.0.2.7';
const V6 = '2001:db8::5';

/** A row: a list of clients, a caller, and whether it matches. */
type Row = readonly [clients: string, caller: Partial<Case>, matches: boolean];

const v4: Case = { address: V4 };
const v6: Case = { address: V6 };
const named: Case = { address: V4, name: 'Good.example.org' };

// biome-ignore format: a table
const CLIENTS: readonly Row[] = [
  ['ALL', v4, true], ['all', v4, true], ['ALL', { address: null }, true],
  ['192.0.2.7', v4, true], ['192.0.2.8', v4, false], ['good.EXAMPLE.org', named, true], ['example.org', named, false],
  ['.example.org', named, true], ['.Org', named, true], ['.good.example.org', named, false], ['.2.7', v4, true],
  ['192.0.2.', v4, true], ['192.0.2', v4, false], ['192.', v4, true], ['good.', named, true],
  ['192.*', v4, true], ['*.7', v4, true], ['GOOD.*', named, true], ['192.0.?.7', v4, true], ['192.0.2.7?', v4, false],
  ['*', v4, true], ['?', v4, false], ['192.0.2.7*', v4, true], ['192.0.2.7**', v4, false], ['192.*.*7', v4, true],
  ['192.0.2.*/24', v4, false],
  ['192.0.2.0/255.255.255.0', v4, true], ['192.0.2.5/255.255.255.0', v4, false], ['192.0.2.0/255.255.255', v4, false],
  ['0.0.0.0/0.0.0.0', v4, true], ['192.0.0.7/255.0.255.255', v4, false], ['192.0.0.7/255.255.0.255', v4, true],
  ['192.0.2.0/24', v4, true], ['192.0.2.7/32', v4, true], ['192.0.2.5/24', v4, false], ['192.0.2.0/33', v4, false],
  ['192/8', v4, false], ['192.0.2.0/24', v6, false], ['0300.0.2.0/24', v4, true], ['192.0.2.08/29', v4, false],
  ['[2001:db8::]/32', v6, true], ['[2001:db8::5]', v6, true], ['[2001:DB8:0:0::5]', v6, true], ['[2001:db8::6]', v6, false],
  ['[2001:db8:ffff::]/31', v6, true], ['[2001:db8::5]/128', v6, true], ['[2001:db8::4]/127', v6, true],
  ['[2001:db8::4]/128', v6, false], ['[2001:db8::5]/129', v6, false], ['[::]/0', v6, true], ['[::]/0', v4, false],
  ['2001:db8::5', v6, false], ['[fe80::]/10', { address: 'fe80::1%eth0' }, true], ['[192.0.2.7]', v4, false],
  ['127.0.0.1', { address: '::ffff:127.0.0.1' }, true], ['127.0.0.0/8', { address: '::FFFF:127.0.0.1' }, true],
  ['[::ffff:127.0.0.1]', { address: '::ffff:127.0.0.1' }, false], ['[::ffff:0:0]/96', { address: '::ffff:127.0.0.1' }, false],
  ['/hosts', { ...v4, files: { '/hosts': '10.0.0.1\n\t192.0.2.0/24 x' } }, true],
  ['/hosts', { ...v4, files: { '/hosts': '10.0.0.1 # 192.0.2.8' } }, false],
  ['/hosts', v4, false],
  ['/Hosts', { ...v4, files: { '/Hosts': 'ALL' } }, true],
  ['/a', { ...v4, files: { '/a': '/b /a', '/b': '/a 192.0.2.7' } }, true],
  ['ALL EXCEPT /hosts', { ...v4, files: { '/hosts': V4 } }, false],
  ['@trusted', { ...named, members: ['trusted Good.example.org'] }, true],
  ['@Trusted', { ...named, members: ['trusted Good.example.org'] }, false],
  ['LOCAL', { ...v4, name: 'localhost' }, true], ['LOCAL', named, false], ['LOCAL', v4, false],
  ['LOCAL', { ...v4, name: 'paranoid' }, false],
  ['KNOWN', named, true], ['KNOWN', v4, false], ['KNOWN', { ...v4, name: 'paranoid' }, false],
  ['UNKNOWN', v4, true], ['UNKNOWN', named, false], ['UNKNOWN', { address: null }, true],
  ['UNKNOWN', { ...v4, name: 'paranoid' }, false],
  ['PARANOID', { ...v4, name: 'paranoid' }, true], ['PARANOID', named, false],
  ['root@192.0.2.7', { ...v4, user: 'root' }, true], ['root@192.0.2.7', v4, false], ['ALL@192.0.2.7', v4, true],
  ['KNOWN@ALL', { ...v4, user: 'root' }, true], ['KNOWN@ALL', v4, false], ['UNKNOWN@ALL', v4, true],
  ['r*@ALL', { ...v4, user: 'Root' }, true], ['root@', { ...v4, user: 'root' }, false],
  ['root@ALL', { ...v4, user: 'root', transport: 'dgram' }, false],
  ['root@@trusted', { ...named, user: 'root', members: ['trusted Good.example.org'] }, true],
  ['!10.0.0.1', v4, false], ['10.0.0.1, 192.0.2.7', v4, true], ['10.0.0.1,192.0.2.7\t', v4, true],
  ['ALL EXCEPT 192.0.2.7', v4, false], ['ALL except 10.', v4, true], ['EXCEPT ALL', v4, false], ['ALL EXCEPT', v4, true],
  ['ALL EXCEPT 192.0.2.7 EXCEPT ALL', v4, true], ['10. EXCEPT ALL 192.0.2.7', v4, false],
];

// biome-ignore format: a table
const DAEMONS: readonly Row[] = [
  ['in.x', { daemon: 'in.x' }, true], ['IN.X', { daemon: 'in.x' }, true], ['.x', { daemon: 'in.x' }, true],
  ['in.', { daemon: 'in.x' }, true], ['in', { daemon: 'in.x' }, false], ['in.*', { daemon: 'in.x' }, true],
  ['ALL EXCEPT in.x', { daemon: 'in.x' }, false], ['ALL EXCEPT in.y', { daemon: 'in.x' }, true],
  ['/usr/sbin/in.x', { daemon: '/usr/sbin/in.x' }, true], ['/list', { daemon: 'in.x', files: { '/list': 'in.x' } }, false],
  ['@group', { daemon: 'in.x', members: ['group in.x'] }, false],
  ['23', { port: 23 }, true], ['23', { port: 24 }, false], ['65536', { daemon: '65536' }, true],
  ['probe@192.0.2.1', {}, true], ['probe@192.0.2.2', {}, false], ['23@192.0.2.0/24', { port: 23 }, true],
  ['probe@me.example', { serverName: 'me.example' }, true], ['probe@UNKNOWN', { server: null }, true],
  ['probe@/list', { files: { '/list': '192.0.2.1' } }, true],
];

describe('a client pattern', () => {
  it.each(CLIENTS)('%s for %j: %s', async (clients, caller, matches) => {
    const asked = { ...caller, allow: `probe: ${clients}\n`, deny: DENY_ALL };
    expect(await outcome(asked)).toBe(matches ? 'granted' : 'refused');
  });
});

describe('a daemon pattern', () => {
  it.each(DAEMONS)('%s for %j: %s', async (daemons, called, matches) => {
    const asked = { ...called, allow: `${daemons}: ALL\n`, deny: DENY_ALL };
    expect(await outcome(asked)).toBe(matches ? 'granted' : 'refused');
  });
});

describe('patterns that libwrap takes for errors', () => {
  it.each([
    { clients: '0.0.0.0/0', address: V4 },
    { clients: '192.0.2.7/255.255.255.255', address: V4 },
    { clients: '2001\\:db8\\:\\:5', address: V6 },
  ])('$clients matches $address, but not with strict', async ({ clients, address }) => {
    const asked = { allow: `probe: ${clients}\n`, deny: DENY_ALL, address };
    expect(await outcome(asked)).toBe('granted');
    expect(await outcome({ ...asked, settings: { strict: true } })).toBe('refused');
  });

  it.each(['10.1.2.3', '10.1', '0x0a.1', '::1'])('a host cannot be named %s', async (name) => {
    expect(await outcome({ allow: 'ALL: 10.* ?:* *:?\n', deny: DENY_ALL, name })).toBe('refused');
    expect(await outcome({ allow: 'ALL: PARANOID\n', deny: DENY_ALL, name })).toBe('granted');
  });

  it('a name that a stranger chose cannot make wildcards slow', async () => {
    const name = `${'a'.repeat(250)}.example`;
    expect(await outcome({ allow: `ALL: ${'*a'.repeat(60)}*b\n`, deny: DENY_ALL, name })).toBe('refused');
  });
});
