/** The hosts before a service, and a default host line: `127.0.0.1,[::1]:`. */

import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Host } from './entry.ts';
import { partOf, type Word } from './words.ts';

/** Every address; what an entry without a host has. */
export const anyHost: Host = { kind: 'any', span: { start: 0, end: 0 } };

/** Reads the list that begins the word. A bad host is reported and costs only itself; null when none is left. */
export function readHosts(word: Word, list: string, diagnostics: Diagnostics): readonly Host[] | null {
  const hosts: Host[] = [];
  let at = 0;
  for (const text of list.split(',')) {
    const span = partOf(word, at, at + text.length);
    at += text.length + 1;
    const host = list === '' ? anyHost : readHost(text, span);
    if (host !== null) hosts.push(host);
    else {
      const help = "write '*', a host name, an IPv4 address, or an IPv6 address as in '[::1]:80'";
      diagnostics.error('inetd/bad-host', span, `'${text}' is no host`, help);
    }
  }
  return hosts.length === 0 ? null : hosts;
}

/** One host; null when the text is neither an address nor a possible name. */
export function readHost(text: string, span: Host['span']): Host | null {
  if (text === '*') return { kind: 'any', span };
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIPv6(bare)) return { kind: 'address', family: 6, address: canonicalIPv6(bare), span };
  if (bare !== text) return null;
  if (isIPv4(text)) return { kind: 'address', family: 4, address: text, span };
  return /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]{0,253})$/u.test(text) ? { kind: 'name', name: text, span } : null;
}

/** One spelling for each address, so that the same socket is known again; a zone stays behind `%`. */
export function canonicalIPv6(address: string): string {
  const [bare = '', zone] = address.split('%');
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}
