/**
 * What the kernel knows about a listener: how many callers it has, and how many wait (sock_diag(7)).
 *
 * Asked by netlink, where the kernel looks for the port itself and writes 72 bytes a connection. /proc/net/tcp would hold a
 * line of text for every connection of the machine, whosever they are: at 5,000 of them that took six times as long.
 */

import { fstatSync } from 'node:fs';
import { endianness } from 'node:os';
import { constant } from './constants.ts';
import { native } from './native.ts';
import { addressBytes } from './sockaddr.ts';
import { close, type Fd, openSocket, socketFamily, socketProtocol, socketType } from './socket.ts';
import { readOption } from './socket-options.ts';

/** Callers who wait to be accepted, and how many may. */
export interface AcceptQueue {
  readonly waiting: number;
  readonly limit: number;
}

const littleEndian = endianness() === 'LE';
const AF_UNIX = constant('AF_UNIX');
const IPPROTO_TCP = constant('IPPROTO_TCP');

// linux/netlink.h, linux/sock_diag.h, linux/unix_diag.h
const HEADER = 16;
const SOCK_DIAG_BY_FAMILY = 20;
const [NLM_F_REQUEST, NLM_F_DUMP] = [1, 0x300];
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3];
const [UDIAG_SHOW_NAME, UDIAG_SHOW_RQLEN] = [1, 0x10];
const [UNIX_DIAG_NAME, UNIX_DIAG_RQLEN] = [0, 4];
const ESTABLISHED = 1;
const LISTEN = 10;
/** TCP's states but LISTEN, CLOSE and those that nobody holds any more: SYN_RECV to LAST_ACK and CLOSING. */
const [SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING] = [3, 4, 5, 8, 9, 11];
const HELD = [ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, CLOSING];
const maskOf = (states: readonly number[]) => states.reduce((mask, state) => mask | (1 << state), 0);

/**
 * Connections that were accepted from this listener and that somebody still holds open; null where the kernel cannot tell (no
 * sock_diag, or neither TCP nor a Unix socket).
 */
export function openConnections(listener: Fd): number | null {
  const family = socketFamily(listener);
  const local = rawName(listener);
  if (family === 'unix') return countUnix(local.subarray(2));
  if ((family !== 4 && family !== 6) || socketType(listener) !== 'stream') return null;
  return socketProtocol(listener) === IPPROTO_TCP ? countTcp(local) : null;
}

/** The queue of callers of a listener; null where the kernel cannot tell. */
export function acceptQueue(listener: Fd): AcceptQueue | null {
  const family = socketFamily(listener);
  if (family === 'unix') return unixQueue(listener);
  if ((family !== 4 && family !== 6) || socketProtocol(listener) !== IPPROTO_TCP) return null;
  // Of a listener, tcpi_unacked and tcpi_sacked count callers (struct tcp_info).
  const words = new Uint32Array(8);
  readOption(listener, 'TCP_INFO', new Uint8Array(words.buffer));
  const [waiting = 0, limit = 0] = words.subarray(6);
  return { waiting, limit };
}

function rawName(fd: Fd): Uint8Array {
  const bytes = new Uint8Array(addressBytes);
  return bytes.subarray(0, Math.max(native.getsockname(fd, bytes), 2));
}

/** struct inet_diag_req_v2: the kernel compares the port, we compare the address. */
function countTcp(local: Uint8Array): number | null {
  const v6 = local.length >= 28;
  const address = v6 ? local.subarray(8, 24) : local.subarray(4, 8);
  const request = new DataView(new ArrayBuffer(56));
  request.setUint8(0, constant(v6 ? 'AF_INET6' : 'AF_INET'));
  request.setUint8(1, IPPROTO_TCP);
  request.setUint32(4, maskOf(HELD), littleEndian);
  new Uint8Array(request.buffer).set(local.subarray(2, 4), 8);
  const everywhere = address.every((byte) => byte === 0);
  let count = 0;
  const known = dump(request, (bytes, at) => {
    // struct inet_diag_msg: its own address, and an inode number once it was accepted and until it is closed.
    const inode = new DataView(bytes.buffer, bytes.byteOffset + at + 68, 4).getUint32(0, littleEndian);
    const here = everywhere || address.every((byte, index) => byte === bytes[at + 8 + index]);
    if (inode !== 0 && here) count += 1;
  });
  return known ? count : null;
}

