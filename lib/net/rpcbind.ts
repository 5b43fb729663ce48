/** Registers RPC programs with the portmapper of this machine: rpcbind(8), or an old portmap(8) (RFC 1833). */

import type { RpcProgram } from '../model/service.ts';
import { SystemError } from '../sys/errors.ts';
import { RpcConnection, type RpcEndpoint } from './rpc-call.ts';
import { encodeXdr, type XdrReader } from './xdr.ts';

/** A transport as netconfig(5) names it. */
export type NetId = 'udp' | 'tcp' | 'udp6' | 'tcp6';

/** Where the portmapper is looked for, in order, and how long all of one registration may take. */
export interface Portmapper {
  readonly endpoints: readonly RpcEndpoint[];
  readonly timeoutMs: number;
}

/**
 * The portmapper that every C library asks. On the Unix socket rpcbind knows the caller's user and lets nobody else
 * take the registration away; over TCP it believes privileged ports of the loopback address.
 */
export const localPortmapper: Portmapper = {
  endpoints: [
    { kind: 'unix', path: '/run/rpcbind.sock' },
    { kind: 'tcp', host: '127.0.0.1', port: 111 },
  ],
  timeoutMs: 2000,
};

/**
 * Tells the portmapper that every version of the program is served at `port` of this machine, instead of wherever it
 * was served before. Rejects with a SystemError of call `rpcbind`: ECONNREFUSED or ENOENT without a portmapper,
 * ETIMEDOUT when it does not answer, EACCES when another user's program holds the registration.
 */
export function registerRpc(
  program: RpcProgram,
  netid: NetId,
  port: number,
  portmapper: Portmapper = localPortmapper,
): Promise<void> {
  return withPortmapper(portmapper, async (registry) => {
    for (const version of versionsOf(program)) {
      const mapping = { program: program.program, version, netid };
      await registry.unset(mapping);
      if (await registry.set(mapping, port)) continue;
      throw new SystemError('EACCES', 'rpcbind', `set ${program.program} version ${version} ${netid}`);
    }
  });
}

/** Takes every version of the program on this transport back; one that is not registered is no error. */
export function unregisterRpc(
  program: RpcProgram,
  netid: NetId,
  portmapper: Portmapper = localPortmapper,
): Promise<void> {
  return withPortmapper(portmapper, async (registry) => {
    for (const version of versionsOf(program)) {
      await registry.unset({ program: program.program, version, netid });
    }
  });
}

/** One row of the portmapper's table but for the port. */
interface Mapping {
  readonly program: number;
  readonly version: number;
  readonly netid: NetId;
}

interface Registry {
  set(mapping: Mapping, port: number): Promise<boolean>;
  unset(mapping: Mapping): Promise<void>;
}

const PROGRAM = 100_000;
const SET = 1;
const UNSET = 2;
const GETPORT = 3;
/** The protocol numbers by which version 2 names its only two transports. */
const protocols = { tcp: 6, udp: 17 } as const;

function versionsOf(program: RpcProgram): readonly number[] {
  return Array.from({ length: program.high - program.low + 1 }, (_, index) => program.low + index);
}

async function withPortmapper(
  portmapper: Portmapper,
  work: (registry: Registry) => Promise<void>,
): Promise<void> {
  const { connection, endpoint } = await openFirst(portmapper, AbortSignal.timeout(portmapper.timeoutMs));
  const call: Caller = (version, procedure, args) =>
    connection.call({ program: PROGRAM, version, procedure, args });
  try {
    await work(endpoint.kind === 'unix' ? rpcbind(call) : portmap(call));
  } finally {
    connection.close();
  }
}

/** Connects to the first endpoint where anybody listens; fails as the last one did. */
async function openFirst({ endpoints }: Portmapper, signal: AbortSignal) {
  let failure: unknown = new SystemError('ENOENT', 'rpcbind', 'without an endpoint');
  for (const endpoint of endpoints) {
    try {
      return { endpoint, connection: await RpcConnection.open(endpoint, signal) };
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

type Caller = (version: number, procedure: number, args: Buffer) => Promise<XdrReader>;

/** Version 4, which names transports, so that UDP and TCP of both families are kept apart. */
function rpcbind(call: Caller): Registry {
  const entry = ({ program, version, netid }: Mapping, address: string) =>
    encodeXdr([program, version, netid, address, '']); // rpcbind finds out the owner by itself
  return {
    async set(mapping, port) {
      return (await call(4, SET, entry(mapping, universalAddress(mapping.netid, port)))).integer() === 1;
    },
    async unset(mapping) {
      await call(4, UNSET, entry(mapping, ''));
    },
  };
}

/** Every local address with a port, in the form of RFC 5665. */
function universalAddress(netid: NetId, port: number): string {
  return `${netid.endsWith('6') ? '::' : '0.0.0.0'}.${port >> 8}.${port & 255}`;
}

/** Version 2 for the transports that it knows, as an old portmap(8) has nothing else; version 4 for IPv6. */
function portmap(call: Caller): Registry {
  const newer = rpcbind(call);
  const set = async ({ program, version }: Mapping, protocol: number, port: number) =>
    (await call(2, SET, encodeXdr([program, version, protocol, port]))).integer() === 1;
  return {
    set(mapping, port) {
      const { netid } = mapping;
      return netid === 'udp' || netid === 'tcp'
        ? set(mapping, protocols[netid], port)
        : newer.set(mapping, port);
    },
    async unset(mapping) {
      const { program, version, netid } = mapping;
      if (netid !== 'udp' && netid !== 'tcp') return newer.unset(mapping);
      // UNSET forgets both transports whichever it is told: the other one is put back.
      const other = protocols[netid === 'udp' ? 'tcp' : 'udp'];
      const port = (await call(2, GETPORT, encodeXdr([program, version, other, 0]))).integer();
      await call(2, UNSET, encodeXdr([program, version, protocols[netid], 0]));
      if (port !== 0) await set(mapping, other, port);
    },
  };
}
