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
const F_SETFD = 2;

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
      return [call('chdir', { text: operation.path })];
    case 'limit': {
      const resource = constant(`RLIMIT_${operation.resource.toUpperCase()}`);
      return [call('prlimit', 0, resource, { bytes: rlimit(operation.soft, operation.hard) }, 0)];
    }
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
        },
      ];
    case 'exec-shell':
      return [call('execve', { text: '/bin/sh' }, { argv: 1 }, 'env')];
  }
}

function call(name: string, ...args: readonly Argument[]): Call {
  return { name, arguments: args };
}

/** struct rlimit64: two 64-bit numbers; RLIM_INFINITY is all ones. */
function rlimit(soft: number, hard: number): Uint8Array {
  const number = (value: number) => (value === Number.POSITIVE_INFINITY ? 2n ** 64n - 1n : BigInt(value));
  return new Uint8Array(BigUint64Array.of(number(soft), number(hard)).buffer);
}
