/** Opens what a command's descriptors come from, as the daemon's own user. */

import { closeSync, constants, fchmodSync, openSync, writeSync } from 'node:fs';
import { SystemError } from '../../sys/errors.ts';
import {
  close,
  connect,
  duplicateLow,
  type Fd,
  moveHigh,
  openSocket,
  setBlocking,
} from '../../sys/socket.ts';
import { EXIT, type StepFailure } from './exit-names.ts';
import type { CommandPlan } from './plan-command.ts';
import type { FileAccess, Source } from './streams.ts';

/** What the daemon has for them. */
export interface Supplies {
  /** The sockets, then the stored descriptors; they stay whose they are. */
  readonly given: readonly Fd[];
  /** How many of them are sockets. */
  readonly sockets: number;
  readonly umask: number;
  /** The end to write to of a new log stream. Throws a SystemError. */
  log(): Fd;
}

/** The descriptors in the order of the plan's slots: our copies, to be closed after the start. */
export function openSources(
  { blocking, sources }: CommandPlan,
  supplies: Supplies,
): readonly Fd[] | StepFailure {
  // A copy must not lie where another one goes to in the child.
  const lowest = sources.length + 1;
  const opened = new Map<Source, Fd>();
  for (const [slot, source] of sources.entries()) {
    if (opened.has(source)) continue;
    try {
      opened.set(source, open(source, supplies, lowest));
      if (source.from === 'given' && source.index < supplies.sockets) {
        setBlocking(supplies.given[source.index] ?? -1, blocking);
      }
    } catch (error) {
      for (const fd of opened.values()) close(fd);
      return failure(error, slot, source);
    }
  }
  return sources.map((source) => opened.get(source) ?? -1);
}

function open(source: Source, supplies: Supplies, lowest: number): Fd {
  switch (source.from) {
    case 'given':
      return duplicateLow(supplies.given[source.index] ?? -1, lowest);
    case 'log':
      return raised(supplies.log(), lowest);
    case 'data':
      return raised(openData(source.bytes), lowest);
    case 'file':
      return raised(openFile(source.path, source.access, supplies.umask), lowest);
  }
}

function raised(fd: Fd, lowest: number): Fd {
  try {
    return moveHigh(fd, lowest);
  } catch (error) {
    close(fd);
    throw error;
  }
}

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } =
  constants;
const FLAGS: Readonly<Record<FileAccess, number>> = {
  read: O_RDONLY,
  write: O_WRONLY,
  append: O_WRONLY | O_APPEND,
  truncate: O_WRONLY | O_TRUNC,
  'read-write': O_RDWR,
};

/** Without waiting for the other end of a FIFO: one that nobody reads is an error (ENXIO). */
function openFile(path: string, access: FileAccess, umask: number): Fd {
  const flags = FLAGS[access] | O_NOCTTY | O_NONBLOCK;
  try {
    return openOrConnect(path, flags);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || access === 'read') throw error;
  }
  const fd = openSync(path, flags | O_CREAT | O_EXCL, 0o666);
  // The daemon's own umask is not that of the unit.
  fchmodSync(fd, 0o666 & ~umask);
  return blockingFd(fd);
}

/** What is there: a file with these flags of open(2), or a Unix socket that is connected to. Throws an error with a code. */
export function openOrConnect(path: string, flags: number): Fd {
  try {
    return blockingFd(openSync(path, flags | O_NOCTTY | O_NONBLOCK));
  } catch (error) {
    if (codeOf(error) === 'ENXIO') return connectTo(path, error);
    throw error;
  }
}

/** A Unix socket at the path of a file is connected to. */
function connectTo(path: string, original: unknown): Fd {
  const fd = openSocket('unix', 'stream', 0);
  try {
    connect(fd, { kind: 'unix', path });
    return blockingFd(fd);
  } catch {
    close(fd);
    throw original;
  }
}

function blockingFd(fd: Fd): Fd {
  setBlocking(fd, true);
  return fd;
}

/** glibc's __O_TMPFILE, the same on every architecture that we run on: a file without a name. */
const O_TMPFILE = 0o20000000 | O_DIRECTORY;

/** The bytes in a file that nobody else can open, to be read from its start. */
function openData(bytes: Uint8Array): Fd {
  const fd = openSync('/dev/shm', O_RDWR | O_TMPFILE, 0o400);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
    return openSync(`/proc/self/fd/${fd}`, O_RDONLY);
  } finally {
    closeSync(fd);
  }
}

const STREAM_EXITS = [EXIT.STDIN, EXIT.STDOUT, EXIT.STDERR];

function failure(error: unknown, slot: number, source: Source): StepFailure {
  const what = source.from === 'file' ? `${source.path}: ` : '';
  return { exit: STREAM_EXITS[slot] ?? EXIT.FDS, reason: `${what}${codeOf(error)}` };
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') throw error;
  return error instanceof SystemError ? `${error.syscall}: ${code}` : code;
}
