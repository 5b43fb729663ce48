/** A start for each connection, as `superd activate --accept` has it. */

import { acceptTrouble } from '../../service/accept-failed.ts';
import { AcceptBatch } from '../../sys/accept.ts';
import { Children } from '../../sys/children.ts';
import { systemClock } from '../../sys/clock.ts';
import { Poller } from '../../sys/epoll.ts';
import { errnoName, errnoText } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import { childOpenFiles, limitOf } from '../../sys/limits.ts';
import { compilePlan } from '../../sys/plan.ts';
import { close, type Fd, setBlocking } from '../../sys/socket.ts';
import { FIRST_PASSED } from '../passed.ts';
import { say } from '../say.ts';
import { findProgram, programPlan } from './program.ts';
import { callerOf, nameOf } from './sockets.ts';
import type { Activation } from './words.ts';

/** Serves until a listener fails; that is the exit status. */
export async function startEach(activation: Activation, sockets: readonly Fd[]): Promise<number> {
  const poller = new Poller();
  const children = new Children({ poller, clock: systemClock });
  const batch = new AcceptBatch(1);
  const status = await new Promise<number>((resolve) => {
    sockets.forEach((fd, i) => {
      setBlocking(fd, false);
      poller.watch(fd, 'in', () => {
        const shown = FIRST_PASSED + i;
        say(`Communication attempt on fd ${shown}.`);
        const count = batch.accept(fd, { blocking: true });
        if (count > 0) spawn(activation, batch.fds[0] ?? -1, children);
        else if (count < 0 && acceptTrouble(errnoName(-count)) !== 'none') {
          say(`Failed to accept connection on fd:${shown}: ${errnoText(errnoName(-count))}`);
          resolve(1);
        }
      });
    });
  });
  children.close();
  poller.close();
  return status;
}

function spawn(activation: Activation, connection: Fd, children: Children): void {
  const { command, names } = activation;
  const shown = `${command[0]} (${command.join(' ')})`;
  say(`Connection from ${callerOf(connection)} to ${nameOf(connection)}`);
  const failed = (code: string) => say(`Failed to execp ${shown}: ${errnoText(code)}`);
  if (names !== null && names.length > 1)
    say(`The number of fd names is different than number of fds: ${names.length} vs 1`);
  try {
    const plan = programPlan(activation, {
      program: findProgram(command[0], process.env.PATH),
      environment: process.env,
      sockets: 1,
      openFiles: childOpenFiles(limitOf('RLIMIT_NOFILE').hard),
      parent: process.pid,
    });
    children.start(
      compilePlan(plan),
      { fds: [connection], strings: [], closeAfter: true },
      {
        started({ pid, errno }) {
          if (errno !== null) failed(errno);
          else {
            say(`Spawned ${shown} as PID ${pid}.`);
            say(`Execing ${shown}`);
          }
        },
        exited: ({ pid, status, signal }) => say(`Child ${pid} died with code ${signal ?? status ?? 0}`),
      },
    );
  } catch (error) {
    close(connection);
    if (!(error instanceof SystemError)) throw error;
    failed(error.code);
  }
}
