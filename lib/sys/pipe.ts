/** Pipes (pipe(7)). */

import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import type { Fd } from './socket.ts';

/** Both ends, close-on-exec and blocking. */
export function openPipe(): { readonly read: Fd; readonly write: Fd } {
  const ends = new Int32Array(2);
  check(native.pipe(ends), 'pipe2', 'a pipe');
  const [read = -1, write = -1] = ends;
  return { read, write };
}

/** Bytes read into `buffer`, 0 at the end; `again`: nothing waits in a non-blocking pipe now. */
export function readPipe(fd: Fd, buffer: Uint8Array): number | 'again' {
  const result = native.read(fd, buffer, buffer.length);
  if (result === -constant('EAGAIN') || result === -constant('EINTR')) return 'again';
  return check(result, 'read', `fd ${fd}`);
}
