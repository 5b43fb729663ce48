/** Puts together what all services of a daemon stand on. */

import { loadavg, networkInterfaces } from 'node:os';
import { House } from '../access/house.ts';
import { broadcastsOf } from '../builtins/broadcasts.ts';
import type { IdentUsers } from '../builtins/builtin.ts';
import type { ReflectionPolicy } from '../builtins/reflection.ts';
import { Builtins } from '../builtins/table.ts';
import type { ChildDefaults } from '../exec/plan.ts';
import type { Emit } from '../log/events.ts';
import type { SocketSpec } from '../model/address.ts';
import type { Service } from '../model/service.ts';
import type { InheritedSockets } from '../net/inherited.ts';
import { type NetId, registerRpc, unregisterRpc } from '../net/rpcbind.ts';
import type { Runner } from '../service/runner.ts';
import type { RpcRegistry, World } from '../service/serving.ts';
import { StartQueue } from '../service/start-queue.ts';
import { Touches } from '../service/touches.ts';
import { HostNames } from '../service/wrap/host-names.ts';
import { HOSTS_PATHS } from '../service/wrap/hosts-files.ts';
import { Wrappers, type WrappersOptions } from '../service/wrap/wrappers.ts';
import { AcceptBatch } from '../sys/accept.ts';
import type { Children } from '../sys/children.ts';
import type { Clock } from '../sys/clock.ts';
import type { Poller } from '../sys/epoll.ts';
import { MuxServices } from './mux.ts';
import { serviceTable } from './service-table.ts';

/** What the command line hands down. */
export interface WorldOptions {
  readonly clock: Clock;
  readonly poller: Poller;
  readonly children: Children;
  readonly emit: Emit;
  readonly defaults: ChildDefaults;
  readonly users: IdentUsers;
  readonly inherited: InheritedSockets;
  readonly lowest: number;
  readonly onTrip: 'close' | 'hold';
  readonly connections: boolean;
  readonly udpReplyLowPorts: boolean;
  /** Children of all services at once (xinetd(8), -limit); null: no limit. */
  readonly processLimit?: number | null;
  /** How hosts.allow and hosts.deny are read. */
  readonly hosts: WrappersOptions['settings'];
}

/** Starts under way at once: enough to keep the spawner threads busy, few enough to keep descriptors low. */
const STARTS = 64;

/** Starts that wait for a process to be had, at once: each holds a connection. */
const PATIENT_STARTS = 128;

/** The world of a daemon whose services are those of `runners` at any time. */
export function makeWorld(options: WorldOptions, runners: () => Iterable<Runner>): World {
  const { children, clock, connections, defaults, emit, inherited, lowest, onTrip, poller, users } = options;
  const mux = new MuxServices(runners);
  const services = serviceTable(runners);
  const reflection = reflectionPolicy([], options.udpReplyLowPorts);
  const builtins = new Builtins({ poller, clock, mux, services, users, reflection });
  const names = new HostNames(clock);
  const hosts = { paths: HOSTS_PATHS, settings: options.hosts };
  const wrappers = new Wrappers({ ...hosts, clock, poller, children, emit, defaults, names });
  const house = houseOf(clock, options.processLimit ?? null);
  return {
    clock,
    poller,
    children,
    emit,
    defaults,
    lowest,
    onTrip,
    connections,
    builtins,
    wrappers,
    starts: new StartQueue(STARTS),
    patience: new StartQueue(PATIENT_STARTS),
    accepted: new AcceptBatch(),
    rpc: portmapper,
    house,
    touches: new Touches({ clock, emit, sensors: house.sensors }),
    names,
    inherited: (spec) => inherited.take(spec),
    configure(services) {
      builtins.guard.configure(reflectionPolicy(services, options.udpReplyLowPorts));
      if (services.some(({ wrap }) => wrap !== null)) wrappers.load();
    },
  };
}

/** The gates ask the machine itself. */
function houseOf(clock: Clock, processLimit: number | null): House {
  const minute = () => {
    const date = new Date(clock.wall());
    return date.getHours() * 60 + date.getMinutes();
  };
  return new House({ load: () => loadavg()[0] ?? 0, minute, processLimit });
}

/** Which datagrams the built-ins of these services answer. */
function reflectionPolicy(services: readonly Service[], lowPorts: boolean): ReflectionPolicy {
  const ports = services
    .filter(({ action }) => action.kind === 'builtin')
    .flatMap(({ sockets }) => sockets)
    .flatMap(({ type, address }) => (type === 'dgram' && address.kind === 'inet' ? [address.port] : []));
  return { lowPorts, builtinPorts: new Set(ports), broadcasts: broadcastsOf(networkInterfaces()) };
}

const portmapper: RpcRegistry = {
  register: (program, spec, port) => registerRpc(program, netIdOf(spec), port),
  unregister: (program, spec) => unregisterRpc(program, netIdOf(spec)),
};

/** netconfig(5): the transport and, for IPv6, a 6. */
function netIdOf({ address, type }: SocketSpec): NetId {
  const transport = type === 'stream' ? 'tcp' : 'udp';
  return address.kind === 'inet' && address.family === 6 ? `${transport}6` : transport;
}
