/** Commands that rules run beside the services: `/bin/sh -c COMMAND` on /dev/null, as the daemon's own user. */

import { openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Children } from '../sys/children.ts';
import type { Clock } from '../sys/clock.ts';
import { shell } from './changes.ts';
import { Launcher } from './launch.ts';
import type { ChildDefaults, Operation, SpawnPlan } from './plan.ts';

/** What a status stands for that the shell itself gives when it cannot run a command (sh(1)). */
const NOT_RUN = 127;

/** What a command is run with. */
export interface ShellTools {
  readonly children: Children;
  readonly defaults: ChildDefaults;
  readonly clock: Clock;
  /** After so long it is killed, with all that is in its process group, ms. */
  readonly timeoutMs: number;
}

/**
 * Runs a command and resolves with its exit status: 127 when it could not be run, 128 and more for a signal, null when it
 * took too long.
 */
export function runShell(
  command: string,
  { children, clock, defaults, timeoutMs }: ShellTools,
): Promise<number | null> {
  return new Promise((resolve) => {
    let fd: number;
    try {
      fd = openSync('/dev/null', 'r+');
    } catch {
      resolve(NOT_RUN);
      return;
    }
    let running: number | null = null;
    let late = false;
    const kill = (pid: number) => children.killGroup(pid, constants.signals.SIGKILL);
    const cancel = clock.after(timeoutMs, () => {
      late = true;
      if (running !== null) kill(running);
      resolve(null);
    });
    const end = (status: number) => {
      cancel();
      resolve(status);
    };
    new Launcher(children, () => planShell(command, defaults)).start(
      { fds: [fd], closeAfter: true, strings: [] },
      {
        started(pid) {
          running = pid;
          if (late) kill(pid);
        },
        failed: () => end(NOT_RUN),
        exited: ({ status, signal }) => end(status ?? 128 + (signal ?? 0)),
      },
    );
  });
}

function planShell(command: string, { environment, openFiles, umask }: ChildDefaults): SpawnPlan {
  const because = 'spawn or aclexec';
  const { program, argv } = shell(command);
  return {
    argv,
    environment,
    environmentSlots: 0,
    descriptors: 1,
    operations: [
      { op: 'setsid', because: 'a child is its own session' },
      ...[0, 1, 2].map((descriptor): Operation => ({ op: 'dup', slot: 0, descriptor, because })),
      { op: 'umask', mask: umask, because: 'inetd' },
      { op: 'chdir', path: '/', because: 'inetd' },
      { op: 'limit', resource: 'nofile', ...openFiles, because: 'as superd was started' },
      { op: 'exec', program, orShell: false, because },
    ],
  };
}
