/** Pairs of units, read again, as the facts that a service is made of. */

import { BlockList, isIPv6 } from 'node:net';
import type { Conversion, ConvertedFile, LossId } from '../../../lib/config/convert/losses.ts';
import { substitute } from '../../../lib/config/systemd/text/substitute.ts';
import type { Access } from '../../../lib/model/access.ts';
import type { Service } from '../../../lib/model/service.ts';
import type { ServiceUnit } from '../../../lib/model/service-unit.ts';
import type { ListenTarget, SocketUnit } from '../../../lib/model/socket-unit.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { loadTree } from '../../fixtures/units.ts';

/** What was read of the files of one service. */
export interface ReadPair {
  readonly socket: SocketUnit;
  readonly server: ServiceUnit;
  /** What is said about them. */
  readonly said: readonly string[];
}

/** Loads the files of a conversion, one pair after the other. */
export async function readPairs({ files = [] }: Conversion): Promise<readonly ReadPair[]> {
  const firsts = files.flatMap((file, i) => (i % 2 === 0 ? [[file, files[i + 1] ?? file]] : []));
  return Promise.all(firsts.map(readPair));
}

async function readPair(files: readonly ConvertedFile[]): Promise<ReadPair> {
  const tree = Object.fromEntries(files.map(({ name, text }) => [`/units/${name}`, text]));
  const loaded = await loadTree(tree, ['/units'], { enabled: false });
  const socket = loaded.store.unit(files[0]?.name ?? '');
  const server = loaded.store.unit((files[1]?.name ?? '').replace('@.', '@1.'));
  const said = loaded.diagnostics.map(({ message }) => message);
  if (socket?.kind !== 'socket' || server?.kind !== 'service')
    throw new Error(`no pair: ${said.join('; ')}\n${files.map(({ text }) => text).join('\n')}`);
  return { socket, server, said };
}

/** A fact in both languages, and the losses that may change it. */
export interface UnitFacet {
  readonly was: (service: Service) => unknown;
  readonly is: (pair: ReadPair) => unknown;
  readonly losses: readonly LossId[];
}

/** Every fact by its name. */
// biome-ignore format: a table
export const UNIT_FACETS: Readonly<Record<string, UnitFacet>> = {
  addresses: { was: wasAddresses, is: ({ socket }) => isAddresses(socket), losses: [] },
  sockets: { was: ({ sockets }) => sockets.length, is: ({ socket }) => socket.listen.length, losses: ['L3'] },
  backlog: { was: ({ sockets: [one] }) => (one?.type === 'stream' ? one.backlog : null), is: ({ socket: { listen: [one], options } }) => (one && 'type' in one && one.type === 'stream' ? options.backlog : null), losses: [] },
  buffers: { was: ({ sockets: [one] }) => [one?.sendBuffer, one?.receiveBuffer], is: ({ socket: { options } }) => [options.sendBuffer, options.receiveBuffer], losses: [] },
  options: { was: ({ sockets: [one] }) => [one?.noDelay ?? false, one?.keepAlive ?? false], is: ({ socket: { options } }) => [options.noDelay ?? false, options.keepAlive ?? false], losses: [] },
  file: { was: ({ sockets: [one] }) => one?.file && [one.file.mode, one.file.owner?.uid ?? null, one.file.owner?.gid ?? null], is: ({ socket: { files, listen: [one] } }) => (one?.kind === 'unix' ? [files.mode, files.user === null ? null : Number(files.user), files.group === null ? null : Number(files.group)] : undefined), losses: [] },
  accept: { was: ({ activation, action }) => activation === 'nowait' && action.kind === 'exec', is: ({ socket }) => socket.accept, losses: [] },
  input: { was: ({ action }) => (action.kind === 'exec' ? 'socket' : 'null'), is: ({ server }) => server.exec.standardInput.kind, losses: [] },
  program: { was: ({ action }) => (action.kind === 'exec' ? [action.program, ...action.argv] : null), is: ({ server }) => started(server), losses: ['L19'] },
  user: { was: ({ account }) => [account.uid, account.gid], is: ({ server }) => idsOf(server), losses: [] },
  groups: { was: ({ account }) => unique(account.groups, account.gid), is: ({ server }) => unique(groupsOf(server), idsOf(server)[1]), losses: ['L5'] },
  umask: { was: ({ setup }) => setup.umask ?? 0o022, is: ({ server }) => server.exec.umask, losses: [] },
  nice: { was: ({ setup }) => setup.nice, is: ({ server }) => server.exec.nice ?? 0, losses: ['L6'] },
  environment: { was: ({ setup: { environment } }) => Object.entries(environment.set).map((pair) => pair.join('=')), is: ({ server }) => server.exec.environment, losses: [] },
  passed: { was: ({ setup: { environment } }) => (typeof environment.inherit === 'string' ? environment.inherit : [...environment.inherit]), is: ({ server }) => server.exec.passEnvironment, losses: ['L8'] },
  resources: { was: ({ setup }) => setup.resources, is: ({ server }) => server.exec.resources, losses: [] },
  stderr: { was: ({ setup, action }) => action.kind === 'exec' && setup.stderr === 'daemon', is: ({ server }) => server.exec.standardError.kind === 'log' && server.exec.standardInput.kind === 'socket', losses: [] },
  children: { was: ({ limits, activation }) => (activation === 'wait' ? null : [limits.children ?? 2 ** 32 - 1, limits.atChildren === 'refuse' || limits.children === null]), is: ({ socket }) => (socket.accept ? [socket.maxConnections, true] : null), losses: ['L10', 'L19'] },
  addressChildren: { was: ({ limits }) => limits.perAddressChildren ?? 0, is: ({ socket }) => socket.accept ? socket.maxConnectionsPerSource : 0, losses: ['L10'] },
  rate: { was: ({ limits: { perSecond, perMinute } }) => (perSecond !== null ? { burst: perSecond.rate, intervalMs: 1000 } : perMinute === null ? null : { burst: perMinute, intervalMs: 60_000 }), is: ({ socket }) => socket.triggerLimit, losses: [] },
  poll: { was: () => null, is: ({ socket }) => socket.pollLimit, losses: [] },
  access: { was: ({ access }) => callers(access), is: ({ socket }) => callers(socket.access), losses: [] },
  restart: { was: () => 'no', is: ({ server }) => server.restart, losses: [] },
  killed: { was: () => ['process', false], is: ({ server: { exec } }) => [exec.killMode, exec.ignoreSigpipe], losses: [] },
};

