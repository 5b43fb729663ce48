/** What the processes of units write to the log (systemd.exec(5), StandardOutput=journal): a pipe each, read line by line. */

import type { Emit, Level } from '../log/events.ts';
import type { Cancel, Clock } from '../sys/clock.ts';
import type { Poller, Watch } from '../sys/epoll.ts';
import { openPipe, readPipe } from '../sys/pipe.ts';
import { close, type Fd, keepHigh, setBlocking } from '../sys/socket.ts';
import { LineSplitter } from './output-lines.ts';

/** Whose lines they are, and how loud. */
export interface Speaker {
  readonly unit: string;
  /** SyslogIdentifier= */
  readonly identifier: string;
  /** SyslogLevel=, of lines that do not say it themselves (syslog(3)). */
  readonly level: number;
  /** SyslogLevelPrefix=: they may, by `<N>` in front (sd-daemon(3)). */
  readonly levelPrefix: boolean;
}

/** What streams stand on. */
export interface OutputTools {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Descriptors that stay open lie at or above this number. */
  readonly lowest: number;
}

/**
 * What a process may have logged in so long. More stays in its pipe, and when that is full the process waits: it neither
 * holds up the daemon nor fills its memory.
 */
const WINDOW_MS = 100;
const WINDOW_BYTES = 256 << 10;
const CHUNK_BYTES = 16 << 10;

/** The streams of all units. One ends when the last process closes its end. */
export class Outputs {
  readonly #tools: OutputTools;
  readonly #streams = new Set<OutputStream>();
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);

  constructor(tools: OutputTools) {
    this.#tools = tools;
  }

  /** How many are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Opens a stream. Throws a SystemError when no descriptor is to be had. */
  open(speaker: Speaker): OpenOutput {
    const { read, write } = openPipe();
    let fd = read;
    try {
      setBlocking(read, false);
      fd = keepHigh(read, this.#tools.lowest);
      const stream = new OutputStream(fd, speaker, this.#tools, this.#buffer, () =>
        this.#streams.delete(stream),
      );
      this.#streams.add(stream);
      return { fd: write, started: (pid) => stream.started(pid) };
    } catch (error) {
      close(fd);
      close(write);
      throw error;
    }
  }

  /** Logs what is there and ends all streams. */
  close(): void {
    for (const stream of this.#streams) stream.drain();
  }
}

/** A new stream. */
export interface OpenOutput {
  /** The end to write to; the caller closes it. */
  readonly fd: Fd;
  /** Its process is known now. */
  started(pid: number): void;
}

/** The reading end of one pipe. */
class OutputStream {
  readonly #fd: Fd;
  readonly #speaker: Speaker;
  readonly #tools: OutputTools;
  readonly #buffer: Buffer;
  readonly #ended: () => void;
  readonly #lines = new LineSplitter();
  readonly #watch: Watch;
  #pid: number | null = null;
  #windowEnd = Number.NEGATIVE_INFINITY;
  #taken = 0;
  #rest: Cancel | null = null;

  constructor(fd: Fd, speaker: Speaker, tools: OutputTools, buffer: Buffer, ended: () => void) {
    this.#fd = fd;
    this.#speaker = speaker;
    this.#tools = tools;
    this.#buffer = buffer;
    this.#ended = ended;
    this.#watch = tools.poller.watch(fd, 'in', () => this.#readable());
  }

  started(pid: number): void {
    this.#pid = pid;
  }

  /** What waits is at most what a pipe holds. */
  drain(): void {
    for (let taken = 0; taken < WINDOW_BYTES; ) {
      const bytes = this.#take();
      if (bytes === 0) break;
      taken += bytes;
    }
    this.#end();
  }

  #readable(): void {
    const now = this.#tools.clock.now();
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW_MS;
      this.#taken = 0;
    }
    const bytes = readPipe(this.#fd, this.#buffer);
    if (bytes === 'again') return;
    if (bytes === 0) {
      this.#end();
      return;
    }
    this.#tell(this.#lines.add(this.#buffer.subarray(0, bytes)));
    this.#taken += bytes;
    if (this.#taken >= WINDOW_BYTES) this.#pause(this.#windowEnd - now);
  }

  #take(): number {
    const bytes = readPipe(this.#fd, this.#buffer);
    if (bytes === 'again') return 0;
    this.#tell(this.#lines.add(this.#buffer.subarray(0, bytes)));
    return bytes;
  }

  #pause(forMs: number): void {
    this.#watch.set('none');
    this.#rest = this.#tools.clock.after(forMs, () => this.#watch.set('in'));
  }

  #end(): void {
    this.#tell(this.#lines.end());
    this.#rest?.();
    this.#watch.stop();
    close(this.#fd);
    this.#ended();
  }

  #tell(lines: readonly string[]): void {
    const { identifier, unit } = this.#speaker;
    for (const one of lines) {
      const { level, line } = this.#levelOf(one);
      this.#tools.emit({ event: 'output', unit, identifier, pid: this.#pid, level, line });
    }
  }

  #levelOf(line: string): { readonly level: Level; readonly line: string } {
    const { level, levelPrefix } = this.#speaker;
    const own = levelPrefix ? /^<([0-7])>/.exec(line)?.[1] : undefined;
    return own === undefined
      ? { level: LEVELS[level] ?? 'info', line }
      : { level: LEVELS[Number(own)] ?? 'info', line: line.slice('<N>'.length) };
  }
}

/** By the numbers of syslog(3); there is nothing louder than `crit` here. */
const LEVELS: readonly Level[] = ['crit', 'crit', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
