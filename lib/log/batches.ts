/**
 * The one place that knows winston. What is told in one turn of the event loop goes through it as one batch: its streams
 * and formats cost about 10 µs a message, which is too much for two lines a connection, but nothing for two thousand
 * lines at once.
 */

import createLogger from 'winston/lib/winston/create-logger.js';
import Transport from 'winston-transport';
import { SEVERITY } from './levels.ts';

/** What becomes of the entries of a turn. */
export interface BatchOptions<T> {
  /** Makes the line of an entry. */
  readonly format: (entry: T) => string;
  /** Takes the lines, one an entry, in their order; it does not throw. */
  readonly write: (lines: readonly string[], entries: readonly T[]) => void;
}

/** Entries on their way. */
export interface Batches<T> {
  add(entry: T): void;
  /** Writes what was added in this turn of the event loop, at once. */
  flush(): void;
  /** Flushes; what is added later is lost. */
  close(): void;
}

/** Lines of one batch; a longer one is written before the turn ends. */
const MAX_BATCH = 256;

/** Makes a way for entries, which writes them when the turn ends. */
export function createBatches<T>(options: BatchOptions<T>): Batches<T> {
  const logger = winstonLogger(options);
  let pending: T[] = [];
  let closed = false;

  const flush = (): void => {
    if (pending.length === 0) return;
    const entries = pending;
    pending = [];
    logger.log({ level: 'info', message: '', entries });
  };
  return {
    add(entry) {
      if (closed) return;
      const length = pending.push(entry);
      if (length === 1) setImmediate(flush);
      else if (length === MAX_BATCH) flush();
    },
    flush,
    close() {
      flush();
      closed = true;
      logger.close();
    },
  };
}

/** What travels through winston: the entries of a batch, then their lines too. */
interface Batch<T> {
  readonly entries?: readonly T[];
  readonly lines?: readonly string[];
}

/** Levels were looked at before: winston lets everything through. */
function winstonLogger<T>({ format, write }: BatchOptions<T>) {
  const transport = new Transport({
    log({ entries = [], lines = [] }: Batch<T>, next: () => void) {
      write(lines, entries);
      next();
    },
  });
  const logger = createLogger({
    levels: { ...SEVERITY },
    level: 'debug',
    exitOnError: false,
    format: {
      transform(info) {
        const { entries = [] } = info as typeof info & Batch<T>;
        return Object.assign(info, { lines: entries.map((entry) => format(entry)) } satisfies Batch<T>);
      },
    },
    transports: [transport],
  });
  // An error that nobody listens to would end the daemon.
  logger.on('error', () => undefined);
  return logger;
}
