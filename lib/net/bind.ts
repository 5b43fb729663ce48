/** A SocketSpec becomes a bound, watched-to-be descriptor. */

import { chownSync, fchmodSync, lstatSync, unlinkSync } from 'node:fs';
import type { SocketSpec, UnixFile } from '../model/address.ts';
import { hasCode, SystemError } from '../sys/errors.ts';
import {
  bind,
  close,
  connect,
  type Fd,
  listen,
  moveHigh,
  openSocket,
  setBufferSizes,
  setKeepAlive,
  setNoDelay,
  setReuseAddress,
  setV6Only,
} from '../sys/socket.ts';

/**
 * Creates, binds and, where its type listens, listens. The descriptor is non-blocking, close-on-exec and not below
 * `lowest`, so that descriptors of children stay low. Throws a SystemError that names the call; nothing stays open then.
 */
export function bindSocket(
  spec: SocketSpec,
  options: { readonly lowest: number; readonly share?: boolean },
): Fd {
  const family = spec.address.kind === 'unix' ? 'unix' : spec.address.family;
  let fd = openSocket(family, spec.type, spec.protocol);
  try {
    fd = moveHigh(fd, options.lowest);
    prepare(fd, spec, options.share === true);
    if (spec.address.kind === 'unix') bindPath(fd, spec.address.path, spec.file ?? DEFAULT_FILE, spec.type);
    else bind(fd, spec.address);
    if (listens(spec)) listen(fd, spec.backlog);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Whether listen(2) is asked of this type. */
export function listens(spec: SocketSpec): boolean {
  return spec.type === 'stream' || spec.type === 'seqpacket';
}

/** Applies what a changed definition may change on an open socket: buffers, backlog, options. */
export function adjustSocket(fd: Fd, spec: SocketSpec, before: SocketSpec): void {
  setBufferSizes(fd, bufferSizes(spec));
  setInherited(fd, spec, before);
  if (listens(spec)) listen(fd, spec.backlog);
}

/** Removes the file of a Unix socket; that it is gone already is fine. */
export function removeSocketFile(spec: SocketSpec): void {
  if (spec.address.kind !== 'unix') return;
  try {
    if (lstatSync(spec.address.path).isSocket()) unlinkSync(spec.address.path);
  } catch {
    // Somebody else removed it, or its folder: there is nothing left to clean up.
  }
}

const DEFAULT_FILE: UnixFile = { mode: 0o666 };

function bufferSizes({ receiveBuffer, sendBuffer }: SocketSpec): { send?: number; receive?: number } {
  return {
    ...(sendBuffer === undefined ? {} : { send: sendBuffer }),
    ...(receiveBuffer === undefined ? {} : { receive: receiveBuffer }),
  };
}

function prepare(fd: Fd, spec: SocketSpec, share: boolean): void {
  if (spec.address.kind === 'inet') {
    if (spec.address.family === 6) setV6Only(fd, !spec.address.dual);
    // Not for datagrams: two owners of one port would share it and the one that nobody reads from would win
    // (inetd.conf(5), RESTARTS). TCP needs it to bind while old connections are in TIME_WAIT.
    if (spec.type === 'stream' || share) setReuseAddress(fd);
  }
  setBufferSizes(fd, bufferSizes(spec));
  setInherited(fd, spec, {});
}

/** What connections get from their listener (tcp(7), socket(7)), where it is to be other than it was. */
function setInherited(
  fd: Fd,
  { noDelay = false, keepAlive = false, ...spec }: SocketSpec,
  before: Pick<SocketSpec, 'noDelay' | 'keepAlive'>,
): void {
  if (!isTcp(spec)) return;
  if (noDelay !== (before.noDelay ?? false)) setNoDelay(fd, noDelay);
  if (keepAlive !== (before.keepAlive ?? false)) setKeepAlive(fd, keepAlive);
}

function isTcp({ type, address, protocol }: SocketSpec): boolean {
  return type === 'stream' && address.kind === 'inet' && (protocol === 0 || protocol === IPPROTO_TCP);
}

const IPPROTO_TCP = 6;

/**
 * The mode of the file is that of the socket's inode less the umask (unix(7)), so it is set before bind: there is no
 * moment at which the file is more open than asked.
 */
function bindPath(fd: Fd, path: string, file: UnixFile, type: SocketSpec['type']): void {
  removeStale(path, type);
  fchmodSync(fd, file.mode);
  const umask = process.umask(0);
  try {
    bind(fd, { kind: 'unix', path });
  } finally {
    process.umask(umask);
  }
  if (file.owner !== undefined) chownSync(path, file.owner.uid, file.owner.gid);
}

/** Only a socket that nobody listens on is removed; any other file stays and the entry waits. */
function removeStale(path: string, type: SocketSpec['type']): void {
  let isSocket: boolean;
  try {
    isSocket = lstatSync(path).isSocket();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new SystemError('EACCES', 'bind', path);
  }
  if (!isSocket || !refusesConnections(path, type)) throw new SystemError('EADDRINUSE', 'bind', path);
  unlinkSync(path);
}

function refusesConnections(path: string, type: SocketSpec['type']): boolean {
  const probe = openSocket('unix', type, 0);
  try {
    connect(probe, { kind: 'unix', path });
    return false;
  } catch (error) {
    return hasCode(error, 'ECONNREFUSED');
  } finally {
    close(probe);
  }
}
