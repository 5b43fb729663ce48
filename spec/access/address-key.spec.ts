import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressKeyOf, familyOf, prefixOf } from '../../lib/access/address-key.ts';
import { addressBytes, addressKeyAt, encodeAddress } from '../../lib/sys/sockaddr.ts';

/** The key that accept reads off a socket address. */
function keyFromKernel(host: string, family: 4 | 6): string | number {
  const bytes = new Uint8Array(addressBytes);
  bytes.set(encodeAddress({ kind: 'inet', family, host, port: 4711 }));
  return addressKeyAt(bytes, 0);
}

describe('address keys', () => {
  it('are the same for an address read off a socket and one read as a text', () => {
    fc.assert(fc.property(fc.ipV4(), (host) => expect(addressKeyOf(host)).toBe(keyFromKernel(host, 4))));
    fc.assert(fc.property(fc.ipV6(), (host) => expect(addressKeyOf(host)).toBe(keyFromKernel(host, 6))));
  });

  it.each([
    ['255.255.255.255', 0xffff_ffff],
    ['::ffff:192.0.2.7', 0xc000_0207],
    ['::ffff:c000:207', 0xc000_0207],
    ['fe80::1%7', '\ufe80\0\0\0\0\0\0\u0001'],
    ['somewhere.example', ''],
    ['', ''],
  ])('%j has the key %j', (text, key) => {
    expect(addressKeyOf(text)).toBe(key);
  });

  it.each([
    ['192.0.2.7', 4],
    ['::', 6],
    ['::ffff:192.0.2.7', 4],
    ['', null],
  ])('the family of %j is %j', (text, family) => {
    expect(familyOf(addressKeyOf(text))).toBe(family);
  });

  it.each([
    { a: '192.0.2.7', b: '192.0.2.6', bits: 31, same: true },
    { a: '192.0.2.7', b: '192.0.2.6', bits: 32, same: false },
    { a: '0.0.0.1', b: '255.0.0.0', bits: 0, same: true },
    { a: '127.0.0.1', b: '255.0.0.1', bits: 1, same: false },
    { a: '2001:db8::1', b: '2001:db8::2', bits: 126, same: true },
    { a: '2001:db8::1', b: '2001:db8::2', bits: 127, same: false },
    { a: '2001:db8::', b: '2001:db9::', bits: 31, same: true },
    { a: '2001:db8::', b: '2001:db9::', bits: 32, same: false },
    { a: '::1', b: 'ffff::', bits: 0, same: true },
  ])('$a and $b have the same first $bits bits: $same', ({ a, b, bits, same }) => {
    expect(prefixOf(addressKeyOf(a), bits) === prefixOf(addressKeyOf(b), bits)).toBe(same);
  });
});