/** The words of a program as they are executed. */
function started({ commands }: ServiceUnit): unknown {
  const [command] = commands.start;
  return command && [command.program, ...substitute(command.argv, () => undefined).argv];
}

/** As initgroups(3) with Group= and SupplementaryGroups= gives them. */
function idsOf({ exec }: Pick<ServiceUnit, 'exec'>): readonly (number | undefined)[] {
  const known = knownUser(exec.user);
  const group = exec.group === null ? known?.gid : Number(exec.group);
  return [known?.uid ?? Number(exec.user), group];
}

function groupsOf({ exec }: Pick<ServiceUnit, 'exec'>): readonly number[] {
  const known = knownUser(exec.user);
  const [, gid] = idsOf({ exec });
  const member = known?.groups.filter((group) => group === gid || group !== known.gid) ?? [];
  return [...member, ...exec.supplementaryGroups.map(Number)];
}

function knownUser(user: string | null) {
  const names = fixtureNames();
  return /^\d+$/.test(user ?? '') ? names.userById(Number(user)) : names.user(user ?? 'root');
}

function unique(groups: readonly number[], gid: number | undefined): readonly number[] {
  return [...new Set(groups)].filter((group) => group !== gid).sort((a, b) => a - b);
}

/** Addresses of which every one tells something about the lists that the texts use. */
const PROBES = [
  '10.1.2.3',
  '10.1.255.255',
  '10.2.0.1',
  '192.0.2.0',
  '192.0.2.7',
  '192.0.3.1',
  '2001:db8::1',
  '2001:db9::1',
  '::1',
  '127.0.0.1',
];

function callers({ only, never }: Access): readonly string[] {
  return PROBES.filter((probe) => (only === null || holds(only, probe)) && !holds(never, probe));
}

function holds(rules: Access['never'], probe: string): boolean {
  const list = new BlockList();
  for (const rule of rules) {
    // Elsewhere IPv4 is part of IPv6; callers of one are none of the other.
    if (rule.kind === 'network' && rule.family === (isIPv6(probe) ? 6 : 4))
      list.addSubnet(rule.address, rule.bits, `ipv${rule.family}`);
  }
  return list.check(probe, `ipv${isIPv6(probe) ? 6 : 4}`);
}

/** Every address as it can be reached: a socket of both families is one of each. */
function wasAddresses({ sockets }: Service): readonly string[] {
  return unify(
    sockets.flatMap(({ type, address }) => {
      if (address.kind === 'unix') return [`${type} ${address.path}`];
      const own = `${type} ${address.host} ${address.port}`;
      return address.dual ? [own, `${type} 0.0.0.0 ${address.port}`] : [own];
    }),
  );
}

function isAddresses({ listen, options }: SocketUnit): readonly string[] {
  return unify(listen.flatMap((target) => placesOf(target, options.v6Only)));
}

function placesOf(target: ListenTarget, v6Only: boolean | undefined): readonly string[] {
  if (target.kind === 'unix') return [`${target.type} ${target.path}`];
  if (target.kind !== 'inet') return [target.kind];
  const own = `${target.type} ${target.host} ${target.port}`;
  return target.family === 6 && v6Only === false ? [own, `${target.type} 0.0.0.0 ${target.port}`] : [own];
}

function unify(places: readonly string[]): readonly string[] {
  return [...new Set(places)].sort();
}
