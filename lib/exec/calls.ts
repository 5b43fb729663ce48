/** A plan's operations as system calls. */

import { constant } from '../sys/constants.ts';
import type { Argument, Call, CallPlan } from '../sys/plan.ts';
import type { Operation, SpawnPlan } from './plan.ts';

/** Words given at a start come in this order: the texts of argv's slots, then the further variables. */
export interface ChildCalls {
  readonly plan: CallPlan;
  /** For each call, the index of the operation that it belongs to. */
  readonly operationOf: readonly number[];
}

const PRIO_PROCESS = 0;
const ENOEXEC = 8;
const EPERM = constant('EPERM');
const ENOENT = constant('ENOENT');
const EBADF = constant('EBADF');
const EACCES = constant('EACCES');
const F_SETFD = 2;
/** sched(7) */
const POLICIES = { other: 0, fifo: 1, rr: 2, batch: 3, idle: 5 } as const;
const SCHED_RESET_ON_FORK = 0x40000000;
/** ioprio_set(2) */
const IO_CLASSES = { none: 0, realtime: 1, 'best-effort': 2, idle: 3 } as const;
const IOPRIO_WHO_PROCESS = 1;
const IOPRIO_CLASS_SHIFT = 13;
/** The kernel's struct sigaction begins with the handler; SIG_IGN is 1. */
const IGNORE = bytesOf(BigUint64Array.of(1n, 0n, 0n, 0n));
const SIGSET_BYTES = 8;
/** The first descriptor behind the standard streams: free where nothing was passed yet. */
const SCRATCH = 3;

/** The calls that carry out a plan, in its order. */
export function callsOf(plan: SpawnPlan): ChildCalls {
  const calls: Call[] = [];
  const operationOf: number[] = [];
  plan.operations.forEach((operation, i) => {
    for (const call of expand(operation)) {
      calls.push(call);
      operationOf.push(i);
    }
  });
  let strings = 0;
  const argv = plan.argv.map((word) => (typeof word === 'string' ? word : { string: strings++ }));
  const env = [
    ...Object.entries(plan.environment).map(([name, value]) => `${name}=${value}`),
    ...Array.from({ length: plan.environmentSlots }, () => ({ string: strings++ })),
    ...(plan.ownVariables ?? []),
  ];
  const script = plan.operations.find((operation) => operation.op === 'exec-shell')?.script;
  const argvs = script === undefined ? [argv] : [argv, ['/bin/sh', script, ...argv.slice(1)]];
  return { plan: { argvs, env, calls }, operationOf };
}

