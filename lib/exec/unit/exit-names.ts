/** Exit statuses and their names (systemd.exec(5), PROCESS EXIT CODES): also those of the steps before a program runs. */

import type { Operation, SpawnPlan } from '../plan.ts';

/** A start that cannot reach its program: the exit status of the step, and why, for people. */
export interface StepFailure {
  readonly exit: number;
  readonly reason: string;
}

// biome-ignore format: a table
/** The statuses of steps, without their EXIT_. */
export const EXIT = {
  CHDIR: 200, NICE: 201, FDS: 202, EXEC: 203, MEMORY: 204, LIMITS: 205, OOM_ADJUST: 206, SIGNAL_MASK: 207, STDIN: 208,
  STDOUT: 209, CHROOT: 210, IOPRIO: 211, TIMERSLACK: 212, SECUREBITS: 213, SETSCHEDULER: 214, CPUAFFINITY: 215,
  GROUP: 216, USER: 217, CAPABILITIES: 218, CGROUP: 219, SETSID: 220, CONFIRM: 221, STDERR: 222, PAM: 224,
  NETWORK: 225, NAMESPACE: 226, NO_NEW_PRIVILEGES: 227, SECCOMP: 228, SELINUX_CONTEXT: 229, PERSONALITY: 230,
  APPARMOR: 231, ADDRESS_FAMILIES: 232, RUNTIME_DIRECTORY: 233, CHOWN: 235, SMACK_PROCESS_LABEL: 236, KEYRING: 237,
  STATE_DIRECTORY: 238, CACHE_DIRECTORY: 239, LOGS_DIRECTORY: 240, CONFIGURATION_DIRECTORY: 241, NUMA_POLICY: 242,
  CREDENTIALS: 243, BPF: 245,
} as const;

// biome-ignore format: a table
/** Names of the C library, of init scripts and of sysexits(3). */
const OTHERS = {
  SUCCESS: 0, FAILURE: 1, INVALIDARGUMENT: 2, NOTIMPLEMENTED: 3, NOPERMISSION: 4, NOTINSTALLED: 5, NOTCONFIGURED: 6,
  NOTRUNNING: 7, USAGE: 64, DATAERR: 65, NOINPUT: 66, NOUSER: 67, NOHOST: 68, UNAVAILABLE: 69, SOFTWARE: 70, OSERR: 71,
  OSFILE: 72, CANTCREAT: 73, IOERR: 74, TEMPFAIL: 75, PROTOCOL: 76, NOPERM: 77, CONFIG: 78, EXCEPTION: 255,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({ ...OTHERS, ...EXIT }).map(([name, status]) => [status, name]),
);

/** `EXEC` of 203; null: it has no name. */
export function exitName(status: number): string | null {
  return NAMES.get(status) ?? null;
}

/** `203/EXEC` of an exit status, its number alone where it has no name. */
export function exitText(status: number): string {
  const name = exitName(status);
  return name === null ? String(status) : `${status}/${name}`;
}

/**
 * What a failure at a plan's operation is as an exit status; `at` below 0: one of the steps before them. Null: there never
 * was a process.
 */
export function exitOfStep(plan: SpawnPlan, at: number): number | null {
  if (at < 0) return FIXED[at] ?? null;
  const operation = plan.operations[at];
  if (operation === undefined) return EXIT.EXEC;
  return operation.op === 'dup' || operation.op === 'inherit'
    ? (STREAMS[operation.descriptor] ?? EXIT.FDS)
    : OPERATIONS[operation.op];
}

/** The numbers of FIXED_STEPS. */
const FIXED: Readonly<Record<number, number>> = {
  '-3': EXIT.FDS,
  '-2': EXIT.SIGNAL_MASK,
  '-1': EXIT.SIGNAL_MASK,
};
const STREAMS = [EXIT.STDIN, EXIT.STDOUT, EXIT.STDERR];

const OPERATIONS: Readonly<Record<Exclude<Operation['op'], 'dup' | 'inherit'>, number>> = {
  'ignore-signal': EXIT.SIGNAL_MASK,
  setsid: EXIT.SETSID,
  'oom-score': EXIT.OOM_ADJUST,
  scheduler: EXIT.SETSCHEDULER,
  nice: EXIT.NICE,
  affinity: EXIT.CPUAFFINITY,
  'io-priority': EXIT.IOPRIO,
  'timer-slack': EXIT.TIMERSLACK,
  umask: EXIT.EXEC,
  limit: EXIT.LIMITS,
  setgroups: EXIT.GROUP,
  setgid: EXIT.GROUP,
  chroot: EXIT.CHROOT,
  setuid: EXIT.USER,
  chdir: EXIT.CHDIR,
  'no-new-privileges': EXIT.NO_NEW_PRIVILEGES,
  exec: EXIT.EXEC,
  'exec-shell': EXIT.EXEC,
};
