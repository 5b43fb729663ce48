/** What a child of a service does between clone and exec, as data: executed by launch.ts, shown by `superd explain`. */

import type { Account, Program, Service } from '../model/service.ts';
import { type Environment, TCP_ENVIRONMENT_SLOTS } from './environment.ts';

/** One step of the child; `because` names what asked for it. */
export type Operation = { readonly because: string } & (
  | { readonly op: 'setsid' }
  /** The start's `slot`-th descriptor becomes `descriptor`. */
  | { readonly op: 'dup'; readonly slot: number; readonly descriptor: number }
  /** The daemon's own descriptor goes to the child. */
  | { readonly op: 'inherit'; readonly descriptor: number }
  | { readonly op: 'umask'; readonly mask: number }
  /** The nice value, as setpriority(2) takes it. */
  | { readonly op: 'nice'; readonly value: number }
  | { readonly op: 'chdir'; readonly path: string }
  /** The soft and hard limit of open files; Infinity is RLIM_INFINITY. */
  | { readonly op: 'limit-nofile'; readonly soft: number; readonly hard: number }
  | { readonly op: 'setgroups'; readonly gids: readonly number[] }
  | { readonly op: 'setgid'; readonly gid: number }
  | { readonly op: 'setuid'; readonly uid: number }
  /** `orShell`: a file that is no program (ENOEXEC) is left to the next operation. */
  | { readonly op: 'exec'; readonly program: string; readonly orShell: boolean }
  | { readonly op: 'exec-shell'; readonly script: string }
);

/** A text that only the start knows. */
export type Slot = { readonly slot: 'peer' };

/** Everything of a child that is known at load. A start fills in descriptors, `slot` texts and further variables. */
export interface SpawnPlan {
  readonly argv: readonly (string | Slot)[];
  readonly environment: Environment;
  /** How many NAME=value a start may add. */
  readonly environmentSlots: number;
  /** How many descriptors a start hands in. */
  readonly descriptors: number;
  readonly operations: readonly Operation[];
}

/** What all children of a daemon share. */
export interface ChildDefaults {
  readonly environment: Environment;
  /** The limit of open files that the daemon was started with, before it raised its own. */
  readonly openFiles: { readonly soft: number; readonly hard: number };
  readonly umask: number;
  /** Without root, ids cannot be changed and are the daemon's own. */
  readonly root: boolean;
}

/** inetd's 022, whatever the daemon was started with (inetd(8)). */
export const DEFAULT_UMASK = 0o022;

/** The plan of a service that runs a program. */
export function planChild(service: Service, action: Program, defaults: ChildDefaults): SpawnPlan {
  const { setup } = service;
  const activation = `the ${service.activation} entry`;
  return {
    argv: action.argv.map((argument, i) => (setup.peerArgument && i === 1 ? { slot: 'peer' } : argument)),
    environment: defaults.environment,
    environmentSlots: setup.tcpEnvironment === 'none' ? 0 : TCP_ENVIRONMENT_SLOTS,
    descriptors: 1,
    operations: [
      { op: 'setsid', because: 'a child is its own session' },
      { op: 'dup', slot: 0, descriptor: 0, because: activation },
      { op: 'dup', slot: 0, descriptor: 1, because: activation },
      setup.stderr === 'socket'
        ? { op: 'dup', slot: 0, descriptor: 2, because: activation }
        : { op: 'inherit', descriptor: 2, because: 'busybox' },
      { op: 'umask', mask: defaults.umask, because: 'inetd' },
      { op: 'chdir', path: '/', because: 'inetd' },
      { op: 'limit-nofile', ...defaults.openFiles, because: 'as superd was started' },
      ...(defaults.root ? identity(service.account) : []),
      ...program(service, action.program),
    ],
  };
}

/** busybox inetd goes on like execvp(3): a script without `#!` is run by the shell. */
function program({ origin, setup }: Service, program: string): readonly Operation[] {
  const orShell = setup.shellFallback;
  const exec: Operation = { op: 'exec', program, orShell, because: `${origin.file}:${origin.line}` };
  return orShell ? [exec, { op: 'exec-shell', script: program, because: 'a script without #!' }] : [exec];
}

/** Whom a child runs as. */
export type Identity = Pick<Account, 'user' | 'uid' | 'gid' | 'groups'>;

/** The ids last: from setuid on the service's user may stop or trace the child. */
export function identity(account: Identity): readonly Operation[] {
  const because = `user ${account.user}`;
  return [
    { op: 'setgroups', gids: account.groups, because },
    { op: 'setgid', gid: account.gid, because },
    { op: 'setuid', uid: account.uid, because },
  ];
}
