/** Steps of a start in words: for `superd explain`, and for a start that failed at one of them. */

import type { Operation, SpawnPlan } from './plan.ts';

/** What the addon does before a plan's first operation, in order; the numbers are those of its reports. */
export const FIXED_STEPS = [
  { step: -4, op: 'clone', text: 'clone(CLONE_VM|CLONE_VFORK|CLONE_FILES)' },
  {
    step: -3,
    op: 'close-range',
    text: 'close_range(n, ~0, CLOSE_RANGE_UNSHARE): its own descriptors, and few of them',
  },
  { step: -2, op: 'signals', text: 'every signal to its default' },
  { step: -1, op: 'signal-mask', text: 'no signal blocked' },
] as const;

/** The name of a step of a report: `exec`, `setuid`, `limit-as`, `clone`. */
export function stepName(plan: SpawnPlan, step: number): string {
  const fixed = FIXED_STEPS.find((one) => one.step === step);
  if (fixed !== undefined) return fixed.op;
  const operation = plan.operations[step];
  if (operation?.op === 'limit') return `limit-${operation.resource}`;
  return operation?.op ?? `step ${step}`;
}

/** One operation in the words of its system call. */
export function describe(operation: Operation): string {
  switch (operation.op) {
    case 'setsid':
      return 'setsid()';
    case 'dup':
      return `dup2(socket, ${operation.descriptor})`;
    case 'inherit':
      return `fcntl(${operation.descriptor}, F_SETFD, 0)`;
    case 'umask':
      return `umask(${operation.mask.toString(8).padStart(3, '0')})`;
    case 'nice':
      return `setpriority(${operation.value})`;
    case 'chdir':
      return `chdir(${operation.path})${operation.optional ? ', if it is there' : ''}`;
    case 'limit':
      return `prlimit(${operation.resource.toUpperCase()}, ${bound(operation.soft)}, ${bound(operation.hard)})`;
    case 'ignore-signal':
      return `sigaction(${operation.signal}, SIG_IGN)`;
    case 'oom-score':
      return `write(/proc/self/oom_score_adj, ${operation.value})`;
    case 'scheduler': {
      const { policy, priority, resetOnFork } = operation;
      return `sched_setscheduler(${policy}, ${priority}${resetOnFork ? ', SCHED_RESET_ON_FORK' : ''})`;
    }
    case 'affinity':
      return `sched_setaffinity(${operation.cpus.join(', ')})`;
    case 'io-priority':
      return `ioprio_set(${operation.class}, ${operation.priority})`;
    case 'timer-slack':
      return `prctl(PR_SET_TIMERSLACK, ${operation.ns})`;
    case 'chroot':
      return `chroot(${operation.path})`;
    case 'no-new-privileges':
      return 'prctl(PR_SET_NO_NEW_PRIVS)';
    case 'setgroups':
      return `setgroups(${operation.gids.join(', ')})`;
    case 'setgid':
      return `setresgid(${operation.gid})`;
    case 'setuid':
      return `setresuid(${operation.uid})`;
    case 'exec':
      return `execve(${operation.program})`;
    case 'exec-shell':
      return `execve(/bin/sh, ${operation.script})`;
  }
}

function bound(limit: number): string {
  return limit === Number.POSITIVE_INFINITY ? 'unlimited' : String(limit);
}
