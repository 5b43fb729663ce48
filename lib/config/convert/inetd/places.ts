/** The sockets of a service as hosts and families: what stands before the service and behind the protocol. */

import type { SocketSpec } from '../../../model/address.ts';
import type { Service } from '../../../model/service.ts';
import type { DialectRules, Family } from '../../inetd/dialects.ts';
import type { Forms } from './forms.ts';

/** The sockets of one line. */
export interface InetdPlace {
  /** With its colon; empty: every address. */
  readonly host: string;
  /** Behind tcp or udp. */
  readonly suffix: string;
  /** It opens other sockets than the service has, for the same callers. */
  readonly differs: boolean;
  readonly socket: SocketSpec;
}

/** How sockets are written. */
export interface Spelling {
  readonly rules: DialectRules;
  readonly forms: Forms;
}

/** The places of a service; null: its dialect has no form for them, or only one that is open to more callers. */
export function placesOf(service: Service, spelling: Spelling): readonly InetdPlace[] | null {
  const inet = service.sockets.map((socket) => ({ socket, address: socket.address }));
  const places: (InetdPlace | null)[] = [];
  const everywhere: SocketSpec[] = [];
  for (const { socket, address } of inet) {
    if (address.kind === 'unix') places.push({ host: '', suffix: '', differs: false, socket });
    else if (address.host === '0.0.0.0' || address.host === '::') everywhere.push(socket);
    else places.push(hostPlace(socket, address, spelling));
  }
  const open = everywherePlaces(service, everywhere, spelling);
  const all = [...(open ?? [null]), ...places];
  const found = all.filter((place) => place !== null);
  return found.length === all.length ? found : null;
}

function hostPlace(
  socket: SocketSpec,
  { host, family }: { readonly host: string; readonly family: 4 | 6 },
  { rules, forms }: Spelling,
): InetdPlace | null {
  if (forms.host === 'none') return null;
  const prefix = family === 6 && forms.host === 'brackets' ? `[${host}]:` : `${host}:`;
  if (!isSuffixed(socket)) return { host: prefix, suffix: '', differs: false, socket };
  const meanings = forms.families.map((suffix) => ({ suffix, families: familiesOf(suffix, socket, rules) }));
  const exact = meanings.find(({ families }) => sameFamilies(families, [family]));
  const wide = meanings.find(({ families }) => families.includes(family) || families.includes('dual'));
  const found = exact ?? wide;
  return found === undefined ? null : { host: prefix, suffix: found.suffix, differs: false, socket };
}

/** Sockets on every address. A socket for both families and one for each serve the same callers. */
function everywherePlaces(
  { rpc }: Service,
  sockets: readonly SocketSpec[],
  spelling: Spelling,
): readonly InetdPlace[] | null {
  const [socket] = sockets;
  if (socket === undefined) return [];
  const families = sockets.map(familyOf);
  if (!isSuffixed(socket)) {
    const isWritten = sockets.length === 1 && families[0] === rawFamily(socket);
    return isWritten ? [{ host: '', suffix: '', differs: false, socket }] : null;
  }
  for (const lines of alternatives(families, rpc !== undefined)) {
    const suffixes = lines.map((wanted) =>
      suffixFor(wanted, { socket, isRpc: rpc !== undefined, ...spelling }),
    );
    if (suffixes.includes(undefined)) continue;
    const differs = !sameFamilies(lines.flat(), families);
    return suffixes.map((suffix = '') => ({ host: '', suffix, differs, socket }));
  }
  return null;
}

/** The families of each line, the most exact choice first. */
function alternatives(
  families: readonly Family[],
  isRpc: boolean,
): readonly (readonly (readonly Family[])[])[] {
  const apart = families.map((family) => [family]);
  const isBoth = families.includes(4) && families.includes(6);
  // The portmapper knows ports of IPv4 only (RFC 1833, version 2).
  if (families.includes('dual')) return isRpc ? [[['dual']], [[4]]] : [[['dual']], [[4, 6]], [[4], [6]]];
  return isBoth ? [[families], apart, [['dual']]] : [apart];
}

interface Wanted extends Spelling {
  readonly socket: SocketSpec;
  readonly isRpc: boolean;
}

function suffixFor(
  wanted: readonly Family[],
  { socket, isRpc, rules, forms }: Wanted,
): Forms['families'][number] | undefined {
  return forms.families.find((suffix) => {
    const families = isRpc && suffix === '' ? ([4] as const) : familiesOf(suffix, socket, rules);
    return sameFamilies(families, wanted);
  });
}

function familiesOf(
  suffix: Forms['families'][number],
  { type }: SocketSpec,
  rules: DialectRules,
): readonly Family[] {
  const meanings: Readonly<Record<typeof suffix, readonly Family[]>> = {
    '': rules.plain,
    '4': [4],
    '6': [type === 'dgram' ? rules.udp6 : rules.tcp6],
    '6only': [6],
    '46': ['dual'],
  };
  return meanings[suffix];
}

function familyOf({ address }: SocketSpec): Family {
  if (address.kind === 'unix') return 4;
  return address.dual ? 'dual' : address.family;
}

/** Raw sockets have the family of their protocol. */
function isSuffixed({ type }: SocketSpec): boolean {
  return type !== 'raw';
}

/** IPPROTO_ICMPV6 is the only protocol of IPv6 alone that has a name in /etc/protocols. */
function rawFamily({ protocol }: SocketSpec): Family {
  return protocol === 58 ? 6 : 4;
}

function sameFamilies(a: readonly Family[], b: readonly Family[]): boolean {
  const [first, second] = [new Set(a), new Set(b)];
  return first.size === second.size && [...first].every((family) => second.has(family));
}
