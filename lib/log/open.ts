/** From the words of the command line to a log: which format, and where to. */

import { type BigIntStats, fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Format } from './entry.ts';
import type { Level } from './events.ts';
import { humanFormat } from './formats/human.ts';
import { journalFormat } from './formats/journal.ts';
import { jsonFormat } from './formats/json.ts';
import { bsdSyslogFormat, syslogFormat } from './formats/syslog.ts';
import { createLog, type Log, type LogOptions } from './logger.ts';
import { DatagramSink, type UnixSend } from './sinks/datagram.ts';
import { FileSink } from './sinks/file.ts';
import type { After } from './sinks/sink.ts';
import { StreamSink } from './sinks/stream.ts';
import { UdpSink } from './sinks/udp.ts';
import { isJournalStream, type LogTarget } from './target.ts';

/** What the administrator chose. */
export interface LogSettings {
  readonly target: LogTarget;
  /** The form of lines on standard output or error; syslog has its own. */
  readonly format: 'human' | 'json';
  /** The program's name in syslog: `inetd`, `superd`. */
  readonly ident: string;
  readonly level: Level;
  /** Whether the normal course of connections is told (`-l`). */
  readonly routine: boolean;
  /** Whether human lines have colours; they do on a terminal only. */
  readonly colour: boolean;
}

/** What the log needs of the machine. */
export interface LogIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly unixSend: UnixSend;
  readonly clock: { wall(): number; after: After };
  readonly pid: number;
  readonly host: string;
  /** The environment's JOURNAL_STREAM. */
  readonly journalStream: string | undefined;
}

/** A stream of Node's with its descriptor, as `process.stdout` is. */
export type Output = Writable & { readonly fd: number };

/** Opens the log. A place that is not there yet, such as /dev/log before its daemon, is tried again by itself. */
export function openLog(settings: LogSettings, io: LogIo): Log {
  const { target, level, routine } = settings;
  const { after, wall } = io.clock;
  const log = (format: Format, sink: LogOptions['sink']): Log =>
    createLog({ level, routine, format, sink, wall });
  const speaker = { ident: settings.ident, pid: io.pid, host: io.host };
  switch (target.kind) {
    case 'syslog':
      return log(
        target.form === 'rfc3164' ? bsdSyslogFormat(speaker) : syslogFormat(speaker),
        (recovered) => new DatagramSink({ path: target.path, send: io.unixSend }, after, recovered),
      );
    case 'udp':
      return log(syslogFormat(speaker), (recovered) => new UdpSink(target, after, recovered));
    case 'stdout':
    case 'stderr': {
      const output = io[target.kind];
      const { fd } = output;
      const stat = fstatSync(fd, { bigint: true });
      const journal = isJournalStream(io.journalStream, stat);
      unblock(output);
      return log(streamFormat({ ...settings, journal, terminal: isatty(fd) }), (recovered) =>
        takesAtOnce(stat, fd)
          ? new FileSink((bytes, offset) => writeSync(fd, bytes, offset), recovered)
          : new StreamSink(output, after, recovered),
      );
    }
  }
}

function streamFormat(to: {
  readonly format: 'human' | 'json';
  readonly colour: boolean;
  readonly journal: boolean;
  readonly terminal: boolean;
}): Format {
  if (to.format === 'json') return jsonFormat();
  return to.journal ? journalFormat() : humanFormat(to.colour && to.terminal);
}

/** Files, and devices other than terminals (/dev/null); Node's own stream for them throws when a disk is full. */
function takesAtOnce(stat: BigIntStats, fd: number): boolean {
  return stat.isFile() || (stat.isCharacterDevice() && !isatty(fd));
}

/**
 * Node makes terminals blocking: one that somebody stopped (^S, a stalled ssh) would stop the daemon too. libuv opened
 * it anew for itself, so that nobody else's is changed. Pipes and sockets are non-blocking already.
 */
function unblock(output: Output): void {
  const { _handle: handle } = output as { readonly _handle?: { setBlocking?(on: boolean): number } };
  handle?.setBlocking?.(false);
}
