/** The sockets that an entry asks for: its families times its hosts, or a path. */

import { isIPv4, isIPv6 } from 'node:net';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { ListenAddress, SocketSpec, UnixFile } from '../../model/address.ts';
import type { Names } from '../names.ts';
import type { InetdSettings } from '../settings.ts';
import { groupOf, userOf } from './account.ts';
import type { DialectRules, Family } from './dialects.ts';
import type { Entry, Host, UnixOwner } from './entry.ts';
import { canonicalIPv6 } from './host-field.ts';

/** What the resolver said about a host name. */
export interface HostAnswer {
  readonly addresses: readonly string[];
  readonly problem: string | null;
}

/** What sockets depend on besides their entry. */
export interface SocketContext {
  readonly settings: InetdSettings;
  readonly rules: DialectRules;
  readonly names: Names;
  /** By host name, for every name that an entry has. */
  readonly hosts: ReadonlyMap<string, HostAnswer>;
}

/** An address and the host it came from. */
export interface Placed {
  readonly spec: SocketSpec;
  readonly host: Host | null;
}

/** The sockets in the order of the hosts, each once; null when the service or every host is refused, which is reported. */
export function socketsOf(
  entry: Entry,
  context: SocketContext,
  diagnostics: Diagnostics,
): readonly Placed[] | null {
  const { service, protocol } = entry;
  if (service.kind === 'mux') return [];
  if (service.kind === 'path') {
    const file = unixFileOf(service.file, entry, context, diagnostics);
    const address = { kind: 'unix', path: service.path } as const;
    return file && [{ spec: { ...specOf(entry, address, context), file }, host: null }];
  }
  const port = portOf(entry, context.names, diagnostics);
  const number = ipProtocolOf(entry, context.names, diagnostics);
  if (port === null || number === null || protocol.kind === 'unix') return null;
  const families = familiesOf(entry, context.rules);
  const placed: { readonly address: ListenAddress; readonly host: Host }[] = [];
  const refused: { readonly host: Host; readonly problem: string }[] = [];
  for (const host of entry.hosts) {
    const addresses = addressesOf(host, families, port, context.hosts);
    if (typeof addresses === 'string') refused.push({ host, problem: addresses });
    else placed.push(...addresses.map((address) => ({ address, host })));
  }
  const isMistake = !entry.hostsInherited || placed.length === 0;
  for (const { host, problem } of refused) {
    if (isMistake || host.kind === 'name') refuseHost(host, problem, diagnostics);
  }
  if (placed.length === 0) return null;
  return placed.map(({ address, host }) => ({
    spec: { ...specOf(entry, address, context), protocol: number },
    host,
  }));
}

function specOf({ type, buffers }: Entry, address: ListenAddress, context: SocketContext): SocketSpec {
  const { settings, rules } = context;
  return {
    type,
    address,
    protocol: 0,
    backlog: Math.max(settings.backlog ?? defaultBacklog, rules.minimumBacklog),
    ...(buffers.sndbuf === undefined ? {} : { sendBuffer: buffers.sndbuf }),
    ...(buffers.rcvbuf === undefined ? {} : { receiveBuffer: buffers.rcvbuf }),
  };
}

/** The kernel cuts it to net.core.somaxconn, which is 4096 by default. */
const defaultBacklog = 4096;

function portOf({ service, protocol, spans }: Entry, names: Names, diagnostics: Diagnostics): number | null {
  if (service.kind === 'port') return service.port;
  if (service.kind === 'rpc' || service.kind !== 'name' || protocol.kind !== 'inet') return 0;
  const transport = protocol.transport === 'udp' ? 'udp' : 'tcp';
  const port = names.port(service.name, transport);
  if (port !== null) return port;
  const other = transport === 'tcp' ? 'udp' : 'tcp';
  const help =
    names.port(service.name, other) === null
      ? 'write a port from 1 to 65535, or add the name to /etc/services'
      : `/etc/services knows it for ${other} only: write the port, or the other protocol`;
  const message = `unknown service '${service.name}' for ${transport}`;
  diagnostics.error('inetd/unknown-service', spans.service, message, help);
  return null;
}

/** IPPROTO_SCTP. */
const sctp = 132;

