/** Services of several languages that want one address: the stronger language is served. */

import { type Diagnostic, Diagnostics, type Parsed, type Source } from '../diagnostics/diagnostic.ts';
import { formatAddress, type SocketSpec } from '../model/address.ts';
import type { Origin, Service } from '../model/service.ts';

/** The services of one language, and the code for those that another language takes the address of. */
export interface Claimants {
  readonly services: readonly Service[];
  readonly sources: readonly Source[];
  readonly code: string;
}

/**
 * The services of all languages, the strongest first. One that wants what a stronger language has is left out; within a
 * language every service stays, for its reader has looked at that already.
 */
export function settleClaims(languages: readonly Claimants[]): Parsed<readonly Service[]> {
  const taken = new Map<string, Service>();
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
  taken: ReadonlyMap<string, Service>,
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

function hold(services: readonly Service[], taken: Map<string, Service>): void {
  for (const service of services) {
    for (const { holds } of claimsOf(service)) {
      for (const key of holds) if (!taken.has(key)) taken.set(key, service);
    }
  }
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

function lost(service: Service, holder: Service, { source, code }: Place): readonly Diagnostic[] {
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
