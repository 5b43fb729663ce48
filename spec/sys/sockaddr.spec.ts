import { isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../lib/sys/errors.ts';
import {
  addressKeyAt,
  decodeAddress,
  encodeAddress,
  portAt,
  type SocketAddress,
} from '../../lib/sys/sockaddr.ts';

const inet = (family: 4 | 6, host: string, port = 80): SocketAddress => ({
  kind: 'inet',
  family,
  host,
  port,
});

function again(address: SocketAddress) {
  const bytes = encodeAddress(address);
  return decodeAddress(bytes, bytes.length);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    for (const code of ['EINVAL', 'ENAMETOOLONG', 'ENODEV', 'ENXIO']) if (hasCode(error, code)) return code;
    throw error;
  }
  return 'none';
}

describe('an address, encoded and decoded', () => {
  it.each([
    { family: 4, host: '127.0.0.1', address: '127.0.0.1' },
    { family: 4, host: '255.255.255.255', address: '255.255.255.255' },
    { family: 6, host: '::', address: '::' },
    { family: 6, host: '::1', address: '::1' },
    { family: 6, host: '1::', address: '1::' },
    { family: 6, host: '2001:DB8:0:0:1:0:0:1', address: '2001:db8::1:0:0:1' },
    { family: 6, host: '2001:db8:0:1:1:1:1:1', address: '2001:db8:0:1:1:1:1:1' },
    { family: 6, host: '1:2:3:4:5:6:7:8', address: '1:2:3:4:5:6:7:8' },
    { family: 6, host: '64:ff9b::192.0.2.33', address: '64:ff9b::c000:221' },
    { family: 6, host: 'fe80::1%1', address: 'fe80::1%lo' },
    { family: 6, host: 'fe80::1%lo', address: 'fe80::1%lo' },
    { family: 6, host: 'fe80::1%99999', address: 'fe80::1%99999' },
  ] as const)('$host is $address', ({ family, host, address }) => {
    expect(again(inet(family, host, 4711))).toEqual({ kind: 'inet', family, address, port: 4711 });
  });

  it('makes an IPv4-mapped address an IPv4 one', () => {
    expect(again(inet(6, '::ffff:192.0.2.7'))).toEqual({
      kind: 'inet',
      family: 4,
      address: '192.0.2.7',
      port: 80,
    });
  });

  it.each(['/run/x.sock', 'relative', '@abstract', '@with\0nul', `/${'x'.repeat(106)}`, '@'])(
    'keeps the Unix path %j',
    (path) => {
      expect(again({ kind: 'unix', path })).toEqual({ kind: 'unix', path });
    },
  );

  it('keeps every IPv6 address, and writes it as RFC 5952 wants', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        fc.pre(groups.slice(0, 5).some((each) => each !== 0));
        const host = groups.map((each) => each.toString(16)).join(':');
        const peer = again(inet(6, host));
        const text = peer.kind === 'inet' ? peer.address : '';
        expect(isIPv6(text)).toBe(true);
        expect(encodeAddress(inet(6, text))).toEqual(encodeAddress(inet(6, host)));
        expect(text).toBe(new URL(`http://[${host}]/`).hostname.slice(1, -1));
      }),
    );
  });
});

describe('encodeAddress refuses', () => {
  it.each([
    { address: inet(4, 'localhost'), code: 'EINVAL' },
    { address: inet(4, '010.0.0.1'), code: 'EINVAL' },
    { address: inet(4, '::1'), code: 'EINVAL' },
    { address: inet(6, '127.0.0.1'), code: 'EINVAL' },
    { address: inet(6, '1::2::3'), code: 'EINVAL' },
    { address: inet(6, 'fe80::1%nosuchlink'), code: 'ENODEV' },
    { address: { kind: 'unix', path: '' } as const, code: 'EINVAL' },
    { address: { kind: 'unix', path: 'a\0b' } as const, code: 'EINVAL' },
    { address: { kind: 'unix', path: 'x'.repeat(108) } as const, code: 'ENAMETOOLONG' },
    { address: { kind: 'unix', path: 'ä'.repeat(54) } as const, code: 'ENAMETOOLONG' },
  ])('$address: $code', ({ address, code }) => {
    expect(codeOf(() => encodeAddress(address))).toBe(code);
  });
});

describe('decodeAddress', () => {
  it('returns a peer for any bytes of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 128 }), (bytes) => {
        expect(['inet', 'unix']).toContain(decodeAddress(bytes, bytes.length).kind);
      }),
    );
  });

  it('knows a Unix socket without a name', () => {
    const bytes = encodeAddress({ kind: 'unix', path: 'x' });
    expect(decodeAddress(bytes, 2)).toEqual({ kind: 'unix', path: '' });
    expect(decodeAddress(bytes, 0)).toEqual({ kind: 'unix', path: '' });
  });
});

describe('keys by address', () => {
  const at = (address: SocketAddress) => {
    const bytes = new Uint8Array(256);
    bytes.set(encodeAddress(address), 128);
    return { key: addressKeyAt(bytes, 128), port: portAt(bytes, 128) };
  };

  it('are the same for an address and its mapped form, whatever the port', () => {
    expect(at(inet(6, '::ffff:10.0.0.1', 1)).key).toBe(at(inet(4, '10.0.0.1', 2)).key);
  });

  it('differ between addresses', () => {
    const hosts = ['::', '::1', '1::', '2001:db8::1', '2001:db8::2'];
    expect(new Set(hosts.map((host) => at(inet(6, host)).key)).size).toBe(hosts.length);
  });

  it('come with the port, which is 0 for a Unix socket', () => {
    expect(at(inet(4, '10.0.0.1', 20)).port).toBe(20);
    expect(at({ kind: 'unix', path: '/run/x' })).toEqual({ key: '', port: 0 });
  });
});
