/** Whole-file locks (flock(2)): held by the open file, gone with its last descriptor. */

import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';
import type { Fd } from './socket.ts';

/** Takes the lock of an open file without waiting; false when somebody else has it. */
export function tryLock(fd: Fd): boolean {
  const result = native.flock(fd, constant('LOCK_EX') | constant('LOCK_NB'));
  if (result === -constant('EAGAIN')) return false;
  check(result, 'flock', `fd ${fd}`);
  return true;
}
