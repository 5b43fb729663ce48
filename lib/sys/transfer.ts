/** Moving data over sockets, without ever waiting. */

import type { Peer } from '../model/peer.ts';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import { addressBytes, decodeAddress, encodeAddress } from './sockaddr.ts';
import type { Fd } from './socket.ts';

/**
 * Bytes moved; `again`: nothing can be moved now; `gone`: the connection is over, whatever ended it (reset, timeout, no
 * route): nothing a peer does is an exception.
 */
export type Transfer = number | 'again' | 'gone';

/** Who sent a message, as the kernel vouches for it. */
export interface Credentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const MSG_DONTWAIT = constant('MSG_DONTWAIT');
const MSG_NOSIGNAL = constant('MSG_NOSIGNAL');
const MSG_PEEK = constant('MSG_PEEK');
const MSG_MORE = constant('MSG_MORE');
const EAGAIN = constant('EAGAIN');
const EINTR = constant('EINTR');
/** Errors that no peer can cause: they are ours. */
const ours: ReadonlySet<number> = new Set(['EBADF', 'EFAULT', 'EINVAL', 'ENOTSOCK'].map(constant));
const nothing = new Uint8Array(0);

/** recv(2) into `buffer`; 0 is the end of a stream. A SystemError is a mistake of the caller. */
export function receive(fd: Fd, buffer: Uint8Array): Transfer {
  return outcome(native.recv(fd, buffer, MSG_DONTWAIT), 'recv', fd);
}

/** As receive, but what was received stays there and is received again (MSG_PEEK). */
export function peek(fd: Fd, buffer: Uint8Array): Transfer {
  return outcome(native.recv(fd, buffer, MSG_DONTWAIT | MSG_PEEK), 'recv', fd);
}

/** send(2) of `bytes`; fewer may be taken. A SystemError is a mistake of the caller. */
export function send(fd: Fd, bytes: Uint8Array): Transfer {
  return outcome(native.send(fd, bytes, MSG_DONTWAIT | MSG_NOSIGNAL), 'send', fd);
}

/** As send, but TCP keeps a packet that is not full until what follows, at once: more bytes or shutdown (MSG_MORE). */
export function sendMore(fd: Fd, bytes: Uint8Array): Transfer {
  return outcome(native.send(fd, bytes, MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE), 'send', fd);
}

function outcome(result: number, syscall: string, fd: Fd): Transfer {
  if (result >= 0) return result;
  // Without waiting there is little to interrupt; who is asked again later loses nothing.
  if (result === -EAGAIN || result === -EINTR) return 'again';
  if (ours.has(-result)) check(result, syscall, `fd ${fd}`);
  return 'gone';
}

/**
 * Sends bytes with descriptors and, where given, an identity (SCM_RIGHTS, SCM_CREDENTIALS) over a Unix socket: to its other
 * end, or to the socket at the path or abstract name `to`.
 */
export function sendMessage(
  fd: Fd,
  bytes: Uint8Array,
  extra: { readonly fds?: readonly Fd[]; readonly credentials?: Credentials; readonly to?: string } = {},
): Transfer {
  const { fds, credentials, to } = extra;
  const address = to === undefined ? null : encodeAddress({ kind: 'unix', path: to });
  const ids = credentials && Int32Array.of(credentials.pid, credentials.uid, credentials.gid);
  const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  return outcome(
    native.sendmsg(fd, bytes, flags, address, fds ? Int32Array.from(fds) : null, ids ?? null),
    'sendmsg',
    fd,
  );
}

/** What receiveMessage got. `truncated`: bytes or descriptors did not fit and are gone. */
export interface Message {
  readonly bytes: number;
  readonly fds: readonly Fd[];
  readonly credentials: Credentials | null;
  readonly truncated: boolean;
}

/** Receives bytes with at most `maxFds` descriptors, which are then the caller's to close; more are closed at once. */
export function receiveMessage(fd: Fd, buffer: Uint8Array, maxFds = 0): Message | 'again' | 'gone' {
  const fds = new Int32Array(maxFds);
  const ids = new Int32Array(3);
  const counts = new Int32Array(3);
  const bytes = outcome(native.recvmsg(fd, buffer, MSG_DONTWAIT, fds, ids, counts), 'recvmsg', fd);
  if (typeof bytes === 'string') return bytes;
  const [count = 0, identified = 0, flags = 0] = counts;
  const [pid = 0, uid = 0, gid = 0] = ids;
  return {
    bytes,
    fds: [...fds.subarray(0, count)],
    credentials: identified === 1 ? { pid, uid: uid >>> 0, gid: gid >>> 0 } : null,
    truncated: (flags & (constant('MSG_TRUNC') | constant('MSG_CTRUNC'))) !== 0,
  };
}

/** Takes one datagram off a socket unread; false when there was none. An error that waited there is taken off too. */
export function discardDatagram(fd: Fd): boolean {
  return native.recv(fd, nothing, MSG_DONTWAIT) !== -EAGAIN;
}

/** Who sent the datagram that waits on a socket, which stays there; null when none waits. */
export function peekSender(fd: Fd): Peer | null {
  const address = new Uint8Array(addressBytes);
  const length = new Int32Array(1);
  const flags = MSG_DONTWAIT | MSG_PEEK;
  if (native.recvfrom(fd, nothing, flags, address, length) < 0) return null;
  return decodeAddress(address, length[0] ?? 0);
}

/**
 * Sends one datagram to the Unix socket at a path or abstract name (`@name`), as to /dev/log: 0, or -errno when nobody is
 * there or takes it (EAGAIN: its queue is full). It never waits and never throws.
 */
export function unixSend(path: string, bytes: Uint8Array): number {
  const address = tryEncode(path);
  if (!address) return -constant('EINVAL');
  const fd = datagramSocket();
  if (fd < 0) return fd;
  const sent = sendTo(fd, address, bytes);
  native.close(fd);
  return sent;
}

/**
 * unixSend for many datagrams: it keeps one unconnected socket, at or above `lowest`, and so finds a receiver that was
 * started anew.
 */
export function unixSender(lowest: number): typeof unixSend {
  let fd = -1;
  let place = '';
  let address: Uint8Array | null = null;
  return (path, bytes) => {
    if (fd < 0) {
      const low = datagramSocket();
      if (low < 0) return low;
      const high = native.dupfd(low, lowest);
      if (high >= 0) native.close(low);
      fd = high >= 0 ? high : low;
    }
    if (path !== place) {
      address = tryEncode(path);
      place = path;
    }
    return address ? sendTo(fd, address, bytes) : -constant('EINVAL');
  };
}

function datagramSocket(): number {
  return native.socket(constant('AF_UNIX'), constant('SOCK_DGRAM'), 0);
}

function sendTo(fd: Fd, address: Uint8Array, bytes: Uint8Array): number {
  return Math.min(native.sendto(fd, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, address), 0);
}

function tryEncode(path: string): Uint8Array | null {
  try {
    return encodeAddress({ kind: 'unix', path });
  } catch {
    return null; // too long or empty
  }
}
