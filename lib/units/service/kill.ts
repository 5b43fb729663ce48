/** Which processes of a service get which signal (systemd.kill(5)). */

import { constants } from 'node:os';
import type { ExecSettings } from '../../model/exec-settings.ts';
import type { KillOperation } from './life.ts';

/** Who is alive: `others` are all processes of the service but these two. */
export interface Alive {
  readonly main: number | null;
  readonly control: number | null;
  readonly others: readonly number[];
}

export interface KillPlan {
  readonly signal: number;
  readonly pids: readonly number[];
  /** What follows the signal: SIGCONT, so that a stopped process can obey, and SIGHUP, where it is asked for. */
  readonly followedBy: readonly number[];
}

const { SIGCONT, SIGHUP, SIGKILL } = constants.signals;

/** Whom to signal. `restarting`: it is stopped to be started again. */
export function planKill(
  exec: ExecSettings,
  operation: KillOperation,
  { control, main, others }: Alive,
  restarting: boolean,
): KillPlan {
  const signal = signalOf(exec, operation, restarting);
  const named = [main, control].filter((pid) => pid !== null);
  const all = exec.killMode === 'control-group' || (exec.killMode === 'mixed' && operation === 'kill');
  return {
    signal,
    pids: exec.killMode === 'none' ? [] : all ? [...named, ...others] : named,
    followedBy:
      signal === SIGKILL || signal === SIGCONT
        ? []
        : [SIGCONT, ...(exec.sendSighup && operation === 'terminate' && signal !== SIGHUP ? [SIGHUP] : [])],
  };
}

function signalOf(exec: ExecSettings, operation: KillOperation, restarting: boolean): number {
  switch (operation) {
    case 'terminate':
      return (restarting ? exec.restartKillSignal : null) ?? exec.killSignal;
    case 'abort':
      return exec.watchdogSignal;
    case 'kill':
      return exec.finalKillSignal;
  }
}
