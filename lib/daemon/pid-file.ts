/** The pid file: one daemon at a time, found by those who want to signal it. */

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hasCode, SystemError } from '../sys/errors.ts';
import { tryLock } from '../sys/lock.ts';

const MOST_DIGITS = 20;

/** A locked pid file. The kernel drops the lock with the process, so a file left by a crash hinders nobody. */
export class PidFile {
  readonly #path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /** Takes the lock, or says which process holds it; throws when the file cannot be opened. Nothing is written yet. */
  static lock(path: string): PidFile | { readonly holder: string } {
    for (;;) {
      // A link in a folder that others may write to must not make us truncate a file of root's.
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const fd = openSync(path, flags, 0o644);
      if (!fstatSync(fd).isFile()) {
        closeSync(fd);
        throw new SystemError('EINVAL', 'open', path);
      }
      if (!tryLock(fd)) {
        const holder = read(fd);
        closeSync(fd);
        return { holder };
      }
      if (isStill(path, fd)) return new PidFile(path, fd);
      // Its last owner removed it between our open and our lock.
      closeSync(fd);
    }
  }

  /** Tells everybody: called when all sockets are bound. */
  write(pid: number): void {
    ftruncateSync(this.#fd, 0);
    writeSync(this.#fd, `${pid}\n`, 0);
  }

  /** Removes the file, if it is still ours, and lets go of the lock. */
  remove(): void {
    if (isStill(this.#path, this.#fd)) unlinkSync(this.#path);
    closeSync(this.#fd);
  }
}

function read(fd: number): string {
  const buffer = Buffer.alloc(MOST_DIGITS);
  const length = readSync(fd, buffer, 0, MOST_DIGITS, 0);
  return /^\d+/.exec(buffer.toString('latin1', 0, length))?.[0] ?? 'unknown';
}

function isStill(path: string, fd: number): boolean {
  try {
    const [named, open] = [statSync(path), fstatSync(fd)];
    return named.ino === open.ino && named.dev === open.dev;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
