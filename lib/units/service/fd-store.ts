/** Descriptors that a service gives away for its next life (sd_pid_notify_with_fds(3), FDSTORE=1). */

import { fstatSync, readFileSync } from 'node:fs';
import { close, type Fd } from '../../sys/socket.ts';
import type { NamedFd } from '../types.ts';

interface Stored extends NamedFd {
  /** What tells it from other open files. */
  readonly identity: string;
}

/** Owns what is in it. */
export class FdStore {
  #stored: readonly Stored[] = [];

  /** The newest first, as LISTEN_FDS has them. */
  get all(): readonly NamedFd[] {
    return this.#stored;
  }

  /** Takes a descriptor, as long as there are fewer than `most`; one that it has, or has no room for, is closed. */
  add(fd: Fd, name: string, most: number): boolean {
    const identity = identityOf(fd);
    if (this.#stored.length >= most || this.#stored.some((one) => one.identity === identity)) {
      close(fd);
      return false;
    }
    this.#stored = [{ fd, name, identity }, ...this.#stored];
    return true;
  }

  /** Drops all of a name. */
  remove(name: string): void {
    this.#drop((one) => one.name === name);
  }

  /** Drops everything. */
  clear(): void {
    this.#drop(() => true);
  }

  #drop(goes: (one: Stored) => boolean): void {
    const gone = this.#stored.filter(goes);
    this.#stored = this.#stored.filter((one) => !goes(one));
    for (const { fd } of gone) close(fd);
  }
}

/** The same file, opened in the same way: the two ends of a pipe are one file. */
function identityOf(fd: Fd): string {
  const { dev, ino, rdev } = fstatSync(fd, { bigint: true });
  return `${dev}:${ino}:${rdev}:${openedHow(fd)}`;
}

/** Access mode and status flags; the one for close-on-exec is of the descriptor, not of the file. */
function openedHow(fd: Fd): string {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & ~O_CLOEXEC).toString(8);
}

/** As /proc shows it on Linux. */
const O_CLOEXEC = 0o2000000;
