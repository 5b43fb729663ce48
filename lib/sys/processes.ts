/** Processes as /proc shows them (proc_pid_stat(5)): which there are, whose children, and signals that hit the right one. */

import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';

/** A process. Pid and start time together are its own for as long as the machine runs. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** `Z`: it has ended and nobody has reaped it. */
  readonly state: string;
  /** Clock ticks since the machine was started. */
  readonly startedAt: number;
  /** The name of its program (comm). */
  readonly name: string;
}

/** Descendants whose own parents end become our children, as with PID 1 (PR_SET_CHILD_SUBREAPER). */
export function becomeSubreaper(): void {
  check(native.prctl(constant('PR_SET_CHILD_SUBREAPER'), 1), 'prctl', 'PR_SET_CHILD_SUBREAPER');
}

/** Every process that we can see; those that end while it looks may be missing. */
export function allProcesses(): readonly Process[] {
  return readdirSync('/proc').flatMap((entry) => (/^\d/.test(entry) ? (processOf(Number(entry)) ?? []) : []));
}

/** One process, or null when there is none (that we can see). */
export function processOf(pid: number): Process | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null; // ENOENT, or ESRCH when it ended between open and read
  }
}

/** `PID (NAME) STATE PARENT GROUP SESSION …`: a name may hold blanks and parentheses itself. */
function parseStat(text: string): Process | null {
  const [from, to] = [text.indexOf('('), text.lastIndexOf(')')];
  const words = text.slice(to + 2).split(' ');
  const [state = '', parent = '', group = '', session = ''] = words;
  const startedAt = words[19];
  if (from < 0 || to < from || startedAt === undefined) return null;
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state,
    startedAt: Number(startedAt),
    name: text.slice(from + 1, to),
  };
}

/** A process and those it descends from, up to our own children: a few small files, however many processes there are. */
export function lineageOf(pid: number): readonly Process[] {
  const lineage: Process[] = [];
  let at = processOf(pid);
  while (at !== null && at.pid !== process.pid) {
    lineage.push(at);
    at = processOf(at.parent);
  }
  return lineage;
}

/** Those of these processes that are `roots` or descend from them, parents before their children. */
export function familyOf(processes: readonly Process[], roots: Iterable<number>): readonly Process[] {
  const byParent = new Map<number, Process[]>();
  for (const one of processes) {
    const siblings = byParent.get(one.parent);
    if (siblings) siblings.push(one);
    else byParent.set(one.parent, [one]);
  }
  const known = new Map(processes.map((one) => [one.pid, one]));
  const family = new Set<Process>();
  for (const pid of roots) {
    const root = known.get(pid);
    if (root) family.add(root);
  }
  // A Set is walked to what is added meanwhile, and holds nobody twice: loops, as of a torn snapshot, end.
  for (const { pid } of family) for (const child of byParent.get(pid) ?? []) family.add(child);
  return [...family];
}

/** Bytes of an environment that are looked at. */
const MOST_ENVIRONMENT = 128 << 10;

/**
 * Whether a process was started with this `NAME=value`, as all that descend from a service were with its INVOCATION_ID=,
 * unless they took it away. False where we may not look.
 */
export function wasStartedWith(pid: number, entry: string): boolean {
  const wanted = Buffer.from(`\0${entry}\0`);
  const bytes = Buffer.alloc(MOST_ENVIRONMENT + 1);
  try {
    const fd = openSync(`/proc/${pid}/environ`, 'r');
    try {
      // The NUL before the first entry is our own.
      let length = 1;
      for (let more = -1; more !== 0 && length < bytes.length; length += more) {
        more = readSync(fd, bytes, length, bytes.length - length, null);
      }
      return bytes.subarray(0, length).includes(wanted);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/**
 * Signals the process that was seen, and no other that has got its number since: false when it is gone. EPERM is an error.
 * 0 only asks whether it is there.
 */
export function signalProcess(
  { pid, startedAt }: Pick<Process, 'pid' | 'startedAt'>,
  signal: number,
): boolean {
  const fd = native.pidfd_open(pid);
  if (fd === -constant('ESRCH') || fd === -constant('EINVAL')) return false;
  check(fd, 'pidfd_open', `pid ${pid}`);
  try {
    // Whoever has the number now has it until the descriptor is closed, as far as this signal goes.
    if (processOf(pid)?.startedAt !== startedAt) return false;
    const result = native.pidfd_send_signal(fd, signal);
    if (result === -constant('ESRCH')) return false;
    check(result, 'pidfd_send_signal', `pid ${pid}`);
    return true;
  } finally {
    native.close(fd);
  }
}
