/** The daemon of a process: made of the machine, driven by signals. */

import { hostname } from 'node:os';
import { Daemon } from '../daemon/daemon.ts';
import { createNotifier, type Notifier } from '../daemon/notify.ts';
import { PidFile } from '../daemon/pid-file.ts';
import { makeWorld } from '../daemon/world.ts';
import type { Log } from '../log/logger.ts';
import { openLog } from '../log/open.ts';
import { takeInherited } from '../net/inherited.ts';
import { findUser, findUserById } from '../sys/accounts.ts';
import { Children } from '../sys/children.ts';
import { systemClock } from '../sys/clock.ts';
import { Poller } from '../sys/epoll.ts';
import { limitOf } from '../sys/limits.ts';
import { unixSend, unixSender } from '../sys/transfer.ts';
import { childDefaults } from './child-defaults.ts';
import { readFiles } from './read.ts';
import type { ServeOptions } from './serve-options.ts';
import type { Signals } from './signals.ts';

/** What to run, and who is told how the start went. */
export interface Run {
  readonly options: ServeOptions;
  readonly face: 'superd' | 'inetd';
  readonly signals: Signals;
  /** Passes the exit status on, after telling it with a reason (or none) to whoever waits for the start. */
  readonly report: (status: number, text: string) => number;
}

/** What the daemon stands on, all of it to be let go of at the end. */
interface Machine {
  readonly log: Log;
  readonly poller: Poller;
  readonly children: Children;
  readonly notifier: Notifier;
}

/** Descriptors of the daemon begin here, or at half of what is allowed: those of children stay low and few. */
const LOWEST = 1000;

/** Serves until a signal ends it. */
export async function run({ options, face, signals, report }: Run): Promise<number> {
  // update-inetd(8) signals no process of another name.
  process.title = face;
  const pidFile = lockPidFile(options.pidFile);
  if (typeof pidFile === 'string') return report(1, pidFile);
  const machine = makeMachine(options, face);
  survive(machine.log);
  try {
    const daemon = await startDaemon(options, machine, pidFile);
    if (daemon instanceof Daemon) {
      report(0, '');
      await untilStopped(daemon, signals, machine.log);
      return 0;
    }
    pidFile?.remove();
    return report(1, daemon.problems.join(', '));
  } finally {
    await letGo(machine);
  }
}

/**
 * A mistake of ours in one callback must not end every other service: it is told, and the daemon goes on. Each callback
 * leaves its own service in a state that heals, and the poller has called the others already.
 */
function survive({ emit }: Log): void {
  process.on('uncaughtException', (error) => {
    emit({
      event: 'message',
      level: 'err',
      message: `internal error, please report it: ${error.stack ?? error}`,
    });
  });
}

/** The lock, nothing when no file is wanted, or why it cannot be had. */
function lockPidFile(path: string | null): PidFile | null | string {
  if (path === null) return null;
  try {
    const lock = PidFile.lock(path);
    return 'holder' in lock ? `already running, pid: ${lock.holder} (${path})` : lock;
  } catch (error) {
    return (error as Error).message;
  }
}

function makeMachine(options: ServeOptions, face: string): Machine {
  const poller = new Poller();
  return {
    log: makeLog(options, face),
    poller,
    children: new Children({ poller, clock: systemClock }),
    notifier: createNotifier(process.env, {
      send: unixSend,
      clock: systemClock,
      pid: process.pid,
      monotonicUsec: () => process.hrtime.bigint() / 1000n,
    }),
  };
}

async function letGo({ log, poller, children, notifier }: Machine): Promise<void> {
  notifier.close();
  children.close();
  await log.close();
  poller.close();
}

async function startDaemon(
  options: ServeOptions,
  { log, poller, children, notifier }: Machine,
  pidFile: PidFile | null,
) {
  const lowest = lowestDescriptor();
  const inherited = takeInherited(process.env, process.pid, lowest);
  const { hosts, onTrip, udpReplyLowPorts, logConnections } = options;
  const started = await Daemon.start({
    load: () => readFiles(options.paths, options.settings),
    world: (runners) =>
      makeWorld(
        {
          clock: systemClock,
          poller,
          children,
          emit: log.emit,
          defaults: childDefaults(options.keepEnvironment),
          users: { byName: findUser, byId: findUserById },
          inherited,
          lowest,
          onTrip,
          connections: logConnections,
          udpReplyLowPorts,
          hosts,
        },
        runners,
      ),
    pidFile,
    // Those who chose one inetd's reading get what it does: there a broken entry is gone.
    keepBroken: options.settings.dialect === 'auto',
    init: process.pid === 1,
    stopTimeoutMs: options.stopTimeoutMs,
    notify: {
      ready: (status) => notifier.ready(status),
      reloading: () => notifier.reloading(),
      stopping: () => notifier.stopping('stopping'),
    },
  });
  if (inherited.size > 0) {
    const message = `${inherited.size} of the sockets passed by LISTEN_FDS match no entry; they stay open for a reload`;
    log.emit({ event: 'message', level: 'warning', message });
  }
  return started;
}

function lowestDescriptor(): number {
  return Math.min(LOWEST, Math.floor(limitOf('RLIMIT_NOFILE').soft / 2));
}

function makeLog(options: ServeOptions, ident: string): Log {
  const { now: _, ...clock } = systemClock;
  return openLog(
    {
      target: options.log,
      format: options.logFormat,
      ident,
      level: options.debug ? 'debug' : 'info',
      routine: options.logConnections,
      colour: (process.env.NO_COLOR ?? '') === '',
    },
    {
      // Node opens them when they are first looked at.
      get stdout() {
        return process.stdout;
      },
      get stderr() {
        return process.stderr;
      },
      unixSend: unixSender(lowestDescriptor()),
      clock,
      pid: process.pid,
      host: hostname(),
      journalStream: process.env.JOURNAL_STREAM,
    },
  );
}

/** Answers signals until one of them has stopped the daemon. */
function untilStopped(daemon: Daemon, signals: Signals, { emit }: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    signals.take((signal) => {
      switch (signal) {
        case 'SIGHUP':
          daemon.reload().catch((error: unknown) => {
            emit({ event: 'reload-failed', reason: (error as Error).message });
          });
          return;
        case 'SIGALRM':
          return daemon.retry();
        case 'SIGUSR1':
          return daemon.dump();
        case 'SIGUSR2':
          return;
        case 'SIGINT':
        case 'SIGTERM':
        case 'SIGQUIT':
          daemon.stop(signal).then(resolve, reject);
      }
    });
  });
}
