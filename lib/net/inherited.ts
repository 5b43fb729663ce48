/** Sockets that somebody bound for us and left open: sd_listen_fds(3). */

import type { SocketSpec } from '../model/address.ts';
import { hasCode } from '../sys/errors.ts';
import { encodeAddress, type SocketAddress } from '../sys/sockaddr.ts';
import {
  type Fd,
  isV6Only,
  keepHigh,
  localAddress,
  setBlocking,
  socketFamily,
  socketType,
} from '../sys/socket.ts';

/** The first descriptor that is passed. */
const LISTEN_FDS_START = 3;
const MOST = 10_000;

/** Inherited sockets, each taken at most once by an entry whose type and address match. */
export class InheritedSockets {
  readonly #byPlace = new Map<string, Fd>();

  /** How many nobody has taken. */
  get size(): number {
    return this.#byPlace.size;
  }

  add(place: string, fd: Fd): void {
    this.#byPlace.set(place, fd);
  }

  /** The socket for this address, which is the caller's from now on; null when none was passed. */
  take(spec: SocketSpec): Fd | null {
    if (this.#byPlace.size === 0) return null;
    const place = placeOf(spec.type, spec.address, spec.address.kind === 'inet' && spec.address.dual);
    const fd = this.#byPlace.get(place);
    this.#byPlace.delete(place);
    return fd ?? null;
  }
}

/**
 * Takes over what LISTEN_FDS announces, when it is meant for this process (LISTEN_PID). The descriptors are moved to
 * `lowest` and above, close-on-exec and non-blocking. What is no socket we know stays as it is.
 */
export function takeInherited(environment: NodeJS.ProcessEnv, pid: number, lowest: number): InheritedSockets {
  const sockets = new InheritedSockets();
  if (environment.LISTEN_PID !== String(pid) || !/^\d{1,5}$/.test(environment.LISTEN_FDS ?? ''))
    return sockets;
  const count = Math.min(Number(environment.LISTEN_FDS), MOST);
  for (let fd = LISTEN_FDS_START; fd < LISTEN_FDS_START + count; fd++) {
    const place = placeOfOpen(fd);
    if (place === null) continue;
    const moved = keepHigh(fd, lowest);
    setBlocking(moved, false);
    sockets.add(place, moved);
  }
  return sockets;
}

function placeOfOpen(fd: Fd): string | null {
  try {
    const type = socketType(fd);
    const family = socketFamily(fd);
    if (type === null || family === null) return null;
    const address = localAddress(fd);
    if (address.kind === 'unix') return placeOf(type, address, false);
    // A dual socket bound to all addresses reads as `::`.
    return placeOf(type, { ...address, host: address.address }, family === 6 && !isV6Only(fd));
  } catch (error) {
    if (hasCode(error, 'EBADF') || hasCode(error, 'ENOTSOCK') || hasCode(error, 'EINVAL')) return null;
    throw error;
  }
}

/** Equal for equal places, however their addresses were written. */
function placeOf(type: string, address: SocketAddress, dual: boolean): string {
  return `${type}${dual ? ' dual ' : ' '}${Buffer.from(encodeAddress(address)).toString('hex')}`;
}
