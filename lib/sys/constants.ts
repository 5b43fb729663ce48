/** The machine's numbers by name; an unknown name is an error of ours, found at once. */

import { native } from './native.ts';

/** A constant of the C headers: `AF_INET6`, `SIGTERM`, `ENOENT`, `RLIMIT_NOFILE`. */
export function constant(name: string): number {
  const value = native.constants[name];
  if (value === undefined) throw new RangeError(`no constant ${name}`);
  return value;
}

/** The number of a system call: `execve`, `setresuid` (the one with 32-bit ids). */
export function systemCall(name: string): number {
  const value = native.SYS[name];
  if (value === undefined) throw new RangeError(`no system call ${name}`);
  return value;
}
