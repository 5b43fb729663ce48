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
import { xinetdFileFormat } from './formats/xinetd.ts';
import { createLog, type Log, type LogOptions } from './logger.ts';
import { DatagramSink, type UnixSend } from './sinks/datagram.ts';
import { FileSink } from './sinks/file.ts';
import { PathSink } from './sinks/path.ts';
import type { After } from './sinks/sink.ts';
import { StreamSink } from './sinks/stream.ts';
import { UdpSink } from './sinks/udp.ts';
import { isJournalStream, type LogTarget } from './target.ts';
import { inetdWording, type Wording } from './wording.ts';
import { xinetdWording } from './xinetd-wording.ts';

/** What the administrator chose. */
export interface LogSettings {
  readonly target: LogTarget;
  /** The form of lines on standard output or error and in files; syslog has its own. */
  readonly format: 'human' | 'json';
  /** The program's name in syslog: `inetd`, `superd`. */
  readonly ident: string;
  readonly level: Level;
  /** Whether the normal course of connections is told (`-l`). */
  readonly routine: boolean;
  /** Whether human lines have colours; they do on a terminal only. */
  readonly colour: boolean;
  /** Whose messages are said; inetd's unless given. */
  readonly wording?: 'inetd' | 'xinetd';
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
  /** Files that the log opens are kept at this descriptor or above; 0 unless given. */
  readonly lowest?: number;
}

/** A stream of Node's with its descriptor, as `process.stdout` is. */
export type Output = Writable & { readonly fd: number };

/**
 * Opens the log. A place that is not there yet, such as /dev/log before its daemon, is tried again by itself; a file that
 * cannot be opened throws an error with a code.
 */
export function openLog(settings: LogSettings, io: LogIo): Log {
  const { target, level, routine } = settings;
  const { after, wall } = io.clock;
  const wording = settings.wording === 'xinetd' ? xinetdWording(io.pid) : inetdWording;
  const { levelOf } = wording;
  const log = (format: Format, sink: LogOptions['sink']): Log =>
    createLog({ level, routine, format, levelOf, sink, wall });
  const speaker = { ident: settings.ident, pid: io.pid, host: io.host };
  switch (target.kind) {
    case 'syslog': {
      const { facility = 'daemon', form, path } = target;
      const who = { ...speaker, facility };
      return log(
        form === 'rfc3164' ? bsdSyslogFormat(who, wording) : syslogFormat(who, wording),
        (recovered) => new DatagramSink({ path, send: io.unixSend }, after, recovered),
      );
    }
    case 'udp':
      return log(syslogFormat(speaker, wording), (recovered) => new UdpSink(target, after, recovered));
    case 'file': {
      const { form, path } = target;
      const format =
        form === 'xinetd'
          ? xinetdFileFormat(speaker, wording)
          : streamFormat({ ...settings, journal: false, terminal: false }, wording);
      return log(format, (recovered) => new PathSink({ path, lowest: io.lowest ?? 0 }, recovered));
    }
    case 'stdout':
    case 'stderr': {
      const output = io[target.kind];
      const { fd } = output;
      const stat = fstatSync(fd, { bigint: true });
      const journal = isJournalStream(io.journalStream, stat);
      unblock(output);
      return log(streamFormat({ ...settings, journal, terminal: isatty(fd) }, wording), (recovered) =>
        takesAtOnce(stat, fd)
          ? new FileSink((bytes, offset) => writeSync(fd, bytes, offset), recovered)
          : new StreamSink(output, after, recovered),
      );
    }
  }
}

function streamFormat(
  to: {
    readonly format: 'human' | 'json';
    readonly colour: boolean;
    readonly journal: boolean;
    readonly terminal: boolean;
  },
  wording: Wording,
): Format {
  if (to.format === 'json') return jsonFormat();
  return to.journal ? journalFormat(wording) : humanFormat(to.colour && to.terminal, wording);
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
