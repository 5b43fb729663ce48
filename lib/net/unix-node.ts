/** Sockets and FIFOs as files: bound with their mode, in folders made for them, and removed again. */

import { fchmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SocketType } from '../model/address.ts';
import { hasCode, naming, SystemError } from '../sys/errors.ts';
import { bind, close, connect, type Fd, openSocket } from '../sys/socket.ts';

/**
 * The mode of the file is that of the socket's inode less the umask (unix(7)), so it is set before bind: there is no
 * moment at which the file is more open than asked. A socket that nobody serves any more gives way; nothing else does.
 */
export function bindPath(
  fd: Fd,
  { path, mode, type }: { path: string; mode: number; type: SocketType },
): void {
  fchmodSync(fd, mode);
  withUmask(0, () => {
    try {
      bind(fd, { kind: 'unix', path });
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) throw error;
      removeStale(path, type);
      bind(fd, { kind: 'unix', path });
    }
  });
}

/** Only a socket that nobody listens on is removed; any other file stays, and the address is in use. */
function removeStale(path: string, type: SocketType): void {
  if (!isNode(path, 'socket') || !refusesConnections(path, type)) {
    throw new SystemError('EADDRINUSE', 'bind', path);
  }
  unlinkSync(path);
}

function refusesConnections(path: string, type: SocketType): boolean {
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

/** Removes a socket or FIFO; that it is gone already, or something else is there, is fine. */
export function removeNode(path: string, kind: 'socket' | 'fifo'): void {
  try {
    if (isNode(path, kind)) unlinkSync(path);
  } catch {
    // Somebody else removed it, or its folder: there is nothing left to clean up.
  }
}

function isNode(path: string, kind: 'socket' | 'fifo'): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && (kind === 'socket' ? status.isSocket() : status.isFIFO());
}

/** Makes the folders above a path that are missing, each with exactly this mode. */
export function makeParents(path: string, mode: number): void {
  withUmask(0, () =>
    naming('mkdir', dirname(path), () => mkdirSync(dirname(path), { recursive: true, mode })),
  );
}

/** The umask belongs to the whole process: nothing is awaited in between. */
export function withUmask<T>(mask: number, act: () => T): T {
  const before = process.umask(mask);
  try {
    return act();
  } finally {
    process.umask(before);
  }
}
