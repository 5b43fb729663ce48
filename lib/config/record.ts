/** A service as `superd list --json` and `superd check --json` print it. */

import type { Access } from '../model/access.ts';
import type { ListenAddress, SocketSpec, SocketType } from '../model/address.ts';
import type {
  Action,
  Activation,
  ChildSetup,
  EnvironmentSetup,
  Limits,
  MuxEntry,
  Origin,
  Reception,
  ResourceName,
  RpcProgram,
  Service,
} from '../model/service.ts';
import type { ServiceLog } from '../model/service-log.ts';
import type { Rejected } from './loaded.ts';

/**
 * One service. The fields and their order are stable; a field that does not apply is null, and new fields come at the end.
 * Those about a socket are those of the first; `sockets` has all.
 */
export interface ServiceRecord {
  /** Unique within a load. */
  readonly name: string;
  /** `on` is served; `broken` cannot be, and then only `name` and `origin` are known. */
  readonly state: 'on' | 'broken';
  readonly origin: Origin;
  readonly family: 4 | 6 | 'dual' | 'unix' | null;
  /** A numeric address. */
  readonly address: string | null;
  /** 0: the kernel chooses (RPC). */
  readonly port: number | null;
  readonly path: string | null;
  readonly rpc: RpcProgram | null;
  readonly mux: MuxEntry | null;
  readonly type: SocketType | null;
  readonly wait: boolean | null;
  readonly owner: OwnerRecord | null;
  readonly action: Action | null;
  /** null within: no limit. */
  readonly limits: Limits | null;
  /** Bytes. */
  readonly sndbuf: number | null;
  readonly rcvbuf: number | null;
  readonly backlog: number | null;
  /** The file of a Unix socket: mode in octal, and its owner where one is written. */
  readonly unix: UnixRecord | null;
  /** Every socket, the first one too; empty for a tcpmux service. */
  readonly sockets: readonly SocketRecord[] | null;
  /** Who may call, when, and up to which load. */
  readonly access: Access | null;
  /** The name that hosts.allow and hosts.deny are asked about; null: they are not. */
  readonly wrap: string | null;
  /** What happens before a server starts: banners, a question to the caller's identd. */
  readonly reception: Reception | null;
  /** A log of the service's own. */
  readonly log: ServiceLog | null;
  readonly setup: SetupRecord | null;
  /** Whether callers of a wait service pass through superd. */
  readonly intercept: boolean | null;
  /** What becomes of running servers when the service goes. */
  readonly servers: 'leave' | 'end' | null;
}

/** Where a service listens. */
export interface SocketRecord extends Place {
  readonly type: SocketType;
}

/** How a child differs from the daemon. */
export interface SetupRecord {
  readonly umask: string | null;
  readonly nice: number;
  readonly environment: EnvironmentSetup;
  /** null within: no limit. */
  readonly resources: readonly {
    readonly resource: ResourceName;
    readonly soft: number | null;
    readonly hard: number | null;
  }[];
}

/** Whom a service runs as. */
export interface OwnerRecord {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Who may connect to a Unix socket. */
export interface UnixRecord {
  readonly mode: string;
  readonly uid: number | null;
  readonly gid: number | null;
}

/** The record of a service. */
export function recordOf(service: Service): ServiceRecord {
  const [socket] = service.sockets;
  const { account } = service;
  return {
    name: service.name,
    state: 'on',
    origin: service.origin,
    ...placeOf(socket?.address),
    rpc: service.rpc ?? null,
    mux: service.mux ?? null,
    type: socket?.type ?? 'stream',
    wait: isWait(service.activation),
    owner: { user: account.user, uid: account.uid, gid: account.gid, groups: account.groups },
    action: service.action,
    limits: service.limits,
    sndbuf: socket?.sendBuffer ?? null,
    rcvbuf: socket?.receiveBuffer ?? null,
    backlog: socket?.backlog ?? null,
    unix: socket?.file === undefined ? null : unixRecord(socket.file),
    sockets: service.sockets.map(socketRecord),
    access: service.access,
    wrap: service.wrap?.daemon ?? null,
    reception: service.reception,
    log: service.log,
    setup: setupRecord(service.setup),
    intercept: service.intercept,
    servers: service.servers,
  };
}

/** The record of an entry that cannot be served. */
export function brokenRecord({ origin }: Rejected): ServiceRecord {
  return {
    name: origin.word,
    state: 'broken',
    origin,
    ...placeOf(undefined),
    rpc: null,
    mux: null,
    type: null,
    wait: null,
    owner: null,
    action: null,
    limits: null,
    sndbuf: null,
    rcvbuf: null,
    backlog: null,
    unix: null,
    sockets: null,
    access: null,
    wrap: null,
    reception: null,
    log: null,
    setup: null,
    intercept: null,
    servers: null,
  };
}

function socketRecord({ type, address }: SocketSpec): SocketRecord {
  return { ...placeOf(address), type };
}

function setupRecord({ umask, nice, environment, resources }: ChildSetup): SetupRecord {
  return {
    umask: umask === null ? null : octal(umask),
    nice,
    environment,
    resources: resources.map(({ resource, soft, hard }) => ({
      resource,
      soft: Number.isFinite(soft) ? soft : null,
      hard: Number.isFinite(hard) ? hard : null,
    })),
  };
}

type Place = Pick<ServiceRecord, 'family' | 'address' | 'port' | 'path'>;

function placeOf(address: ListenAddress | undefined): Place {
  if (address === undefined) return { family: null, address: null, port: null, path: null };
  if (address.kind === 'unix') return { family: 'unix', address: null, port: null, path: address.path };
  const family = address.dual ? 'dual' : address.family;
  return { family, address: address.host, port: address.port, path: null };
}

function isWait(activation: Activation): boolean {
  return activation === 'wait';
}

function unixRecord(file: NonNullable<Service['sockets'][number]['file']>): UnixRecord {
  return { mode: octal(file.mode), uid: file.owner?.uid ?? null, gid: file.owner?.gid ?? null };
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}
