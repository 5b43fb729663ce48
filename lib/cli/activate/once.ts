/** One start: this process waits for a caller, and becomes the command. */

import { become } from '../../sys/become.ts';
import { Poller } from '../../sys/epoll.ts';
import { errnoText } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import { childOpenFiles, limitOf } from '../../sys/limits.ts';
import { type Fd, setBlocking } from '../../sys/socket.ts';
import { FIRST_PASSED } from '../passed.ts';
import { say } from '../say.ts';
import { findProgram, programPlan } from './program.ts';
import type { Activation } from './words.ts';

/** Returns the exit status when the command cannot be started; else it does not return. */
export async function startOnce(activation: Activation, sockets: readonly Fd[]): Promise<number> {
  if (!activation.now) await somebody(sockets);
  const { names, command } = activation;
  if (names !== null && names.length !== 1 && names.length !== sockets.length)
    say(`The number of fd names is different than number of fds: ${names.length} vs ${sockets.length}`);
  const shown = `${command[0]} (${command.join(' ')})`;
  say(`Execing ${shown}`);
  try {
    const program = findProgram(command[0], process.env.PATH);
    const openFiles = childOpenFiles(limitOf('RLIMIT_NOFILE').hard);
    const plan = programPlan(activation, {
      program,
      environment: process.env,
      sockets: sockets.length,
      openFiles,
      parent: null,
    });
    for (const fd of sockets) setBlocking(fd, true);
    become(plan, sockets, `Failed to execp ${shown}`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    say(`Failed to execp ${shown}: ${errnoText(error.code)}`);
    return 1;
  }
}

/** Waits until one of them has something; nothing is accepted or read. */
async function somebody(sockets: readonly Fd[]): Promise<void> {
  const poller = new Poller();
  const index = await new Promise<number>((resolve) => {
    sockets.forEach((fd, i) => {
      poller.watch(fd, 'in', () => resolve(i));
    });
  });
  say(`Communication attempt on fd ${FIRST_PASSED + index}.`);
  poller.close();
}
