/** A struct sockaddr as the kernel gives it, from text. */

import { endianness } from 'node:os';

const families = { unix: 1, inet: 2, inet6: 10 } as const;

/** `192.0.2.1`, `2001:db8::1` or `unix`; 128 bytes. */
export function sockaddr(host: string, port = 40_000): Uint8Array {
  const bytes = Buffer.alloc(128);
  const family = host === 'unix' ? families.unix : host.includes(':') ? families.inet6 : families.inet;
  if (endianness() === 'LE') bytes.writeUInt16LE(family);
  else bytes.writeUInt16BE(family);
  if (family === families.unix) return bytes;
  bytes.writeUInt16BE(port, 2);
  if (family === families.inet) bytes.set(ipv4Bytes(host), 4);
  else bytes.set(ipv6Bytes(host), 8);
  return bytes;
}

export function ipv4Bytes(host: string): readonly number[] {
  return host.split('.').map(Number);
}

export function ipv6Bytes(host: string): readonly number[] {
  const [head = '', tail] = host.split('::');
  const words = (text: string) =>
    text
      .split(':')
      .filter((word) => word !== '')
      .flatMap((word) => {
        if (word.includes('.')) return ipv4Bytes(word);
        const value = Number.parseInt(word, 16);
        return [value >> 8, value & 255];
      });
  const [first, last] = [words(head), words(tail ?? '')];
  return [...first, ...Array<number>(16 - first.length - last.length).fill(0), ...last];
}