/** A connection has the name of the listener that it was accepted from. */
function countUnix(name: Uint8Array): number | null {
  let count = 0;
  const known = dump(unixRequest([ESTABLISHED], 0, UDIAG_SHOW_NAME), (bytes, at, end) => {
    const inode = new DataView(bytes.buffer, bytes.byteOffset + at + 4, 4).getUint32(0, littleEndian);
    const its = attributeOf(bytes.subarray(at + 16, end), UNIX_DIAG_NAME);
    if (inode !== 0 && its !== null && Buffer.compare(its, name) === 0) count += 1;
  });
  return known ? count : null;
}

function unixQueue(listener: Fd): AcceptQueue | null {
  let queue: AcceptQueue | null = null;
  const request = unixRequest([LISTEN], fstatSync(listener).ino, UDIAG_SHOW_RQLEN);
  dump(
    request,
    (bytes, at, end) => {
      const lengths = attributeOf(bytes.subarray(at + 16, end), UNIX_DIAG_RQLEN);
      if (lengths === null) return;
      const view = new DataView(lengths.buffer, lengths.byteOffset, 8);
      queue = { waiting: view.getUint32(0, littleEndian), limit: view.getUint32(4, littleEndian) };
    },
    'one',
  );
  return queue;
}

/** struct unix_diag_req; without a cookie, any socket of that inode number is meant. */
function unixRequest(states: readonly number[], inode: number, show: number): DataView {
  const request = new DataView(new ArrayBuffer(24));
  request.setUint8(0, AF_UNIX);
  request.setUint32(4, maskOf(states), littleEndian);
  request.setUint32(8, inode, littleEndian);
  request.setUint32(12, show, littleEndian);
  request.setUint32(16, 0xffff_ffff, littleEndian);
  request.setUint32(20, 0xffff_ffff, littleEndian);
  return request;
}

/** The first attribute of a type (rtnetlink(7)): each has a length, a type and a value, and begins at a multiple of 4. */
function attributeOf(bytes: Uint8Array, type: number): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, littleEndian);
    if (length < 4 || at + length > bytes.length) return null;
    if (view.getUint16(at + 2, littleEndian) === type) return bytes.subarray(at + 4, at + length);
    at += (length + 3) & ~3;
  }
  return null;
}

type Visit = (bytes: Uint8Array, start: number, end: number) => void;

/** Asks and shows each answer; false when the kernel cannot answer, or an answer got lost. */
function dump(request: DataView, visit: Visit, how: 'all' | 'one' = 'all'): boolean {
  const fd = tryOpen();
  if (fd === null) return false;
  try {
    if (native.send(fd, messageOf(request, how), 0) < 0) return false;
    const buffer = new Uint8Array(32 << 10);
    for (;;) {
      // The answers are there when send(2) has returned, and those after them when these were taken.
      const length = native.recv(fd, buffer, constant('MSG_DONTWAIT'));
      if (length <= 0) return false;
      const end = walk(buffer.subarray(0, length), visit);
      if (end !== null) return end;
      if (how === 'one') return true;
    }
  } finally {
    close(fd);
  }
}

function tryOpen(): Fd | null {
  try {
    return openSocket('netlink', 'raw', constant('NETLINK_SOCK_DIAG'));
  } catch {
    return null;
  }
}

function messageOf(request: DataView, how: 'all' | 'one'): Uint8Array {
  const message = new Uint8Array(HEADER + request.byteLength);
  const header = new DataView(message.buffer);
  header.setUint32(0, message.length, littleEndian);
  header.setUint16(4, SOCK_DIAG_BY_FAMILY, littleEndian);
  header.setUint16(6, NLM_F_REQUEST | (how === 'all' ? NLM_F_DUMP : 0), littleEndian);
  message.set(new Uint8Array(request.buffer), HEADER);
  return message;
}

/** Whether it ended well, or null when more follows. */
function walk(bytes: Uint8Array, visit: Visit): boolean | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = view.getUint32(at, littleEndian);
    const type = view.getUint16(at + 4, littleEndian);
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR || length < HEADER || at + length > bytes.length) return false;
    if (type === SOCK_DIAG_BY_FAMILY) visit(bytes, at + HEADER, at + length);
    at += (length + 3) & ~3;
  }
  return null;
}
