/** What the ways of serving share: the daemon around a service, and the service as its way of serving sees it. */

import type { Admission } from '../access/admission.ts';
import type { House } from '../access/house.ts';
import type { Builtins } from '../builtins/table.ts';
import type { ChildDefaults } from '../exec/plan.ts';
import type { Emit, Level, RefusalReason } from '../log/events.ts';
import type { SocketSpec } from '../model/address.ts';
import type { Peer } from '../model/peer.ts';
import { actionName, type RpcProgram, type Service } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import type { AcceptBatch } from '../sys/accept.ts';
import type { Children } from '../sys/children.ts';
import type { Clock } from '../sys/clock.ts';
import type { Poller } from '../sys/epoll.ts';
import type { Fd } from '../sys/socket.ts';
import type { Servers } from './servers.ts';
import type { StartQueue } from './start-queue.ts';
import type { ServiceEvent } from './state.ts';
import type { Touches } from './touches.ts';
import type { HostNames } from './wrap/host-names.ts';
import type { Wrappers } from './wrap/wrappers.ts';

/** What every service of a daemon stands on. */
export interface World {
  readonly clock: Clock;
  readonly poller: Poller;
  readonly children: Children;
  readonly emit: Emit;
  readonly defaults: ChildDefaults;
  readonly starts: StartQueue;
  /** Starts that wait for a process to be had: each holds a connection. */
  readonly patience: StartQueue;
  /** hosts.allow and hosts.deny, for the services that ask them. */
  readonly wrappers: Wrappers;
  /** What the gates of all services share. */
  readonly house: House;
  /** Who touched a sensor. */
  readonly touches: Touches;
  readonly accepted: AcceptBatch;
  readonly builtins: Builtins;
  readonly rpc: RpcRegistry;
  /** Descriptors that the daemon keeps lie at or above this number. */
  readonly lowest: number;
  readonly onTrip: 'close' | 'hold';
  /** Whether anybody wants an event per connection. */
  readonly connections: boolean;
  /** A configuration was read: what concerns all of its services is made of it. */
  configure(services: readonly Service[]): void;
  /** The names of callers' hosts. */
  readonly names: Pick<HostNames, 'bare' | 'known'>;
  /** A socket that somebody handed to the daemon for this address, once. */
  inherited(spec: SocketSpec): Fd | null;
}

/** The portmapper, as far as a service needs it. Rejects with a SystemError. */
export interface RpcRegistry {
  register(program: RpcProgram, spec: SocketSpec, port: number): Promise<void>;
  unregister(program: RpcProgram, spec: SocketSpec): Promise<void>;
}

/** A service at run time, as its way of serving sees it. */
export interface Host {
  readonly service: Service;
  readonly admission: Admission;
  readonly world: World;
  /** Whether anybody wants an event for each caller: the daemon's log, or the service's own. */
  readonly tells: boolean;
  /** Its running servers, where somebody has to find them again. */
  readonly servers: Servers | null;
  /** Something happened that may change the state. */
  apply(event: ServiceEvent): void;
  /** Turns a caller away: counted and, not too often, logged. `level` is that of the line, where a rule asks for one. */
  refuse(reason: RefusalReason, peer: Peer, level?: Level | null): void;
  /** Stops watching until there is room. */
  stall(room: Room): void;
}

/** Something that has no room for another caller now. */
export interface Room {
  /** Calls back once when there is room again. */
  readonly whenRoom: (call: () => void) => void;
}

/** One way of serving: accept and start, hand over, or answer. */
export interface Serving {
  /** Its sockets share their address with those of children (SO_REUSEADDR on datagram sockets). */
  readonly sharesAddress?: boolean;
  /** The listener is bound and about to be watched. */
  begin?(listener: Listener): void;
  /** The listener is readable and watched. */
  readable(listener: Listener): void;
  /** The listener is about to be closed or given to another way of serving. */
  end?(listener: Listener): void;
  /** A changed definition is in force: takes over what it leaves as it is. The former way is told to `end` then. */
  succeed?(former: Serving): void;
  /** A server that runs must end before this definition can be in force. `freed` follows when it has. */
  outlasts?(next: Service): boolean;
  /** The daemon itself does something for callers, also when another way has taken its place. */
  readonly isBusy?: boolean;
  /** The service is gone, and what serves its callers ends with it: here what the daemon itself does for them. */
  abandon?(): void;
}

/** There may be room for another caller. */
export const FREED: ServiceEvent = { name: 'freed' };

/** No process or memory to be had: the service rests for a second, the daemon does not. */
export const SPAWN_PAUSE: ServiceEvent = { name: 'pause', reason: 'spawn', pauseMs: 1000 };

/** The program of a service, as its log lines name it. */
export function programOf(service: Service): string {
  return actionName(service.action);
}
