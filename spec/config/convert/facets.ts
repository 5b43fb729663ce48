/** What makes a service, piece by piece, so that two can be compared; names and origins are no part of it. */

import type { LossId } from '../../../lib/config/convert/losses.ts';
import type { SocketSpec } from '../../../lib/model/address.ts';
import type { Account, Action, Service } from '../../../lib/model/service.ts';

/** A facet: what it is of an entry (one service with all sockets), and the losses that may change it. */
export interface Facet {
  readonly of: (service: Service) => unknown;
  readonly losses: readonly LossId[];
}

/** Every facet by its name. */
// biome-ignore format: a table
export const FACETS: Readonly<Record<string, Facet>> = {
  addresses: { of: ({ sockets }) => addressesOf(sockets), losses: [] },
  families: { of: ({ sockets }) => sockets.map(({ address }) => address.kind === 'inet' && address.dual), losses: ['L3'] },
  types: { of: ({ sockets }) => [...new Set(sockets.map(({ type, protocol }) => `${type} ${protocol}`))], losses: [] },
  backlog: { of: ({ sockets }) => sockets.filter(({ type }) => type === 'stream').map(({ backlog }) => backlog)[0], losses: ['L36'] },
  buffers: { of: ({ sockets: [socket] }) => [socket?.sendBuffer, socket?.receiveBuffer], losses: ['L28'] },
  options: { of: ({ sockets: [socket] }) => [socket?.noDelay, socket?.keepAlive], losses: ['L28'] },
  file: { of: ({ sockets: [socket] }) => socket?.file, losses: [] },
  optional: { of: ({ sockets }) => sockets.some(({ optional }) => optional), losses: ['L3'] },
  activation: { of: ({ activation }) => activation, losses: [] },
  action: { of: ({ action }) => actionOf(action), losses: [] },
  style: { of: ({ action }) => action.kind === 'builtin' && action.style, losses: ['L20'] },
  user: { of: ({ account, action }) => isServer(action) && [account.uid, account.gid], losses: [] },
  groups: { of: ({ account, action }) => isServer(action) && groupsOf(account), losses: ['L5'] },
  rate: { of: ({ limits: { perMinute, tripPauseMs, perSecond } }) => [perMinute, perMinute === null ? null : tripPauseMs, perSecond], losses: ['L11', 'L10'] },
  children: { of: ({ limits: { children, atChildren } }) => [children, children === null ? null : atChildren], losses: ['L10', 'L33'] },
  addressChildren: { of: ({ limits }) => limits.perAddressChildren, losses: ['L10', 'L33'] },
  addressMinute: { of: ({ limits }) => [limits.perAddressPerMinute, limits.ipMax], losses: ['L29'] },
  stderr: { of: ({ setup }) => setup.stderr, losses: ['L31'] },
  shell: { of: ({ setup }) => setup.shellFallback, losses: ['L31'] },
  peer: { of: ({ setup }) => setup.peerArgument, losses: [] },
  told: { of: ({ setup }) => setup.tcpEnvironment, losses: ['L9'] },
  environment: { of: ({ setup }) => setup.environment, losses: ['L8'] },
  umask: { of: ({ setup }) => [setup.umask, setup.nice], losses: ['L32'] },
  files: { of: ({ setup }) => setup.resources.filter(({ resource }) => resource === 'nofile'), losses: ['L7', 'L32'] },
  resources: { of: ({ setup }) => setup.resources.filter(({ resource }) => resource !== 'nofile'), losses: ['L32'] },
  rpc: { of: ({ rpc }) => rpc && [rpc.program, rpc.low, rpc.high], losses: [] },
  mux: { of: ({ mux }) => mux, losses: [] },
  refuses: { of: ({ refuseFtpData, refuseLoopback }) => [refuseFtpData, refuseLoopback], losses: ['L30'] },
  wrap: { of: ({ wrap }) => wrap, losses: ['L24'] },
  networks: { of: ({ access: { only, never } }) => [only, never].map((rules) => unique(rules?.filter(({ kind }) => kind === 'network'))), losses: ['L12', 'L13'] },
  names: { of: ({ access: { only, never } }) => [only, never].map((rules) => unique(rules?.filter(({ kind }) => kind !== 'network'))), losses: ['L12', 'L13'] },
  hours: { of: ({ access }) => access.hours, losses: ['L14'] },
  load: { of: ({ access }) => access.maxLoad, losses: ['L15'] },
  banner: { of: ({ reception }) => Object.values(reception?.banner ?? {}).filter((file) => file !== null), losses: ['L18'] },
  ident: { of: ({ reception }) => [reception?.ident ?? 'none', reception?.identRefused ?? false], losses: ['L17'] },
  log: { of: ({ log }) => log && [log.target, [...log.success].sort(), [...log.failure].sort(), log.common], losses: ['L16'] },
  mapped: { of: ({ mapped }) => mapped, losses: ['L3'] },
  intercept: { of: ({ intercept }) => intercept, losses: ['L33'] },
  ends: { of: ({ servers, startRetries }) => [servers, startRetries], losses: ['L27'] },
};

/** Losses that are about the words of the text, or about other readers of it: no facet shows them. */
export const UNSEEN: readonly LossId[] = ['L1'];

/** Losses that hold for a whole entry even where only one of its pieces shows it. */
export function facetsWith(id: LossId): readonly string[] {
  return Object.entries(FACETS).flatMap(([name, { losses }]) => (losses.includes(id) ? [name] : []));
}

/** Where callers get through: a socket for both families is one of each; those of RPC programs come by IPv4. */
function addressesOf(sockets: readonly SocketSpec[]): readonly string[] {
  const places = sockets.flatMap(({ type, address }) => {
    if (address.kind === 'unix') return [`${type} ${address.path}`];
    const own = `${type} ${address.host} ${address.port}`;
    if (address.dual && address.port === 0) return [`${type} 0.0.0.0 0`];
    return address.dual ? [own, `${type} 0.0.0.0 ${address.port}`] : [own];
  });
  return [...new Set(places)].sort();
}

function isServer({ kind }: Action): boolean {
  return kind === 'exec';
}

/** What is named twice is named. */
function unique(rules: readonly unknown[] | null | undefined): unknown {
  return rules && [...new Set(rules.map((rule) => JSON.stringify(rule)))];
}

/** Words behind `internal` are of the auth service alone. */
function actionOf(action: Action): unknown {
  return action.kind === 'builtin' ? [action.name, action.name === 'auth' && action.args] : action;
}

function groupsOf({ gid, groups }: Account): readonly number[] {
  return [...new Set(groups)].filter((group) => group !== gid).sort();
}
