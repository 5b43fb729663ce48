/** Addresses as numbers, for masks. */

import { isIPv4, isIPv6 } from 'node:net';
import { canonicalIPv6 } from './inetd/host-field.ts';

/** An address: 32 or 128 bits. */
export interface IpNumber {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export const WIDTH = { 4: 32, 6: 128 } as const;

/** ::ffff:0:0, where IPv4 begins in IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED = 0xffffn << 32n;

/** The number of a numeric address without a zone; null for any other text. */
export function numberOf(text: string): IpNumber | null {
  if (isIPv4(text)) return { family: 4, value: quad(text) };
  return isIPv6(text) && !text.includes('%') ? { family: 6, value: groups(text) } : null;
}

export function textOf({ family, value }: IpNumber): string {
  const width = family === 4 ? 8n : 16n;
  const count = family === 4 ? 4 : 8;
  const parts = Array.from(
    { length: count },
    (_, index) => (value >> (BigInt(count - 1 - index) * width)) & ((1n << width) - 1n),
  );
  return family === 4 ? parts.join('.') : canonicalIPv6(parts.map((part) => part.toString(16)).join(':'));
}

/** The address without the bits behind the first `bits`. */
export function masked({ family, value }: IpNumber, bits: number): IpNumber {
  const rest = BigInt(WIDTH[family] - bits);
  return { family, value: (value >> rest) << rest };
}

/** The IPv4 network that an IPv6 one stands for; null when it is none. */
export function unmapped(
  { family, value }: IpNumber,
  bits: number,
): { readonly address: IpNumber; readonly bits: number } | null {
  if (family === 4 || bits < 96 || value >> 32n !== 0xffffn) return null;
  return { address: { family: 4, value: value & 0xffff_ffffn }, bits: bits - 96 };
}

/** Whether a network of IPv6 holds all of IPv4. */
export function holdsMapped({ family, value }: IpNumber, bits: number): boolean {
  return (
    family === 6 &&
    bits < 96 &&
    masked({ family, value: MAPPED }, bits).value === masked({ family, value }, bits).value
  );
}

function quad(text: string): bigint {
  return text.split('.').reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

function groups(text: string): bigint {
  const dotted = /(?<=:)[\d.]+\.[\d.]+$/.exec(text);
  const low = dotted === null ? 0n : quad(dotted[0]);
  const plain = dotted === null ? text : `${text.slice(0, dotted.index)}0:0`;
  const [head = '', tail] = plain.split('::', 2);
  const before = list(head);
  const after = list(tail ?? '');
  const middle = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  const value = [...before, ...middle, ...after].reduce(
    (sum, group) => (sum << 16n) + BigInt(`0x${group}`),
    0n,
  );
  return value + low;
}

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
