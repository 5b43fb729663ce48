/** Resource limits (prlimit(2)). */

import { constant } from './constants.ts';
import { check } from './errno.ts';
import { native } from './native.ts';

/** No limit is Infinity. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

/** A resource by its name: `RLIMIT_NOFILE`. */
export type Resource = `RLIMIT_${string}`;

/** The limit of this process, or of another one. */
export function limitOf(resource: Resource, pid = 0): Limit {
  return prlimit(resource, new Float64Array(0), pid);
}

/** Sets a limit of this process, or of another one, and returns the old one. */
export function setLimit(resource: Resource, limit: Limit, pid = 0): Limit {
  return prlimit(resource, Float64Array.of(limit.soft, limit.hard), pid);
}

function prlimit(resource: Resource, limit: Float64Array, pid: number): Limit {
  const old = new Float64Array(2);
  check(native.prlimit(pid, constant(resource), limit, old), 'prlimit', resource);
  const [soft = 0, hard = 0] = old;
  return { soft, hard };
}

/**
 * Makes room for `wanted` descriptors of this process: the soft limit, and with privilege the hard one. Returns the soft
 * limit then in force, which may be less than wanted.
 */
export function raiseOpenFiles(wanted: number): number {
  const { soft, hard } = limitOf('RLIMIT_NOFILE');
  if (soft >= wanted) return soft;
  const steps = [
    { soft: wanted, hard: Math.max(wanted, hard) },
    { soft: Math.min(wanted, hard), hard },
  ];
  const done = steps.find((step) => trySetOpenFiles(step));
  return done ? done.soft : soft;
}

/** EPERM is an answer here: without privilege, or over fs.nr_open. */
function trySetOpenFiles(limit: Limit): boolean {
  const values = Float64Array.of(limit.soft, limit.hard);
  return native.prlimit(0, constant('RLIMIT_NOFILE'), values, new Float64Array(2)) === 0;
}

/**
 * The limit of open files that a child gets unless configured. Node raises the daemon's own soft limit before any of our code
 * runs, and many old servers loop over all descriptors up to it.
 */
export function childOpenFiles(hard: number): Limit {
  return { soft: Math.min(1024, hard), hard };
}
