/**
 * The daemon's log: the only place that knows winston, and the one where all of it is configured.
 *
 * Events of one turn of the event loop go through winston as one batch. Its streams and formats cost about 10 µs a
 * message, which is too much for two lines a connection, but nothing for two thousand lines at once.
 */

import createLogger from 'winston/lib/winston/create-logger.js';
import Transport from 'winston-transport';
import type { Entry, Format } from './entry.ts';
import type { Emit, Event, Level } from './events.ts';
import { isRoutine, levelOf, SEVERITY } from './levels.ts';
import type { Recovered, Sink } from './sinks/sink.ts';

/** What the log tells. */
export interface LogOptions {
  /** The quietest level that is still told. */
  readonly level: Level;
  /** Whether the normal course of connections is told; inetd(8) does so only with `-l`. */
  readonly routine: boolean;
  readonly format: Format;
  /** Makes the place for lines; it is given what to call when lines were lost and can be written again. */
  readonly sink: (recovered: Recovered) => Sink;
  /** Wall clock, ms since 1970. */
  readonly wall: () => number;
}

/** The log of the running daemon. */
export interface Log {
  readonly emit: Emit;
  /** Log lines lost so far because nobody took them. */
  readonly dropped: number;
  setLevel(level: Level): void;
  /** Writes what was emitted in this turn of the event loop, at once. */
  flush(): void;
  /** Flushes, and resolves when it is written, or a second later at most. What is emitted after it is lost. */
  close(): Promise<void>;
}

/** Lines of one batch; a longer one is written before the turn ends. */
const MAX_BATCH = 256;

/** Makes the log. Nothing that happens to its output throws or blocks. */
export function createLog(options: LogOptions): Log {
  const { wall, routine } = options;
  let threshold = SEVERITY[options.level];
  let pending: Entry[] = [];
  let closed = false;

  const emit = (event: Event): void => {
    const level = levelOf(event);
    if (closed || SEVERITY[level] > threshold || (!routine && isRoutine(event))) return;
    const length = pending.push({ timeMs: wall(), level, event });
    if (length === 1) setImmediate(flush);
    else if (length === MAX_BATCH) flush();
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    const entries = pending;
    pending = [];
    logger.log({ level: loudest(entries), message: '', entries });
  };

  const sink = options.sink((lines) => emit({ event: 'dropped', lines }));
  const logger = winstonLogger(options.format, sink);
  return {
    emit,
    flush,
    get dropped() {
      return sink.dropped;
    },
    setLevel(level) {
      threshold = SEVERITY[level];
    },
    async close() {
      flush();
      closed = true;
      await sink.close();
      logger.close();
    },
  };
}

/** What travels through winston: the entries of a batch, then their lines too. */
type Batch = {
  readonly entries?: readonly Entry[];
  readonly lines?: readonly string[];
};

/** Levels were looked at before: winston lets everything through. */
function winstonLogger(format: Format, sink: Sink) {
  const transport = new Transport({
    log(batch: Batch, next: () => void) {
      sink.write(batch.lines ?? []);
      next();
    },
  });
  const logger = createLogger({
    levels: { ...SEVERITY },
    level: 'debug',
    exitOnError: false,
    format: {
      transform(info) {
        const { entries = [] } = info as typeof info & Batch;
        return Object.assign(info, { lines: entries.map(format) } satisfies Batch);
      },
    },
    transports: [transport],
  });
  // An error that nobody listens to would end the daemon.
  logger.on('error', () => undefined);
  return logger;
}

/** The level of a batch is that of its most important entry. */
function loudest(entries: readonly Entry[]): Level {
  let level: Level = 'debug';
  for (const entry of entries) if (SEVERITY[entry.level] < SEVERITY[level]) level = entry.level;
  return level;
}
