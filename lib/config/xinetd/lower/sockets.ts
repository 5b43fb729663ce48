/** The sockets of a service: its families, its address, its port. */

import type { Diagnostics } from '../../../diagnostics/diagnostic.ts';
import type { ListenAddress, SocketSpec } from '../../../model/address.ts';
import type { Activation } from '../../../model/service.ts';
import type { XinetdContext } from '../context.ts';
import { type Draft, hasFlag, hasType, placeOf, type Values } from '../entry.ts';
import { isMux, listedPort, protocolOf, socketTypeOf } from './facts.ts';

/** Sockets, and whether IPv4 callers are written as `::ffff:192.0.2.7`. */
export interface Placed {
  readonly sockets: readonly SocketSpec[];
  readonly mapped: boolean;
}

/** xinetd's accept queue. */
const BACKLOG = 64;

/** The sockets; null when the address to bind is refused, which is reported. */
export function socketsOf(
  draft: Draft,
  activation: Activation,
  context: XinetdContext,
  diagnostics: Diagnostics,
): Placed | null {
  if (isMux(draft.values)) return { sockets: [], mapped: false };
  const type = socketTypeOf(draft.values) ?? 'stream';
  const protocol = protocolOf(draft.values);
  const port = hasType(draft.values, 'RPC')
    ? 0
    : (draft.values.port ?? listedPort(draft, context.names) ?? 0);
  const host = boundHost(draft, diagnostics);
  if (host === null) return null;
  const addresses = addressesOf(
    draft,
    { host, port, paired: activation === 'nowait' && port !== 0 },
    context,
  );
  const common = {
    type,
    protocol: protocol === undefined || ['tcp', 'udp'].includes(protocol.name) ? 0 : protocol.number,
    backlog: draft.values.socketBacklog ?? BACKLOG,
    ...(hasFlag(draft.values, 'NODELAY') ? { noDelay: true } : {}),
    ...(hasFlag(draft.values, 'KEEPALIVE') ? { keepAlive: true } : {}),
  };
  const isPair = addresses.length > 1;
  const mayLackIPv6 = isPair && !hasFlag(draft.values, 'IPv6') && draft.values.bind === undefined;
  const sockets = addresses.map((address) => {
    const optional = mayLackIPv6 && address.kind === 'inet' && address.family === 6;
    return optional ? { ...common, address, optional } : { ...common, address };
  });
  return { sockets, mapped: isPair || addresses.some((address) => address.kind === 'inet' && address.dual) };
}

/** The one address of bind that the flags ask for, IPv6 first; undefined: every address; null: it has none. */
function boundHost(draft: Draft, diagnostics: Diagnostics): string | undefined | null {
  const { bind } = draft.values;
  if (bind === undefined) return undefined;
  const isIPv6 = (address: string) => address.includes(':');
  const wantsIPv4 = hasFlag(draft.values, 'IPv4') && !hasFlag(draft.values, 'IPv6');
  const six = bind.addresses.find(isIPv6);
  const four = bind.addresses.find((address) => !isIPv6(address));
  const chosen = wantsIPv4
    ? four
    : hasFlag(draft.values, 'IPv4') || !hasFlag(draft.values, 'IPv6')
      ? (six ?? four)
      : six;
  if (chosen !== undefined) return chosen;
  const message = `${bind.text} has no ${wantsIPv4 ? 'IPv4' : 'IPv6'} address, which the flags ask for`;
  diagnostics.error('xinetd/bind-family', placeOf(draft, 'bind'), message, 'correct the address or the flag');
  return null;
}

interface Place {
  readonly host: string | undefined;
  readonly port: number;
  /** Both families get a socket each, so that servers see IPv4 callers as such. */
  readonly paired: boolean;
}

function addressesOf(
  draft: Draft,
  { host, port, paired }: Place,
  context: XinetdContext,
): readonly ListenAddress[] {
  const { values } = draft;
  if (host !== undefined && host !== '::') return [inet(host, port)];
  const onlyIPv4 = hasFlag(values, 'IPv4') && !hasFlag(values, 'IPv6');
  if (host === undefined && (onlyIPv4 || (socketTypeOf(values) === 'raw' && !hasFlag(values, 'IPv6')))) {
    return [inet('0.0.0.0', port)];
  }
  if (isIPv6Only(draft, context)) return [inet('::', port)];
  return paired ? [inet('0.0.0.0', port), inet('::', port)] : [{ ...inet('::', port), dual: true }];
}

/** To xinetd the attribute itself means yes, whatever its value. */
function isIPv6Only({ values, places }: Draft, { settings }: XinetdContext): boolean {
  return settings.strict ? places.has('v6only') : values.v6only === true;
}

function inet(host: string, port: number): ListenAddress & { readonly kind: 'inet' } {
  return { kind: 'inet', family: host.includes(':') ? 6 : 4, host, port, dual: false };
}

/** Whether the service is bound to an address of several machines. */
export function isMulticast({ bind }: Values): boolean {
  return bind?.addresses.some((address) => /^(22[4-9]|23\d)\.|^ff/i.test(address)) ?? false;
}
