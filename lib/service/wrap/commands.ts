/** Commands of rules (spawn, aclexec): none runs for ever, and only so many run at once. */

import type { Emit } from '../../log/events.ts';
import type { Clock } from '../../sys/clock.ts';
import { Turns } from './turns.ts';

/** What they stand on. `shell` gives the exit status; null: it took longer than that and was killed. */
export interface CommandTools {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly shell: (command: string, timeoutMs: number) => Promise<number | null>;
}

const AT_ONCE = 32;

/** How long a command waits for its turn, and then how long it may run, ms. */
const TIMEOUT_MS = 30_000;

/** The status of a command that was not waited for to its end, as timeout(1) gives it. */
const TIMED_OUT = 124;

/** Runs a command and tells its exit status: of one that takes too long, 124. */
export function commandRunner({ clock, emit, shell }: CommandTools): (command: string) => Promise<number> {
  const turns = new Turns({ atOnce: AT_ONCE, patienceMs: TIMEOUT_MS, clock });
  const say = (message: string) => emit({ event: 'message', level: 'warning', message });
  const run = async (command: string) => {
    const status = await shell(command, TIMEOUT_MS);
    if (status === null) say(`killed after ${TIMEOUT_MS / 1000} s: ${command}`);
    return status ?? TIMED_OUT;
  };
  return async (command) => {
    const status = await turns.take('', () => run(command));
    if (status === null) say(`not run, since ${AT_ONCE} other commands do: ${command}`);
    return status ?? TIMED_OUT;
  };
}
