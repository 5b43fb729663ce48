/** FIFOs and message queues (fifo(7), mq_overview(7)). */

import { constant } from './constants.ts';
import { check, errnoName } from './errno.ts';
import { native } from './native.ts';
import type { Fd } from './socket.ts';

/** mkfifo(3); one that is there already is fine: who opens it looks what it is. */
export function makeFifo(path: string, mode: number): void {
  const result = native.mkfifo(path, mode);
  if (result !== -constant('EEXIST')) check(result, 'mkfifo', path);
}

/** How much may wait in a FIFO (fcntl(2), F_SETPIPE_SZ): null, or the code of what went wrong. */
export function setPipeSize(fd: Fd, bytes: number): string | null {
  const result = native.pipeSize(fd, bytes);
  return result < 0 ? errnoName(-result) : null;
}

/** A queue for reading, non-blocking; made with this mode and, where given, these sizes if it is not there. */
export function openQueue(
  name: string,
  mode: number,
  sizes: { readonly messages: number; readonly bytes: number } | null,
): Fd {
  const flags = constant('O_RDONLY') | constant('O_CREAT') | constant('O_NONBLOCK');
  const attributes = sizes ? Int32Array.of(sizes.messages, sizes.bytes) : new Int32Array(0);
  return check(native.mq_open(withoutSlash(name), flags, mode, attributes), 'mq_open', name);
}

/** mq_unlink(3); that it is gone already is fine. */
export function removeQueue(name: string): void {
  const result = native.mq_unlink(withoutSlash(name));
  if (result !== -constant('ENOENT')) check(result, 'mq_unlink', name);
}

function withoutSlash(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

/** Bytes that can be read from a descriptor now (ioctl(2), FIONREAD); of a datagram socket those of the next one. */
export function readableBytes(fd: Fd): number {
  return check(native.fionread(fd), 'ioctl', `fd ${fd} FIONREAD`);
}
