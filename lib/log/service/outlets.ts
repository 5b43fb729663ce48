/** Where the lines of services go: files, each with its limits, and one way to the syslog daemon. */

import type { Service } from '../../model/service.ts';
import type { ServiceLog, ServiceLogTarget } from '../../model/service-log.ts';
import type { Emit, Level } from '../events.ts';
import { DatagramSink, type UnixSend } from '../sinks/datagram.ts';
import { LimitedSink } from '../sinks/limited.ts';
import { PathSink } from '../sinks/path.ts';
import type { After, Sink } from '../sinks/sink.ts';
import { SYSLOG_DEVICE } from '../target.ts';
import { type LineFormat, serviceFileFormat, serviceSyslogFormat } from './formats.ts';

/** What outlets need of the machine. */
export interface OutletsIo {
  readonly unixSend: UnixSend;
  readonly after: After;
  /** Files are kept at this descriptor or above. */
  readonly lowest: number;
  /** The program's name in syslog: `xinetd`, `superd`. */
  readonly ident: string;
  readonly pid: number;
  /** The main log, where trouble with the others is told. */
  readonly emit: Emit;
}

/** A place for lines, and how they look there. */
export interface Outlet {
  readonly sink: Sink;
  readonly format: LineFormat;
}

/** What limits are told as: nothing is lost by the soft one. */
const PASSED: Readonly<Record<'soft' | 'hard', Level>> = { soft: 'notice', hard: 'err' };

/** Everything that is open, by what it is. */
export class Outlets {
  readonly #io: OutletsIo;
  readonly #open = new Map<string, Outlet>();
  /** Made with the first that needs it; facility and level are of the line. */
  #syslog: Sink | null = null;
  /** Lines that closed outlets lost. */
  #dropped = 0;

  constructor(io: OutletsIo) {
    this.#io = io;
  }

  get dropped(): number {
    let dropped = this.#dropped;
    for (const sink of this.#sinks) dropped += sink.dropped;
    return dropped;
  }

  /** The outlet of a service, opened if it is new. Throws an error with a code when its file cannot be opened. */
  take({ name }: Service, log: ServiceLog): Outlet {
    const key = keyOf(name, log);
    let outlet = this.#open.get(key);
    if (outlet === undefined) {
      outlet = this.#make(log);
      this.#open.set(key, outlet);
    }
    return outlet;
  }

  /** Closes what is not used any more. */
  keep(used: ReadonlySet<Outlet>): void {
    for (const [key, outlet] of this.#open) {
      if (used.has(outlet)) continue;
      this.#open.delete(key);
      if (outlet.sink === this.#syslog) continue;
      this.#dropped += outlet.sink.dropped;
      // Resolves at once, as files are written at once.
      void outlet.sink.close();
    }
  }

  /** Opens files anew by their paths. */
  reopen(): void {
    for (const sink of this.#sinks) {
      const problem = sink.reopen?.() ?? null;
      if (problem !== null) this.#io.emit({ event: 'message', level: 'err', message: problem });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sinks].map((sink) => sink.close()));
  }

  get #sinks(): ReadonlySet<Sink> {
    return new Set([...this.#open.values()].map(({ sink }) => sink));
  }

  #make(log: ServiceLog): Outlet {
    const { target } = log;
    if (target.kind === 'file') return { sink: this.#file(log, target), format: serviceFileFormat() };
    this.#syslog ??= this.#device();
    return { sink: this.#syslog, format: serviceSyslogFormat(this.#io, target) };
  }

  #file(log: ServiceLog, limits: Extract<ServiceLogTarget, { kind: 'file' }>): Sink {
    const { emit, lowest } = this.#io;
    const file = new PathSink({ path: limits.path, lowest }, this.#recovered);
    if (limits.soft === null && limits.hard === null) return file;
    return new LimitedSink(file, limits, (limit) => {
      const message = `Size of ${fileNameOf(log)} log exceeded ${limit} limit`;
      emit({ event: 'message', level: PASSED[limit], message });
    });
  }

  #device(): Sink {
    const { after, unixSend } = this.#io;
    return new DatagramSink({ path: SYSLOG_DEVICE, send: unixSend }, after, this.#recovered);
  }

  readonly #recovered = (lines: number): void => this.#io.emit({ event: 'dropped', lines });
}

/** What xinetd calls a file in messages: that of the defaults block is nobody's. */
function fileNameOf({ common, id }: ServiceLog): string {
  return common ? 'common' : id;
}

/** A file of a service's own is opened for it alone, so that its limits are its own; the common one is shared. */
function keyOf(service: string, { common, target }: ServiceLog): string {
  const { kind } = target;
  return JSON.stringify(kind === 'file' ? [common ? null : service, target] : target);
}
