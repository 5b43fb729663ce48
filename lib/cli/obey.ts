/** The daemon does what signals ask for, until one of them has stopped it. */

import type { Daemon } from '../daemon/daemon.ts';
import type { Logs } from '../log/logs.ts';
import type { Face } from './faces.ts';
import { checkRegularly, checkState, dumpState } from './inspect.ts';
import type { ServeOptions } from './serve-options.ts';
import { type Signals, type Wish, wishOf } from './signals.ts';

/** Whom they ask. */
export interface Obedient {
  readonly daemon: Daemon;
  readonly log: Logs;
  readonly face: Face;
  readonly options: ServeOptions;
  /** After a reload: why the daemon may not go on, null when it may. */
  readonly problem: () => string | null;
}

/** Resolves with the exit status of the daemon that has stopped. */
export function obey(signals: Signals, obedient: Obedient): Promise<number> {
  const { daemon, log, face, options } = obedient;
  const cancel = checkRegularly(daemon, options.checkIntervalMs);
  let dumped = Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = (servers: 'end' | 'leave', status: number, reason: string) => {
      cancel();
      daemon.stop(reason, servers).then(() => resolve(status), reject);
    };
    const reload = async () => {
      log.reopen();
      await daemon.reload();
      const problem = obedient.problem();
      if (problem === null) return;
      log.emit({ event: 'message', level: 'crit', message: problem });
      stop('end', 1, problem);
    };
    const wishes: Readonly<Record<Wish, (signal: string) => void>> = {
      reload: () => {
        reload().catch((error: unknown) => {
          log.emit({ event: 'reload-failed', reason: (error as Error).message });
        });
      },
      retry: () => daemon.retry(),
      state: () => daemon.dump(),
      // One after the other, so that no dump stands within another one.
      dump: () => {
        dumped = dumped.then(() => dumpState(daemon, options));
      },
      check: () => checkState(daemon, { aloud: true }),
      stop: (signal) => stop('end', 0, signal),
      leave: (signal) => stop('leave', 0, signal),
    };
    signals.take((signal) => {
      const wish = wishOf(signal, face);
      if (wish !== undefined) wishes[wish](signal);
    });
  });
}
