/** Files that rules are read from: small, regular, and perhaps in a folder of somebody else. */

import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { hasCode } from '../../sys/errors.ts';

/** No file of rules or hosts is as long as this, in bytes. */
const LONGEST = 16 * 1024 * 1024;

/** The bytes of a file, each as one character; `unreadable` is also what is no regular file: a pipe would hold us up. */
export type Reading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' | 'unreadable' };

/** Reads a file. It never throws and never waits for anybody. */
export function readRegular(path: string): Reading {
  let fd: number;
  try {
    fd = openSync(pathOf(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    return { kind: hasCode(error, 'ENOENT') ? 'missing' : 'unreadable' };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > LONGEST) return { kind: 'unreadable' };
    return { kind: 'text', text: readFileSync(fd, 'latin1') };
  } catch {
    return { kind: 'unreadable' };
  } finally {
    closeSync(fd);
  }
}

/** What tells a file that changed from one that did not; it stays the same as long as there is none. */
export interface Stamp {
  readonly inode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The stamp of a file as it is now. */
export function stampOf(path: string): Stamp {
  try {
    const stat = statSync(pathOf(path), { throwIfNoEntry: false });
    if (stat === undefined) return NO_FILE;
    return { inode: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs };
  } catch {
    return NO_FILE;
  }
}

/** Whether nothing happened to a file between two looks at it. */
export function isSame(a: Stamp, b: Stamp): boolean {
  return a.inode === b.inode && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

const NO_FILE: Stamp = { inode: 0, size: 0, mtimeMs: 0, ctimeMs: 0 };

/** Paths come out of files that were read as latin1: their bytes are what counts. */
function pathOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
