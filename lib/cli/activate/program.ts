/** The command of `superd activate` as a program: where it is found, what it gets, and what its process does before. */

import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { constant } from '../../sys/constants.ts';
import { SystemError } from '../../sys/errors.ts';
import type { Call, CallPlan } from '../../sys/plan.ts';
import { FIRST_PASSED } from '../passed.ts';
import type { Activation } from './words.ts';

/** What of our own environment the command gets. */
const KEPT = ['TERM', 'COLORTERM', 'NO_COLOR', 'PATH', 'USER', 'HOME'] as const;
const F_SETFD = 2;
const ENOEXEC = 8;

/** The file that execvp(3) would run. A SystemError, ENOENT or EACCES, when there is none. */
export function findProgram(name: string, path = '/usr/bin:/bin'): string {
  const places = name.includes('/')
    ? [name]
    : path.split(':').map((folder) => join(folder === '' ? '.' : folder, name));
  const there = places.filter((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
  const found = there.find((place) => mayRun(place));
  if (found !== undefined) return found;
  throw new SystemError(there.length > 0 ? 'EACCES' : 'ENOENT', 'execve', name);
}

function mayRun(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a start of the command depends on, beside the command line. */
export interface Surroundings {
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** How many sockets it gets. */
  readonly sockets: number;
  /** The limit of open files. */
  readonly openFiles: { readonly soft: number; readonly hard: number };
  /** The process that it does not outlive; null: it takes that process's place. */
  readonly parent: number | null;
}

/** The calls of its process: sockets in their places, standard streams kept, limits as usual, then the program. */
export function programPlan(activation: Activation, surroundings: Surroundings): CallPlan {
  const { program, sockets, openFiles, parent } = surroundings;
  const [name, ...args] = activation.command;
  const places = activation.inetd ? [0, 1] : Array.from({ length: sockets }, (_, i) => FIRST_PASSED + i);
  const slotOf = (index: number) => (activation.inetd ? 0 : index);
  return {
    // A script without `#!` is one of the shell (execvp(3)).
    argvs: [
      [name, ...args],
      ['/bin/sh', program, ...args],
    ],
    env: [
      ...variables(activation, surroundings),
      ...(activation.inetd ? [] : [{ pid: 'LISTEN_PID=' }, { pidfdId: 'LISTEN_PIDFDID=' }]),
    ],
    calls: [
      ...(parent === null ? [] : endsWith(parent)),
      ...[0, 1, 2].map((descriptor) => call('fcntl', descriptor, F_SETFD, 0)),
      ...places.map((place, index) => call('dup3', { slot: slotOf(index) }, place, 0)),
      call('prlimit', 0, constant('RLIMIT_NOFILE'), { bytes: rlimit(openFiles) }, 0),
      { ...call('execve', { text: program }, { argv: 0 }, 'env'), unless: ENOEXEC },
      call('execve', { text: '/bin/sh' }, { argv: 1 }, 'env'),
    ],
  };
}

/** Later words take the place of earlier ones of the same name; the pids are the child's own and come last. */
function variables(activation: Activation, surroundings: Surroundings): readonly string[] {
  const kept = KEPT.flatMap((name) => {
    const value = surroundings.environment[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const listen = activation.inetd ? [] : [`LISTEN_FDS=${surroundings.sockets}`];
  const names = activation.inetd ? null : namesOf(activation.names, surroundings.sockets);
  const all = [...kept, ...listen, ...(names === null ? [] : [`LISTEN_FDNAMES=${names.join(':')}`])];
  const byName = new Map(
    [...all, ...activation.variables].map((word) => [word.slice(0, word.indexOf('=')), word]),
  );
  return [...byName.values()];
}

/** One name is that of every socket. */
export function namesOf(names: readonly string[] | null, sockets: number): readonly string[] | null {
  const [first = ''] = names ?? [];
  return names?.length === 1 ? Array<string>(sockets).fill(first) : names;
}

/** It gets SIGTERM when its parent ends, which may have happened already. */
function endsWith(parent: number): readonly Call[] {
  return [
    call('prctl', constant('PR_SET_PDEATHSIG'), constant('SIGTERM'), 0, 0, 0),
    { ...call('getppid'), expect: parent },
  ];
}

function call(name: string, ...args: Call['arguments']): Call {
  return { name, arguments: args };
}

/** struct rlimit64; RLIM_INFINITY is all ones. */
function rlimit({ soft, hard }: Surroundings['openFiles']): Uint8Array {
  const number = (value: number) => (value === Number.POSITIVE_INFINITY ? 2n ** 64n - 1n : BigInt(value));
  return new Uint8Array(BigUint64Array.of(number(soft), number(hard)).buffer);
}
