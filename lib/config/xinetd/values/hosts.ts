/** The hosts of bind and redirect, and the port that a redirect leads to. */

import { isIPv4, isIPv6 } from 'node:net';
import { canonicalIPv6 } from '../../inetd/host-field.ts';
import { numberOf, textOf, unmapped } from '../../ip-number.ts';
import type { WrittenHost } from '../entry.ts';
import type { Word } from '../text/block.ts';
import { type Reader, refuse, type Scope } from './reader.ts';

/** An address, or a name with its addresses. */
export function writtenHost(word: Word, scope: Scope): WrittenHost | null {
  const literal = literalAddress(word.text);
  if (literal !== null) return { text: word.text, addresses: [literal] };
  const answer = scope.context.hosts.get(word.text);
  if (answer !== undefined && answer.addresses.length > 0) {
    return { text: word.text, addresses: answer.addresses };
  }
  const help = 'write an address of this machine, or a name that resolves; names of interfaces are not known';
  const message = `host '${word.text}': ${answer?.problem ?? 'it has no address'}`;
  return refuse(scope, word, help, { code: 'xinetd/unknown-host', message });
}

/** Whether the host must be looked up. */
export function isHostName(text: string): boolean {
  return literalAddress(text) === null;
}

/** The address in its one spelling, an IPv4-mapped one as IPv4. */
function literalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return null;
  const number = numberOf(text);
  const ipv4 = number === null ? null : unmapped(number, 128);
  return ipv4 === null ? canonicalIPv6(text) : textOf(ipv4.address);
}

/** `host port`: where the connections of a redirected service go. */
export const redirectTarget: Reader<WrittenHost & { readonly port: number }> = ([host, service], scope) => {
  if (host === undefined || service === undefined) return null;
  const written = writtenHost(host, scope);
  const port = /^\d{1,5}$/.test(service.text)
    ? Number(service.text)
    : scope.context.names.port(service.text, 'tcp');
  if (port === null || port < 1 || port > 65535) {
    return refuse(scope, service, 'write a port from 1 to 65535, or a name of /etc/services for tcp');
  }
  if (written === null) return null;
  // As xinetd: IPv4 before IPv6.
  const isIPv6 = (address: string) => Number(address.includes(':'));
  const addresses = [...written.addresses].sort((a, b) => isIPv6(a) - isIPv6(b));
  return { ...written, addresses, port };
};
