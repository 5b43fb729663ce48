/** Listen…= lines and the options of sockets (systemd.socket(5)) as the sockets of services. */

import type { SocketSpec, UnixFile } from '../../../model/address.ts';
import type { ListenTarget } from '../../../model/socket-unit.ts';
import { groupOf, userOf } from './account.ts';
import type { UnitPair } from './subject.ts';

/** Sockets that one entry of another language can have: all of one port, or one file. */
export interface Port {
  /** A number, or the path of a Unix socket. */
  readonly place: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'unix';
  readonly sockets: readonly SocketSpec[];
}

/** The sockets of a unit, by their ports, in the order of their lines. */
export function portsOf(pair: UnitPair): readonly Port[] {
  const ports = new Map<string, Port>();
  for (const target of pair.socket.listen) {
    const spec = specOf(target, pair);
    if (spec === null) continue;
    const { address } = spec;
    const place = address.kind === 'unix' ? address.path : String(address.port);
    const protocol = protocolOf(spec);
    const key = `${place} ${protocol} ${spec.type}`;
    const sockets = [...(ports.get(key)?.sockets ?? []), spec];
    ports.set(key, { place, protocol, sockets });
  }
  return [...ports.values()];
}

/** The socket that a line asks for; null: other languages have no such listeners. */
function specOf(target: ListenTarget, pair: UnitPair): SocketSpec | null {
  const { options } = pair.socket;
  if (target.kind !== 'unix' && target.kind !== 'inet') return null;
  const common = {
    type: target.type,
    backlog: options.backlog,
    ...(options.sendBuffer !== undefined && { sendBuffer: options.sendBuffer }),
    ...(options.receiveBuffer !== undefined && { receiveBuffer: options.receiveBuffer }),
    ...(options.noDelay === true && { noDelay: true }),
    ...(options.keepAlive === true && { keepAlive: true }),
  };
  if (target.kind === 'unix')
    return { ...common, protocol: 0, address: { kind: 'unix', path: target.path }, file: fileOf(pair) };
  const { family, host, port } = target;
  const dual = family === 6 && host === '::' && options.v6Only !== true;
  const protocol = options.protocol === 'sctp' ? SCTP : 0;
  return { ...common, protocol, address: { kind: 'inet', family, host, port, dual } };
}

/** IPPROTO_SCTP. */
const SCTP = 132;

function fileOf({ socket: { files }, names }: UnitPair): UnixFile {
  const { user, group, mode } = files;
  if (user === null && group === null) return { mode };
  const known = user === null ? names.userById(0) : userOf(user, names);
  const gid = group === null ? known?.gid : groupOf(group, names);
  return { mode, owner: { uid: known?.uid ?? 0, gid: gid ?? 0 } };
}

function protocolOf({ type, protocol, address }: SocketSpec): Port['protocol'] {
  if (address.kind === 'unix') return 'unix';
  if (type === 'dgram') return 'udp';
  return protocol === SCTP ? 'sctp' : 'tcp';
}
