/** Exit statuses by number, name or signal (systemd.exec(5), PROCESS EXIT CODES). */

import { signal } from './signal.ts';
import type { Read } from './value.ts';

/** An exit code, or the signal that ended the process. */
export type ExitStatus = { readonly code: number } | { readonly signal: number };

/** One word of SuccessExitStatus= and its kin. A bare number is an exit code, never a signal. */
export function exitStatus(word: string): Read<ExitStatus> {
  const code = /^\d{1,3}$/.test(word) ? Number(word) : CODES.get(word);
  if (code !== undefined && code <= 255) return { value: { code } };
  const ended = /^\d/.test(word) ? { problem: '' } : signal(word);
  if ('value' in ended) return { value: { signal: ended.value } };
  return { problem: `'${word}' is no exit status and no signal` };
}

/** The codes of every daemon (LSB), of sysexits.h, and of a start that failed before its program. */
const LISTS: readonly (readonly [first: number, names: string])[] = [
  [0, 'SUCCESS FAILURE INVALIDARGUMENT NOTIMPLEMENTED NOPERMISSION NOTINSTALLED NOTCONFIGURED NOTRUNNING'],
  [64, 'USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL'],
  [76, 'PROTOCOL NOPERM CONFIG'],
  [200, 'CHDIR NICE FDS EXEC MEMORY LIMITS OOM_ADJUST SIGNAL_MASK STDIN STDOUT CHROOT IOPRIO TIMERSLACK'],
  [213, 'SECUREBITS SETSCHEDULER CPUAFFINITY GROUP USER CAPABILITIES CGROUP SETSID CONFIRM STDERR'],
  [224, 'PAM NETWORK NAMESPACE NO_NEW_PRIVILEGES SECCOMP SELINUX_CONTEXT PERSONALITY APPARMOR_PROFILE'],
  [232, 'ADDRESS_FAMILIES RUNTIME_DIRECTORY'],
  [235, 'CHOWN SMACK_PROCESS_LABEL KEYRING STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY'],
  [241, 'CONFIGURATION_DIRECTORY NUMA_POLICY CREDENTIALS'],
  [245, 'BPF'],
  [255, 'EXCEPTION'],
];

const CODES: ReadonlyMap<string, number> = new Map(
  LISTS.flatMap(([first, names]) =>
    names.split(' ').map((name, at): readonly [string, number] => [name, first + at]),
  ),
);
