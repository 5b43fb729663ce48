/** The main process of a service that forks: what its PID file says, or what is left (systemd.service(5), PIDFile=). */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ServiceUnit } from '../../model/service-unit.ts';
import { findUser } from '../../sys/accounts.ts';
import { type Process, processOf } from '../../sys/processes.ts';

/** Longer than any number of a process with the blanks around it. */
const LONGEST_FILE = 64;

/** Who wrote the file, and whom it names. */
interface PidFile {
  readonly pid: number;
  readonly uid: number;
}

/** The main process of a service that has forked, or null: of what its file says, else of the `others` that it left behind. */
export function findMain(
  { exec, guessMainPid, pidFile }: ServiceUnit,
  others: readonly Process[],
  isOurs: (pid: number) => boolean,
): number | null {
  if (pidFile === null) return guessMainPid ? guessMain(others) : null;
  const file = readPidFile(pidFile, exec.user);
  return file !== null && canBeMain(file.pid, isOurs, { byRoot: file.uid === 0 }) ? file.pid : null;
}

/** The process that has taken the place of a main one; null: none has. */
export function successorOf(
  unit: ServiceUnit,
  pid: number | null,
  isOurs: (pid: number) => boolean,
): number | null {
  if (unit.type !== 'forking' || unit.pidFile === null) return null;
  const next = findMain(unit, [], isOurs);
  return next === pid ? null : next;
}

/** Reads a PID file that root or the user of the service owns; null: there is none that can be believed. */
export function readPidFile(path: string, user: string | null): PidFile | null {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  try {
    // Neither a link nor a FIFO in its place leads anywhere.
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      if (
        !stats.isFile() ||
        (stats.uid !== process.geteuid?.() && stats.uid !== 0 && stats.uid !== uidOf(user))
      )
        return null;
      const bytes = Buffer.alloc(LONGEST_FILE);
      const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, LONGEST_FILE, 0));
      const pid = /^\s*(\d{1,10})\s*$/.exec(text)?.[1];
      return pid === undefined || Number(pid) <= 1 ? null : { pid: Number(pid), uid: stats.uid };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Whether a process can be the main one: alive, neither us nor process 1, and of the service, unless root says so. */
export function canBeMain(
  pid: number,
  isOurs: (pid: number) => boolean,
  { byRoot }: { readonly byRoot: boolean },
): boolean {
  if (pid === process.pid || pid <= 1) return false;
  const found = processOf(pid);
  return found !== null && found.state !== 'Z' && (byRoot || isOurs(pid));
}

/** The one process that was left to us; of several nobody knows which it is. */
function guessMain(processes: readonly Process[]): number | null {
  const left = processes.filter(({ parent }) => parent === process.pid || parent === 1);
  return left.length === 1 ? (left[0]?.pid ?? null) : null;
}

function uidOf(user: string | null): number {
  if (user === null) return 0;
  return /^\d+$/.test(user) ? Number(user) : (findUser(user)?.uid ?? 0);
}
