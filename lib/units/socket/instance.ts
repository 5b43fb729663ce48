/** The name of the unit that serves one connection, and what it is told about its caller (systemd.socket(5), Accept=). */

import type { Peer } from '../../model/peer.ts';
import type { SocketUnit } from '../../model/socket-unit.ts';
import type { VsockAddress } from '../../sys/vsock.ts';

/** A connection, seen from both ends. */
export interface Connection {
  /** How many were accepted before it. */
  readonly number: number;
  readonly local: Peer;
  readonly peer: Peer;
  /** Of a Unix socket; null: it cannot be known. */
  readonly credentials: { readonly pid: number; readonly uid: number } | null;
  /** Both ends of a connection between machines and their host (vsock(7)); absent: it is none. */
  readonly vsock?: { readonly local: VsockAddress; readonly peer: VsockAddress } | null;
  /** SO_COOKIE; null: the kernel has none. */
  readonly cookie: bigint | null;
}

/**
 * `echo@.service` and a connection: `echo@0-127.0.0.1:7-127.0.0.1:34494.service`, `echo@0-4711-1000.service`. The naming `v258`
 * has the cookie of the connection behind the number.
 */
export function instanceName(
  template: string,
  connection: Connection,
  naming: SocketUnit['instanceNaming'] = 'v252',
): string {
  const at = template.indexOf('@') + 1;
  const { cookie, number } = connection;
  const extra = naming === 'v258' && cookie !== null ? `-${cookie}` : '';
  return `${template.slice(0, at)}${number}${extra}-${endsOf(connection)}${template.slice(at)}`;
}

function endsOf({ credentials, local, peer, vsock }: Connection): string {
  if (vsock) return `${machine(vsock.local)}:${vsock.local.port}-${machine(vsock.peer)}:${vsock.peer.port}`;
  if (peer.kind === 'inet') return `${plain(local)}-${plain(peer)}`;
  // The number 0 stands for somebody of another PID namespace.
  return credentials === null || credentials.pid === 0 ? 'unknown' : `${credentials.pid}-${credentials.uid}`;
}

/** Its number; that of any machine is the highest of 32 bits. */
function machine({ cid }: VsockAddress): number {
  return cid ?? 0xffff_ffff;
}

/** No brackets, and no zone: neither may stand in the name of a unit everywhere. */
function plain(end: Peer): string {
  return end.kind === 'inet' ? `${withoutZone(end.address)}:${end.port}` : '';
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** REMOTE_ADDR, REMOTE_PORT and SO_COOKIE, as far as there are such things. */
export function environmentOf({ cookie, peer, vsock }: Connection): readonly string[] {
  const extra = cookie === null ? [] : [`SO_COOKIE=${cookie}`];
  if (vsock) return [`REMOTE_ADDR=vsock:${machine(vsock.peer)}`, `REMOTE_PORT=${vsock.peer.port}`, ...extra];
  if (peer.kind === 'inet') return [`REMOTE_ADDR=${peer.address}`, `REMOTE_PORT=${peer.port}`, ...extra];
  return peer.path === '' ? extra : [`REMOTE_ADDR=${peer.path}`, ...extra];
}

/** Who calls, for the description of the instance: `127.0.0.1:59710`, `PID 165/UID 0`. */
export function describeCaller({ credentials, peer, vsock }: Connection): string {
  if (vsock) return `vsock:${machine(vsock.peer)}:${vsock.peer.port}`;
  if (peer.kind === 'inet') {
    return peer.family === 6 ? `[${peer.address}]:${peer.port}` : `${peer.address}:${peer.port}`;
  }
  return credentials === null ? 'unknown' : `PID ${credentials.pid}/UID ${credentials.uid}`;
}
