/** The daemon of a process: made of the machine, driven by signals. */

import type { Loaded } from '../config/loaded.ts';
import { Daemon } from '../daemon/daemon.ts';
import { PidFile } from '../daemon/pid-file.ts';
import { makeWorld } from '../daemon/world.ts';
import type { Log } from '../log/logger.ts';
import type { Logs } from '../log/logs.ts';
import { startedMessage } from '../log/xinetd-wording.ts';
import { takeInherited } from '../net/inherited.ts';
import { findUser, findUserById } from '../sys/accounts.ts';
import { systemClock } from '../sys/clock.ts';
import { childDefaults } from './child-defaults.ts';
import type { Face } from './faces.ts';
import { letGo, lowestDescriptor, type Machine, makeMachine } from './machine.ts';
import { obey } from './obey.ts';
import { readFiles } from './read.ts';
import type { ServeOptions } from './serve-options.ts';
import type { Signals } from './signals.ts';
import { VERSION } from './version.ts';

/** What to run, and who is told how the start went. */
export interface Run {
  readonly options: ServeOptions;
  readonly face: Face;
  readonly signals: Signals;
  /** Passes the exit status on, after telling it with a reason (or none) to whoever waits for the start. */
  readonly report: (status: number, text: string) => number;
  /** Whoever runs the daemon in his own process gets hold of it when it serves. */
  readonly serving?: (daemon: Daemon) => void;
}

/** Serves until a signal ends it. */
export async function run({ options, face, signals, report, serving }: Run): Promise<number> {
  // update-inetd(8) signals no process of another name.
  process.title = face;
  const pidFile = lockPidFile(options.pidFile);
  if (typeof pidFile === 'string') return report(1, pidFile);
  const machine = tryMachine(options, face);
  if (typeof machine === 'string') {
    pidFile?.remove();
    return report(1, machine);
  }
  const { log } = machine;
  survive(log);
  try {
    const { daemon, available } = await startDaemon(options, face, machine, pidFile);
    if (!(daemon instanceof Daemon)) {
      const problem = daemon.problems.join(', ');
      if (face === 'xinetd') tellEnd(log, `${problem}: couldn't get configuration. Exiting...`);
      pidFile?.remove();
      log.flush();
      return report(1, problem);
    }
    const problem = (): string | null =>
      options.stayAlive || available() > 0 ? null : 'No available services. Exiting';
    const nothing = problem();
    if (nothing !== null) {
      tellEnd(log, 'no services. Exiting...');
      await daemon.stop(nothing);
      // Who waits for the start may look into the log next.
      log.flush();
      return report(1, 'there is no service to serve (-stayalive serves without)');
    }
    report(0, '');
    serving?.(daemon);
    return await obey(signals, { daemon, log, face, options, problem });
  } finally {
    await letGo(machine);
  }
}

function tellEnd({ emit }: Log, message: string): void {
  emit({ event: 'message', level: 'crit', message });
}

/** The machine, or why its log cannot be had. */
function tryMachine(options: ServeOptions, face: Face): Machine | string {
  try {
    return makeMachine(options, face);
  } catch (error) {
    return (error as Error).message;
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

async function startDaemon(
  options: ServeOptions,
  face: Face,
  { log, poller, children, notifier, orphans }: Machine,
  pidFile: PidFile | null,
) {
  const lowest = lowestDescriptor();
  const inherited = takeInherited(process.env, process.pid, lowest);
  const { hosts, onTrip, udpReplyLowPorts, logConnections, processLimit, settings } = options;
  let available = 0;
  const load = async (): Promise<Loaded> => {
    const loaded = withLogs(await readFiles(options.paths, settings, face), log);
    // Entries of tcpmux have no port: alone they serve nobody.
    available = loaded.services.filter(({ mux }) => mux === undefined).length;
    available += loaded.units?.start.length ?? 0;
    return loaded;
  };
  tellStart(options, face, log);
  const daemon = await Daemon.start({
    load,
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
          processLimit,
          hosts,
        },
        runners,
      ),
    async units(world, store) {
      const { makeUnits } = await import('../units/make-units.ts');
      return makeUnits(world, store, { orphans, environment: process.env, pid: process.pid });
    },
    pidFile,
    // Those who chose the original's reading get what it does: there a broken entry is gone.
    keepBroken: settings.inetd.dialect === 'auto' && !settings.xinetd.strict,
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
  return { daemon, available: () => available };
}

function tellStart({ notes }: ServeOptions, face: Face, { emit }: Log): void {
  if (face === 'xinetd') emit(startedMessage(`superd ${VERSION}`));
  for (const message of notes) emit({ event: 'message', level: 'err', message });
}

/** Without its own log a service is not served: what is asked for with it is not known to be had elsewhere. */
function withLogs(loaded: Loaded, log: Logs): Loaded {
  if (loaded.unreadable.length > 0 || loaded.fatal.length > 0) return loaded;
  const problems = log.configure(
    loaded.services,
    loaded.rejected.map(({ origin }) => origin),
  );
  if (problems.length === 0) return loaded;
  const without = new Map(problems.map(({ service, reason }) => [service, reason]));
  for (const [service, reason] of without) {
    log.emit({ event: 'message', level: 'err', message: `creation of ${service} log failed: ${reason}` });
  }
  const rejected = loaded.services.filter(({ name }) => without.has(name));
  return {
    ...loaded,
    services: loaded.services.filter(({ name }) => !without.has(name)),
    rejected: [...loaded.rejected, ...rejected.map(({ origin }) => ({ origin }))],
  };
}
