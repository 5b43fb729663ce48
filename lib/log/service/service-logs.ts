/** The logs of single services (xinetd.log(5)): readers of the daemon's events, beside its own log. */

import type { Origin, Service } from '../../model/service.ts';
import { type Batches, createBatches } from '../batches.ts';
import type { Event } from '../events.ts';
import { reasonOf } from '../sinks/path.ts';
import type { Sink } from '../sinks/sink.ts';
import { type Logged, linesOf } from './lines.ts';
import { type Outlet, Outlets, type OutletsIo } from './outlets.ts';

/** Why a service cannot have its log, and so must not be served. */
export interface LogProblem {
  /** The service's unique name. */
  readonly service: string;
  /** `/var/log/ftp: No such file or directory`. */
  readonly reason: string;
}

/** An entry that is broken now: the file and first word tell which service it was. */
type Broken = Pick<Origin, 'file' | 'word'>;

/** A text on its way to its place. */
interface Line {
  readonly outlet: Outlet;
  readonly timeMs: number;
  readonly text: string;
}

/** A service with a log. */
interface Known extends Logged {
  readonly outlet: Outlet;
  readonly origin: Broken;
  /** Servers whose end is still to be told, also when the service is gone by then. */
  running: number;
  gone: boolean;
}

/** What the logs need of the machine; `wall`: ms since 1970. */
export interface ServiceLogsIo extends OutletsIo {
  readonly wall: () => number;
}

/** Writes what services tell of their callers. Nothing that happens to a log throws or blocks. */
export class ServiceLogs {
  readonly #wall: () => number;
  readonly #outlets: Outlets;
  readonly #batches: Batches<Line>;
  readonly #known = new Map<string, Known>();

  constructor(io: ServiceLogsIo) {
    this.#wall = io.wall;
    this.#outlets = new Outlets(io);
    this.#batches = createBatches<Line>({
      format: ({ outlet, text, timeMs }) => outlet.format(timeMs, text),
      write,
    });
  }

  /** Lines lost so far. */
  get dropped(): number {
    return this.#outlets.dropped;
  }

  /**
   * Takes the services that will be served from now on. Those whose file cannot be opened are in the result; one that
   * was served before keeps the log that it had, as does one whose entry is among `broken`.
   */
  configure(services: readonly Service[], broken: readonly Broken[] = []): readonly LogProblem[] {
    const problems: LogProblem[] = [];
    const stays = new Set(broken.map(wordOf));
    for (const known of this.#known.values()) known.gone = !stays.has(wordOf(known.origin));
    for (const service of services) {
      const problem = this.#know(service);
      if (problem !== null) problems.push({ service: service.name, reason: problem });
    }
    this.#forget();
    return problems;
  }

  /** Adds what an event says to the log of its service, if that has one. */
  emit(event: Event): void {
    if (this.#known.size === 0 || !('service' in event)) return;
    const known = this.#known.get(event.service);
    if (known === undefined) return;
    const lines = linesOf(event, known);
    for (let i = 0; i < lines.length; i += 1) {
      this.#batches.add({ outlet: known.outlet, timeMs: this.#wall(), text: lines[i] ?? '' });
    }
    if (event.event === 'started' || event.event === 'handed-over') known.running += 1;
    else if (event.event === 'exited') this.#ended(known);
  }

  /** Opens the files anew: they may have been renamed. */
  reopen(): void {
    this.#batches.flush();
    this.#outlets.reopen();
  }

  /** Writes what was emitted in this turn of the event loop, at once. */
  flush(): void {
    this.#batches.flush();
  }

  /** Flushes, and resolves when it is written, or a second later at most. */
  async close(): Promise<void> {
    this.#batches.close();
    await this.#outlets.close();
  }

  /** Why the log of a service cannot be opened, or null. */
  #know(service: Service): string | null {
    const { log, mapped, name, origin } = service;
    const before = this.#known.get(name);
    if (log === null) {
      this.#known.delete(name);
      return null;
    }
    try {
      const outlet = this.#outlets.take(service, log);
      this.#known.set(name, { log, mapped, origin, outlet, running: before?.running ?? 0, gone: false });
      return null;
    } catch (error) {
      if (before !== undefined) before.gone = false;
      const path = log.target.kind === 'file' ? `${log.target.path}: ` : '';
      return path + reasonOf(error);
    }
  }

  #ended(known: Known): void {
    if (known.running > 0) known.running -= 1;
    if (known.gone && known.running === 0) this.#forget();
  }

  /** Lets go of services that are gone and of what only they used. */
  #forget(): void {
    this.#batches.flush();
    for (const [name, { gone, running }] of this.#known) if (gone && running === 0) this.#known.delete(name);
    this.#outlets.keep(new Set([...this.#known.values()].map(({ outlet }) => outlet)));
  }
}

function wordOf({ file, word }: Broken): string {
  return `${file}\0${word}`;
}

/** Lines of one outlet keep their order, and are one write. */
function write(lines: readonly string[], entries: readonly Line[]): void {
  const bySink = new Map<Sink, string[]>();
  for (let i = 0; i < lines.length; i += 1) {
    const { sink } = (entries[i] as Line).outlet;
    const own = bySink.get(sink);
    if (own === undefined) bySink.set(sink, [lines[i] ?? '']);
    else own.push(lines[i] ?? '');
  }
  for (const [sink, own] of bySink) sink.write(own);
}
