/** Lines to a file that is known by its path, and opened anew when logs are rotated. */

import { fstatSync, writeSync } from 'node:fs';
import { errnoText } from '../../sys/errno.ts';
import { close, type Fd } from '../../sys/socket.ts';
import { FileSink } from './file.ts';
import { openLogFile } from './open-file.ts';
import type { Recovered, Sink } from './sink.ts';

/** Where a file is, and above which descriptor it is kept. */
export interface LogPath {
  readonly path: string;
  readonly lowest: number;
}

/** Written at once; a full disk loses lines. The constructor throws an error with a code when it cannot be opened. */
export class PathSink implements Sink {
  readonly #to: LogPath;
  readonly #lines: FileSink;
  #fd: Fd | null;

  constructor(to: LogPath, recovered: Recovered) {
    this.#to = to;
    this.#fd = openLogFile(to.path, to.lowest);
    // Without a descriptor (closed), it is lost as on a full disk.
    this.#lines = new FileSink((bytes, offset) => writeSync(this.#fd ?? -1, bytes, offset), recovered);
  }

  get dropped(): number {
    return this.#lines.dropped;
  }

  /** Bytes; null when it is a device or a pipe, or its disk does not answer. */
  get size(): number | null {
    try {
      const stat = fstatSync(this.#fd ?? -1);
      return stat.isFile() ? stat.size : null;
    } catch {
      return null;
    }
  }

  write(lines: readonly string[]): void {
    this.#lines.write(lines);
  }

  reopen(): string | null {
    const { path, lowest } = this.#to;
    try {
      const fd = openLogFile(path, lowest);
      this.#letGo();
      this.#fd = fd;
      this.#lines.renew();
      return null;
    } catch (error) {
      return `cannot open ${path} again, the log goes on in the old file: ${reasonOf(error)}`;
    }
  }

  close(): Promise<void> {
    this.#letGo();
    return Promise.resolve();
  }

  #letGo(): void {
    if (this.#fd !== null) close(this.#fd);
    this.#fd = null;
  }
}

/** What an error with a code says: `No such file or directory`. */
export function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: string };
  return errnoText(code ?? 'EIO');
}
