/** How the commands of a socket unit are run (ExecStartPre= and its kin). */

import type { SocketUnit } from '../../model/socket-unit.ts';
import type { Command } from '../../model/unit.ts';
import type { NamedFd } from '../types.ts';
import type { Result } from './state.ts';

/** A command and what it is given. */
export interface CommandRun {
  readonly unit: SocketUnit;
  readonly command: Command;
  /** PassFileDescriptorsToExec=. */
  readonly descriptors: readonly NamedFd[];
}

/** A command that runs. */
export interface RunningCommand {
  /** Signals its processes: KillSignal= or SIGKILL. */
  kill(signal: 'term' | 'kill'): void;
}

/** Starts commands. */
export interface CommandStarter {
  /** `ended` is called once, never from inside this call: `success`, or how the command failed. */
  run(run: CommandRun, ended: (result: Result) => void): RunningCommand;
}