/** Ids are read back: a kernel that reports success and did something else must not start the program. */
function expand(operation: Operation): readonly Call[] {
  switch (operation.op) {
    case 'setsid':
      return [call('setsid')];
    case 'dup':
      return [call('dup3', { slot: operation.slot }, operation.descriptor, 0)];
    case 'inherit':
      // Node makes its standard descriptors close-on-exec at start.
      return [call('fcntl', operation.descriptor, F_SETFD, 0)];
    case 'umask':
      return [call('umask', operation.mask)];
    case 'nice':
      return [call('setpriority', PRIO_PROCESS, 0, operation.value)];
    case 'chdir':
      return [
        {
          ...call('chdir', { text: operation.path }),
          ...(operation.optional ? { unless: ENOENT } : {}),
        },
      ];
    case 'limit':
      return limit(operation);
    case 'ignore-signal':
      return [call('rt_sigaction', constant(operation.signal), { bytes: IGNORE }, 0, SIGSET_BYTES)];
    case 'oom-score':
      return oomScore(operation.value);
    case 'scheduler': {
      const { policy, priority, resetOnFork } = operation;
      const flags = resetOnFork ? SCHED_RESET_ON_FORK : 0;
      return [
        call('sched_setscheduler', 0, POLICIES[policy] | flags, { bytes: bytesOf(Int32Array.of(priority)) }),
      ];
    }
    case 'affinity': {
      const mask = affinityMask(operation.cpus);
      return [call('sched_setaffinity', 0, mask.length, { bytes: mask })];
    }
    case 'io-priority':
      return [
        call(
          'ioprio_set',
          IOPRIO_WHO_PROCESS,
          0,
          (IO_CLASSES[operation.class] << IOPRIO_CLASS_SHIFT) | operation.priority,
        ),
      ];
    case 'timer-slack':
      return [call('prctl', constant('PR_SET_TIMERSLACK'), operation.ns, 0, 0, 0)];
    case 'chroot':
      return [call('chroot', { text: operation.path })];
    case 'no-new-privileges':
      return [call('prctl', constant('PR_SET_NO_NEW_PRIVS'), 1, 0, 0, 0)];
    case 'setgroups':
      return [
        call('setgroups', operation.gids.length, {
          bytes: new Uint8Array(Uint32Array.from(operation.gids).buffer),
        }),
        { ...call('getgroups', 0, 0), expect: operation.gids.length },
      ];
    case 'setgid':
      return [
        call('setresgid', operation.gid, operation.gid, operation.gid),
        { ...call('getgid'), expect: operation.gid },
        { ...call('getegid'), expect: operation.gid },
      ];
    case 'setuid':
      return [
        call('setresuid', operation.uid, operation.uid, operation.uid),
        { ...call('getuid'), expect: operation.uid },
        { ...call('geteuid'), expect: operation.uid },
      ];
    case 'exec':
      return [
        {
          ...call('execve', { text: operation.program }, { argv: 0 }, 'env'),
          ...(operation.orShell ? { unless: ENOEXEC } : {}),
          ...(operation.orNext ? { unless: ENOENT } : {}),
        },
      ];
    case 'exec-shell':
      return [call('execve', { text: '/bin/sh' }, { argv: 1 }, 'env')];
  }
}

function call(name: string, ...args: readonly Argument[]): Call {
  return { name, arguments: args };
}

/** What is certain to be allowed comes first: when more is not, that stays. */
function limit({
  atMost,
  hard,
  resource,
  soft,
}: Extract<Operation, { readonly op: 'limit' }>): readonly Call[] {
  const number = constant(`RLIMIT_${resource.toUpperCase()}`);
  const set = (softer: number, harder: number) =>
    call('prlimit', 0, number, { bytes: rlimit(softer, harder) }, 0);
  if (atMost === undefined || atMost >= hard) return [set(soft, hard)];
  return [set(Math.min(soft, atMost), atMost), { ...set(soft, hard), unless: EPERM }];
}

/** The file takes the lowest free descriptor, which is made to be known. That root alone may lower it is no failure. */
function oomScore(value: number): readonly Call[] {
  const text = Buffer.from(String(value));
  const flags = constant('O_WRONLY') | constant('O_CLOEXEC');
  const path = { text: '/proc/self/oom_score_adj' };
  return [
    { ...call('close', SCRATCH), unless: EBADF },
    { ...call('openat', constant('AT_FDCWD'), path, flags, 0), expect: SCRATCH },
    { ...call('write', SCRATCH, { bytes: text }, text.length), unless: EACCES },
    call('close', SCRATCH),
  ];
}

/** A bit a processor; of whole machine words, least significant byte first as on every machine that we run on. */
function affinityMask(cpus: readonly number[]): Uint8Array {
  const mask = new BigUint64Array(Math.floor(Math.max(...cpus) / 64) + 1);
  for (const cpu of cpus) mask[cpu >> 6] = (mask[cpu >> 6] ?? 0n) | (1n << BigInt(cpu & 63));
  return bytesOf(mask);
}

function bytesOf(array: Int32Array | BigUint64Array): Uint8Array {
  return new Uint8Array(array.buffer);
}

/** struct rlimit64: two 64-bit numbers; RLIM_INFINITY is all ones. */
function rlimit(soft: number, hard: number): Uint8Array {
  const number = (value: number) => (value === Number.POSITIVE_INFINITY ? 2n ** 64n - 1n : BigInt(value));
  return new Uint8Array(BigUint64Array.of(number(soft), number(hard)).buffer);
}
