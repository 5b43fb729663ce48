/** Two services that want the same port, program or name. */

import { type Diagnostic, Diagnostics } from '../../../diagnostics/diagnostic.ts';
import { formatAddress, type ListenAddress, type SocketSpec } from '../../../model/address.ts';
import type { Service } from '../../../model/service.ts';
import type { Draft } from '../entry.ts';

/** A service and the block that defined it. */
export interface Defined {
  readonly draft: Draft;
  readonly service: Service;
}

/** What is served, the services that found their place taken, and why. */
export interface Settled {
  readonly kept: readonly Defined[];
  readonly refused: readonly Defined[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The earlier of two services is served, the later one is reported. xinetd looks only at earlier ones with an address. */
export function settleClashes(defined: readonly Defined[], strict: boolean): Settled {
  const places = new Map<string, Defined[]>();
  const kept: Defined[] = [];
  const refused: Defined[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const one of defined) {
    const neighbours = keysOf(one.service).flatMap((key) => places.get(key) ?? []);
    const earlier = neighbours.find((other) => clash(other, one, strict));
    if (earlier === undefined) {
      kept.push(one);
      for (const key of new Set(keysOf(one.service))) places.set(key, [...(places.get(key) ?? []), one]);
    } else {
      refused.push(one);
      diagnostics.push(...report(earlier, one));
    }
  }
  return { kept, refused, diagnostics };
}

/** Services without a key in common cannot clash. */
function keysOf({ sockets, rpc, mux }: Service): readonly string[] {
  if (mux !== undefined) return [`tcpmux ${mux.name.toLowerCase()}`]; // asked for in any letter case
  if (rpc !== undefined) return [`rpc ${rpc.program} ${sockets[0]?.type}`];
  return sockets.flatMap(({ type, protocol, address }) =>
    address.kind === 'inet' && address.port !== 0 ? [`${type} ${protocol} ${address.port}`] : [],
  );
}

function clash(earlier: Defined, later: Defined, strict: boolean): boolean {
  const [a, b] = [earlier.service, later.service];
  if (strict && a.mux === undefined && earlier.draft.values.bind === undefined) return false;
  if (a.mux !== undefined) return true;
  if (a.rpc !== undefined && b.rpc !== undefined) return a.rpc.low <= b.rpc.high && b.rpc.low <= a.rpc.high;
  return a.sockets.some((one) => b.sockets.some((other) => overlap(one, other)));
}

/** An address for all takes the port from every other of its family. */
function overlap({ address: a }: SocketSpec, { address: b }: SocketSpec): boolean {
  if (a.kind === 'unix' || b.kind === 'unix') return false;
  return familiesOf(a).some((family) => {
    if (!familiesOf(b).includes(family)) return false;
    return isAny(a) || isAny(b) || a.host === b.host;
  });
}

type Inet = ListenAddress & { readonly kind: 'inet' };

function familiesOf({ family, dual }: Inet): readonly number[] {
  return dual ? [4, 6] : [family];
}

function isAny({ host }: Inet): boolean {
  return host === '0.0.0.0' || host === '::';
}

function report(earlier: Defined, { draft, service }: Defined): readonly Diagnostic[] {
  const diagnostics = new Diagnostics(draft.source);
  const { file, line, word } = earlier.service.origin;
  const [socket] = service.sockets;
  const place =
    socket === undefined || service.rpc !== undefined ? service.label : formatAddress(socket.address);
  const message = `${place} is taken by the service '${word}' of ${file}:${line}`;
  const help = 'give one of them another port or address, or disable it';
  diagnostics.error('xinetd/duplicate', draft.name.span, message, help);
  return diagnostics.all;
}
