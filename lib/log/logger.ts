/** The daemon's log: which events are told, and in what form. */

import { createBatches } from './batches.ts';
import type { Entry, Format } from './entry.ts';
import type { Emit, Event, Level } from './events.ts';
import { isRoutine, SEVERITY } from './levels.ts';
import type { Recovered, Sink } from './sinks/sink.ts';
import { inetdWording, type Wording } from './wording.ts';

/** What the log tells. */
export interface LogOptions {
  /** The quietest level that is still told. */
  readonly level: Level;
  /** Whether the normal course of connections is told; inetd(8) does so only with `-l`. */
  readonly routine: boolean;
  readonly format: Format;
  /** How loud each event is; inetd's way unless given. */
  readonly levelOf?: Wording['levelOf'];
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
  /** Opens a file anew by its path, which may have been renamed; that it cannot be is told by the old one. */
  reopen(): void;
  /** Flushes, and resolves when it is written, or a second later at most. What is emitted after it is lost. */
  close(): Promise<void>;
}

/** Makes the log. Nothing that happens to its output throws or blocks. */
export function createLog(options: LogOptions): Log {
  const { wall, routine, format, levelOf = inetdWording.levelOf } = options;
  let threshold = SEVERITY[options.level];
  let closed = false;

  const emit = (event: Event): void => {
    if (closed || (!routine && isRoutine(event)) || isHidden(event)) return;
    const level = levelOf(event);
    if (SEVERITY[level] <= threshold) batches.add({ timeMs: wall(), level, event });
  };
  const sink = options.sink((lines) => emit({ event: 'dropped', lines }));
  const batches = createBatches<Entry>({ format, write: (lines) => sink.write(lines) });
  return {
    emit,
    flush: batches.flush,
    get dropped() {
      return sink.dropped;
    },
    setLevel(level) {
      threshold = SEVERITY[level];
    },
    reopen() {
      batches.flush();
      const problem = sink.reopen?.() ?? null;
      if (problem !== null) emit({ event: 'message', level: 'err', message: problem });
    },
    async close() {
      closed = true;
      batches.close();
      await sink.close();
    },
  };
}

/** One of a flood, which only the log of its own service tells. */
function isHidden(event: Event): boolean {
  return event.event === 'refused' && event.hidden === true;
}