/** The number of a raw socket's protocol, and of those that the kernel would not choose by itself. */
function ipProtocolOf({ protocol, spans }: Entry, names: Names, diagnostics: Diagnostics): number | null {
  if (protocol.kind !== 'raw') return protocol.kind === 'inet' && protocol.transport === 'sctp' ? sctp : 0;
  const number = names.protocol(protocol.name);
  if (number !== null) return number;
  const help = "write a name of /etc/protocols, as in 'icmp'";
  diagnostics.error('inetd/bad-protocol', spans.protocol, `'${protocol.name}' is no protocol`, help);
  return null;
}

function familiesOf({ protocol, hosts, service }: Entry, rules: DialectRules): readonly Family[] {
  if (protocol.kind === 'unix') return [];
  if (protocol.kind === 'raw') return [protocol.family];
  switch (protocol.family) {
    case 'plain':
      return service.kind === 'rpc' ? [4] : rules.plain; // the portmapper knows IPv4 ports only
    case 'host':
      return hosts.flatMap((host) => (host.kind === 'address' ? [host.family] : []));
    case '4':
      return [4];
    case '6':
      return [protocol.transport === 'udp' ? rules.udp6 : rules.tcp6];
    case '6only':
      return [6];
    case '46':
      return ['dual'];
  }
}

/** The addresses of a host in the families, or why there is none. */
function addressesOf(
  host: Host,
  families: readonly Family[],
  port: number,
  answers: ReadonlyMap<string, HostAnswer>,
): readonly ListenAddress[] | string {
  if (host.kind === 'any') return [...new Set(families)].map((family) => everyAddress(family, port));
  const answer = host.kind === 'name' ? answers.get(host.name) : undefined;
  const addresses = host.kind === 'address' ? [host.address] : (answer?.addresses ?? []);
  if (addresses.length === 0) return answer?.problem ?? 'it has no address';
  const bound = [...new Set(addresses)]
    .map((address) => inetAddress(address, port))
    .filter((address) => address !== null)
    .filter(({ family }) => families.includes(family) || families.includes('dual'));
  return bound.length > 0 ? bound : `it has no ${families.includes(4) ? 'IPv4' : 'IPv6'} address`;
}

function everyAddress(family: Family, port: number): ListenAddress {
  return family === 4
    ? { kind: 'inet', family: 4, host: '0.0.0.0', port, dual: false }
    : { kind: 'inet', family: 6, host: '::', port, dual: family === 'dual' };
}

function inetAddress(host: string, port: number): (ListenAddress & { readonly kind: 'inet' }) | null {
  if (isIPv4(host)) return { kind: 'inet', family: 4, host, port, dual: false };
  return isIPv6(host) ? { kind: 'inet', family: 6, host: canonicalIPv6(host), port, dual: false } : null;
}

function refuseHost(host: Host, problem: string, diagnostics: Diagnostics): void {
  if (host.kind === 'name') {
    const help = 'write an address, or a name that /etc/hosts or the resolver knows';
    diagnostics.error('inetd/unknown-host', host.span, `host '${host.name}': ${problem}`, help);
  } else if (host.kind === 'address') {
    const help = `write tcp${host.family} or udp${host.family}, or an address of the other family`;
    const message = `${host.address} is no address for this protocol: ${problem}`;
    diagnostics.error('inetd/host-family', host.span, message, help);
  }
}

function unixFileOf(
  owner: UnixOwner | null,
  { spans }: Entry,
  { names, rules, settings }: SocketContext,
  diagnostics: Diagnostics,
): UnixFile | null {
  if (owner === null) return { mode: rules.unixMode };
  const user = userOf(owner.user, names);
  const gid = groupOf(owner.group, names);
  if (user === null || gid === null) {
    const [code, what] =
      user === null
        ? (['inetd/unknown-user', `user '${owner.user}'`] as const)
        : (['inetd/unknown-group', `group '${owner.group}'`] as const);
    const help = "write ':user:group:mode:/path' with names of this system";
    diagnostics.error(code, spans.service, `there is no ${what}`, help);
    return null;
  }
  if (settings.callerUid === 0) return { mode: owner.mode, owner: { uid: user.uid, gid } };
  const caller = names.userById(settings.callerUid);
  const isOwn = user.uid === settings.callerUid && (caller?.groups.includes(gid) ?? false);
  if (isOwn) return { mode: owner.mode, owner: { uid: user.uid, gid } };
  if (settings.asCaller) return { mode: owner.mode };
  const help = 'start superd as root, write your own user and group, or give --as-caller';
  const message = `only root can give the socket to '${owner.user}:${owner.group}'`;
  diagnostics.error('inetd/not-your-user', spans.service, message, help);
  return null;
}
