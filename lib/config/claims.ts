/** Services of several languages that want one address: the stronger language is served. */

import { type Diagnostic, Diagnostics, type Parsed, type Source } from '../diagnostics/diagnostic.ts';
import { formatAddress, type SocketSpec } from '../model/address.ts';
import type { Origin, Service } from '../model/service.ts';
import type { SocketUnit } from '../model/socket-unit.ts';

/** The services of one language, and the code for those that another language takes the address of. */
export interface Claimants {
  readonly services: readonly Service[];
  readonly sources: readonly Source[];
  readonly code: string;
}

/** Who has an address, and where it is written that he does. */
interface Holder {
  readonly name: string;
  readonly origin: Pick<Origin, 'file' | 'line'>;
}

/**
 * The services of all languages, the strongest first; units are stronger than all of them. One that wants what a stronger language has is left out; within a
 * language every service stays, for its reader has looked at that already.
 */
export function settleClaims(
  languages: readonly Claimants[],
  units: readonly SocketUnit[] = [],
): Parsed<readonly Service[]> {
  const taken = new Map<string, Holder>();
  for (const unit of units) holdAll(unitClaims(unit), holderOf(unit), taken);
  const diagnostics: Diagnostic[] = [];
  const value: Service[] = [];
  const spoken = languages.filter(({ services }) => services.length > 0);
  for (const language of spoken) {
    const kept = keep(language, taken, diagnostics);
    // Within the last one nobody asks any more.
    if (language !== spoken.at(-1)) hold(kept, taken);
    value.push(...kept);
  }
  return { value, diagnostics };
}

/** The services whose addresses nobody has. */
function keep(
  { services, sources, code }: Claimants,
  taken: ReadonlyMap<string, Holder>,
  diagnostics: Diagnostic[],
): readonly Service[] {
  if (taken.size === 0) return services;
  const byFile = new Map(sources.map((source) => [source.file, source]));
  return services.filter((service) => {
    const claims = claimsOf(service);
    const holder = claims.map(({ wanted }) => taken.get(wanted)).find((found) => found !== undefined);
    if (holder === undefined) return true;
    diagnostics.push(...lost(service, holder, { source: byFile.get(service.origin.file), code }));
    return false;
  });
}

function hold(services: readonly Service[], taken: Map<string, Holder>): void {
  for (const service of services) holdAll(claimsOf(service), service, taken);
}

function holdAll(claims: readonly Claim[], holder: Holder, taken: Map<string, Holder>): void {
  for (const { holds } of claims) {
    for (const key of holds) if (!taken.has(key)) taken.set(key, holder);
  }
}

function holderOf({ head }: SocketUnit): Holder {
  return { name: head.name, origin: head.origin ?? { file: head.name, line: 1 } };
}

/** What a service wants is looked up under `wanted` among all that others hold. */
interface Claim {
  readonly wanted: string;
  readonly holds: readonly string[];
}

function claimsOf({ sockets, mux, rpc }: Service): readonly Claim[] {
  if (mux !== undefined) return [same(`tcpmux ${mux.name.toLowerCase()}`)];
  if (rpc === undefined) return sockets.flatMap(claimsOfSocket);
  const versions = Array.from({ length: Math.min(rpc.high - rpc.low, 255) + 1 }, (_, at) => rpc.low + at);
  return sockets.flatMap(({ type }) =>
    versions.map((version) => same(`rpc ${type} ${rpc.program} ${version}`)),
  );
}

/** What a unit listens on, as far as other languages can want it too. */
function unitClaims({ listen, options }: SocketUnit): readonly Claim[] {
  return listen.flatMap((target) => {
    if (target.kind === 'unix') return [same(`unix ${target.path}`)];
    if (target.kind !== 'inet') return [];
    const { family, host, port, type } = target;
    const dual = family === 6 && host === '::' && options.v6Only !== true;
    return claimsOfSocket({
      type,
      protocol: 0,
      backlog: 0,
      address: { kind: 'inet', family, host, port, dual },
    });
  });
}

/**
 * Every address overlaps with that of all interfaces, so a socket on one holds that place and, under another key, a bit of
 * the whole port.
 */
function claimsOfSocket({ type, address, protocol }: SocketSpec): readonly Claim[] {
  if (address.kind === 'unix') return [same(`unix ${address.path}`)];
  if (address.port === 0 && type !== 'raw') return [];
  const { family, host, dual, port } = address;
  const port4 = `${type} ${protocol} 4 ${port}`;
  const port6 = `${type} ${protocol} 6 ${port}`;
  const whole = [family === 6 ? port6 : port4, ...(dual ? [port4] : [])];
  if (isAny(host))
    return whole.map((key) => ({ wanted: `${key} some`, holds: [`${key} some`, `${key} all`] }));
  return whole.flatMap((key) => [{ wanted: `${key} all`, holds: [`${key} some`] }, same(`${key} ${host}`)]);
}

function same(key: string): Claim {
  return { wanted: key, holds: [key] };
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

interface Place {
  readonly source: Source | undefined;
  readonly code: string;
}

function lost(service: Service, holder: Holder, { source, code }: Place): readonly Diagnostic[] {
  const { origin, sockets } = service;
  const found = source ?? { file: origin.file, text: '' };
  const diagnostics = new Diagnostics(found);
  const [socket] = sockets;
  const place = socket === undefined ? service.name : formatAddress(socket.address);
  const by = `${holder.origin.file}:${holder.origin.line}`;
  const message = `line ${origin.line} is not served: the service '${holder.name}' of ${by} has ${place}`;
  diagnostics.warning(code, spanOf(found.text, origin), message, 'leave one of the two out');
  return diagnostics.all;
}

/** The first word of an entry. */
function spanOf(text: string, { line, word }: Origin): { readonly start: number; readonly end: number } {
  let start = 0;
  for (let count = 1; count < line; count += 1) start = text.indexOf('\n', start) + 1;
  const found = text.indexOf(word, start);
  const at = found === -1 ? start : found;
  return { start: at, end: Math.min(text.length, at + word.length) };
}
