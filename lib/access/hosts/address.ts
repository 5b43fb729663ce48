/** Addresses and masks as numbers, read as libwrap reads them. */

import { isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address. */
export type Groups = readonly number[];

/**
 * A dotted quad, unsigned. As inet_addr(3) does, it reads `010` as octal and `0x10` as hexadecimal. Null for anything
 * else and for 255.255.255.255, which inet_addr(3) cannot tell from an error.
 */
export function quadOf(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    const octet = octetOf(part);
    if (octet === null) return null;
    value = value * 256 + octet;
  }
  return value === ALL_ONES ? null : value;
}

/** The groups of an IPv6 address; a zone (`%eth0`) is passed over, as glibc's libwrap does. Null for anything else. */
export function groupsOf(text: string): Groups | null {
  if (!isIPv6(text)) return null;
  const [address = ''] = text.split('%', 1);
  const gap = address.indexOf('::');
  if (gap === -1) return listed(address);
  const head = listed(address.slice(0, gap));
  const tail = listed(address.slice(gap + 2));
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Whether the first `length` bits (0 to 128) are equal. */
export function samePrefix(a: Groups, b: Groups, length: number): boolean {
  for (let index = 0, left = length; left > 0; index += 1, left -= 16) {
    const different = (a[index] ?? 0) ^ (b[index] ?? 0);
    if (left >= 16 ? different !== 0 : different >>> (16 - left) !== 0) return false;
  }
  return true;
}

/** Whether an address lies in a network; all are unsigned 32-bit numbers. */
export function inNetwork(address: number, network: number, mask: number): boolean {
  return (address & mask) >>> 0 === network;
}

/** The mask of a prefix length, 0 to 32. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : (ALL_ONES << (32 - length)) >>> 0;
}

/** What atoi(3) reads: the number at the begin, 0 when there is none. */
export function leadingNumber(text: string): number {
  const digits = /^[+-]?\d+/.exec(text);
  return digits === null ? 0 : Number(digits[0]);
}

const ALL_ONES = 0xffff_ffff;

function octetOf(part: string): number | null {
  const value = /^0[0-7]*$/.test(part)
    ? Number.parseInt(part, 8)
    : /^([1-9]\d*|0x[\da-f]+)$/i.test(part)
      ? Number(part)
      : Number.NaN;
  return value <= 255 ? value : null;
}

function listed(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const quad = group.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
    return [Math.floor(quad / 65536), quad % 65536];
  });
}
