/** A SocketSpec becomes a bound, watched-to-be descriptor. */

import { chownSync } from 'node:fs';
import type { SocketSpec, UnixFile } from '../model/address.ts';
import {
  bind,
  close,
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
import { bindPath, removeNode } from './unix-node.ts';

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
    if (spec.address.kind === 'unix') bindFile(fd, spec, spec.address.path);
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
export function removeSocketFile({ address }: SocketSpec): void {
  if (address.kind === 'unix') removeNode(address.path, 'socket');
}

const DEFAULT_FILE: UnixFile = { mode: 0o666 };

function bindFile(fd: Fd, { type, file = DEFAULT_FILE }: SocketSpec, path: string): void {
  bindPath(fd, { path, mode: file.mode, type });
  if (file.owner !== undefined) chownSync(path, file.owner.uid, file.owner.gid);
}

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
