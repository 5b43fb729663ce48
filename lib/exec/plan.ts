/** What a child of a service does between clone and exec, as data: executed by launch.ts, shown by `superd explain`. */

import { getPriority } from 'node:os';
import type { ExecSettings } from '../model/exec-settings.ts';
import type { Account, ChildSetup, Program, ResourceName, Service } from '../model/service.ts';
import type { OwnWord } from '../sys/plan.ts';
import { type Environment, type Inheritable, ownEnvironment, startedSlots } from './environment.ts';

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
  /** `optional`: it may be missing. */
  | { readonly op: 'chdir'; readonly path: string; readonly optional?: boolean }
  /** Infinity is RLIM_INFINITY. `atMost`: what there is in any case; more is tried. */
  | {
      readonly op: 'limit';
      readonly resource: ResourceName;
      readonly soft: number;
      readonly hard: number;
      readonly atMost?: number;
    }
  | { readonly op: 'ignore-signal'; readonly signal: 'SIGPIPE' }
  /** What /proc/PID/oom_score_adj takes (proc(5)). It uses descriptor 3. */
  | { readonly op: 'oom-score'; readonly value: number }
  | ({ readonly op: 'scheduler' } & NonNullable<ExecSettings['cpuScheduling']>)
  | { readonly op: 'affinity'; readonly cpus: readonly number[] }
  | ({ readonly op: 'io-priority' } & NonNullable<ExecSettings['ioScheduling']>)
  | { readonly op: 'timer-slack'; readonly ns: number }
  /** A chdir follows it. */
  | { readonly op: 'chroot'; readonly path: string }
  | { readonly op: 'no-new-privileges' }
  | { readonly op: 'setgroups'; readonly gids: readonly number[] }
  | { readonly op: 'setgid'; readonly gid: number }
  | { readonly op: 'setuid'; readonly uid: number }
  /** `orShell`: a file that is no program (ENOEXEC), `orNext`: one that is not there, is left to the next operation. */
  | {
      readonly op: 'exec';
      readonly program: string;
      readonly orShell: boolean;
      readonly orNext?: boolean;
    }
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
  /** Variables whose values only the child has. */
  readonly ownVariables?: readonly OwnWord[];
  /** How many descriptors a start hands in. */
  readonly descriptors: number;
  readonly operations: readonly Operation[];
}

/** What all children of a daemon share. */
export interface ChildDefaults extends Inheritable {
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
    environment: ownEnvironment(setup, defaults),
    environmentSlots: startedSlots(setup),
    descriptors: 1,
    operations: [
      // While it still may: a lower value needs root.
      ...(setup.nice === 0
        ? []
        : [{ op: 'nice', value: niceValue(setup.nice), because: activation } as const]),
      { op: 'setsid', because: 'a child is its own session' },
      { op: 'dup', slot: 0, descriptor: 0, because: activation },
      { op: 'dup', slot: 0, descriptor: 1, because: activation },
      setup.stderr === 'socket'
        ? { op: 'dup', slot: 0, descriptor: 2, because: activation }
        : { op: 'inherit', descriptor: 2, because: 'busybox' },
      setup.umask === null
        ? { op: 'umask', mask: defaults.umask, because: 'inetd' }
        : { op: 'umask', mask: setup.umask, because: activation },
      { op: 'chdir', path: '/', because: 'inetd' },
      ...limits(setup, defaults, activation),
      ...(defaults.root ? identity(service.account) : []),
      ...program(service, action.program),
    ],
  };
}

/** nice(2) holds its result between -20 and 19. */
function niceValue(increment: number): number {
  return Math.max(-20, Math.min(19, getPriority() + increment));
}

/**
 * Before the ids change, so that root may raise a hard limit. The daemon has raised its own limit of open files, so a
 * child always gets one of its own; no limit is the one that the daemon was started with, for there is none above it.
 */
function limits({ resources }: ChildSetup, { openFiles }: ChildDefaults, because: string): Operation[] {
  const operations = resources.map(({ resource, soft, hard }): Operation => {
    const most = resource === 'nofile' ? openFiles.hard : Number.POSITIVE_INFINITY;
    const value = (limit: number) => (limit === Number.POSITIVE_INFINITY ? most : limit);
    return { op: 'limit', resource, soft: value(soft), hard: value(hard), because };
  });
  if (resources.some(({ resource }) => resource === 'nofile')) return operations;
  return [{ op: 'limit', resource: 'nofile', ...openFiles, because: 'as superd was started' }, ...operations];
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
