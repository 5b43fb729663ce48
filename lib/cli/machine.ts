/** What the daemon of a process stands on. */

import { hostname } from 'node:os';
import { createNotifier, type Notifier } from '../daemon/notify.ts';
import { type Logs, openLogs } from '../log/logs.ts';
import { Children } from '../sys/children.ts';
import { systemClock } from '../sys/clock.ts';
import { Poller } from '../sys/epoll.ts';
import { limitOf } from '../sys/limits.ts';
import { unixSend, unixSender } from '../sys/transfer.ts';
import type { Orphans } from '../units/make-units.ts';
import type { Face } from './faces.ts';
import type { ServeOptions } from './serve-options.ts';

/** All of it is to be let go of at the end. */
export interface Machine {
  readonly log: Logs;
  readonly poller: Poller;
  readonly children: Children;
  readonly orphans: Orphans;
  readonly notifier: Notifier;
}

/** Descriptors of the daemon begin here, or at half of what is allowed: those of children stay low and few. */
const LOWEST = 1000;

/** The lowest descriptor that the daemon keeps for itself. */
export function lowestDescriptor(): number {
  return Math.min(LOWEST, Math.floor(limitOf('RLIMIT_NOFILE').soft / 2));
}

/** Makes it; throws when the file of the log cannot be opened. */
export function makeMachine(options: ServeOptions, face: Face): Machine {
  const log = makeLog(options, face);
  const poller = new Poller();
  const orphans: Orphans = { tell: () => undefined };
  const onOrphan = (exit: Parameters<Orphans['tell']>[0]) => orphans.tell(exit);
  return {
    log,
    poller,
    children: new Children({ poller, clock: systemClock, onOrphan }),
    orphans,
    notifier: createNotifier(process.env, {
      send: unixSend,
      clock: systemClock,
      pid: process.pid,
      monotonicUsec: () => process.hrtime.bigint() / 1000n,
    }),
  };
}

/** Ends it, after what the log has still to write. */
export async function letGo({ log, poller, children, notifier }: Machine): Promise<void> {
  notifier.close();
  children.close();
  await log.close();
  poller.close();
}

function makeLog(options: ServeOptions, face: Face): Logs {
  const { now: _, ...clock } = systemClock;
  const lowest = lowestDescriptor();
  return openLogs(
    {
      target: options.log,
      format: options.logFormat,
      ident: face,
      level: options.debug ? 'debug' : 'info',
      routine: options.logConnections,
      colour: (process.env.NO_COLOR ?? '') === '',
      wording: face === 'xinetd' ? 'xinetd' : 'inetd',
    },
    {
      // Node opens them when they are first looked at.
      get stdout() {
        return process.stdout;
      },
      get stderr() {
        return process.stderr;
      },
      unixSend: unixSender(lowest),
      clock,
      pid: process.pid,
      host: hostname(),
      journalStream: process.env.JOURNAL_STREAM,
      lowest,
    },
  );
}
