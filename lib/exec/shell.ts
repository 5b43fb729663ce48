/** Commands that rules run beside the services: `/bin/sh -c COMMAND` on /dev/null, as the daemon's own user. */

import { openSync } from 'node:fs';
import type { Children } from '../sys/children.ts';
import { shell } from './changes.ts';
import { Launcher } from './launch.ts';
import type { ChildDefaults, Operation, SpawnPlan } from './plan.ts';

/** What a status stands for that the shell itself gives when it cannot run a command (sh(1)). */
const NOT_RUN = 127;

/** Runs a command and resolves with its exit status: 127 when it could not be run, 128 and more for a signal. */
export function runShell(command: string, children: Children, defaults: ChildDefaults): Promise<number> {
  return new Promise((resolve) => {
    let fd: number;
    try {
      fd = openSync('/dev/null', 'r+');
    } catch {
      resolve(NOT_RUN);
      return;
    }
    new Launcher(children, () => planShell(command, defaults)).start(
      { fds: [fd], closeAfter: true, strings: [] },
      {
        started() {},
        failed: () => resolve(NOT_RUN),
        exited: ({ status, signal }) => resolve(status ?? 128 + (signal ?? 0)),
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
