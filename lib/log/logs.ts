/** All logs of a daemon: its own, and those of its services. One event goes to all of them. */

import type { Origin, Service } from '../model/service.ts';
import type { Event } from './events.ts';
import type { Log } from './logger.ts';
import { type LogIo, type LogSettings, openLog } from './open.ts';
import { type LogProblem, ServiceLogs } from './service/service-logs.ts';

/** The daemon's log, which also knows those of services. */
export interface Logs extends Log {
  /**
   * Takes the services that will be served from now on, at the start and at each reload; those whose entry is `broken`
   * keep the log that they had. Those in the result cannot have theirs: they must not be served, or go on as they were.
   */
  configure(
    services: readonly Service[],
    broken?: readonly Pick<Origin, 'file' | 'word'>[],
  ): readonly LogProblem[];
}

/** Opens the daemon's log as openLog does; those of services are opened when they are known. */
export function openLogs(settings: LogSettings, io: LogIo): Logs {
  const main = openLog(settings, io);
  const { after, wall } = io.clock;
  const { lowest = 0, pid, unixSend } = io;
  const { ident } = settings;
  const services = new ServiceLogs({ ident, pid, lowest, unixSend, after, wall, emit: main.emit });
  return {
    emit(event: Event) {
      main.emit(event);
      services.emit(event);
    },
    get dropped() {
      return main.dropped + services.dropped;
    },
    configure: (configured, broken) => services.configure(configured, broken),
    setLevel: main.setLevel,
    flush() {
      services.flush();
      main.flush();
    },
    reopen() {
      services.reopen();
      main.reopen();
    },
    async close() {
      // What the others have to say of their end, the main log still hears.
      await services.close();
      await main.close();
    },
  };
}
