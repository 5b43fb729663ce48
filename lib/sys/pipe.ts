/** Pipes (pipe(7)). */

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
