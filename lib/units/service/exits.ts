/** Whether the end of a process is a clean one (systemd.service(5), SuccessExitStatus=). */

import { constants } from 'node:os';
import type { ExitSet, ServiceUnit } from '../../model/service-unit.ts';
import type { CommandRef, ProcessExit, Result } from './life.ts';

const { SIGHUP, SIGINT, SIGPIPE, SIGTERM } = constants.signals;
/** Signals by which a daemon may well be ended. */
const DAEMON_SIGNALS: ReadonlySet<number> = new Set([SIGHUP, SIGINT, SIGTERM, SIGPIPE]);

const FAILURES = { exited: 'exit-code', killed: 'signal', dumped: 'core-dump' } as const;

/** The result of a command's end; after its `-` every end is a good one. */
export function commandResult(
  { commands, successExit }: ServiceUnit,
  { index, kind }: CommandRef,
  exit: ProcessExit,
  options: { readonly daemon: boolean },
): Result {
  return commands[kind][index]?.ignoreFailure ? 'success' : resultOf(exit, successExit, options);
}

/** The result that an end means; `daemon`: of a long-running process, not of a command that is awaited. */
export function resultOf(
  exit: ProcessExit,
  success: ExitSet,
  { daemon }: { readonly daemon: boolean },
): Result {
  const clean =
    isIn(success, exit) ||
    (exit.code === 'exited'
      ? exit.status === 0
      : daemon && exit.code === 'killed' && DAEMON_SIGNALS.has(exit.status));
  return clean ? 'success' : FAILURES[exit.code];
}

/** Whether a set of exit codes and signals holds this end. */
export function isIn({ codes, signals }: ExitSet, { code, status }: ProcessExit): boolean {
  return (code === 'exited' ? codes : signals).includes(status);
}
