/** Opens a log by its path, as root does it in folders where others may write. */

import { constants, lstatSync, openSync } from 'node:fs';
import { hasCode, SystemError } from '../../sys/errors.ts';
import { type Fd, keepHigh } from '../../sys/socket.ts';

/** A FIFO without a reader or a stopped terminal must not make us wait, neither here nor when it is written to. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NOCTTY | constants.O_NONBLOCK;

/** For everybody to read, less our umask (xinetd.conf(5)). */
const MODE = 0o644;

/**
 * Opens for appending, and makes the file where there is none; not its folder. A link is followed when it is root's or
 * our own, and a file is never made through one: whoever may write to the folder cannot choose what we write to. The
 * descriptor is `lowest` or above where there is room. Throws an error with a code.
 */
export function openLogFile(path: string, lowest: number): Fd {
  return keepHigh(openPath(path), lowest);
}

function openPath(path: string): Fd {
  try {
    return openSync(path, FLAGS | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return openSync(path, FLAGS | constants.O_CREAT | constants.O_EXCL, MODE);
    if (!hasCode(error, 'ELOOP')) throw error;
    if (!isTrusted(lstatSync(path).uid)) throw new SystemError('ELOOP', 'open', path);
    return openSync(path, FLAGS);
  }
}

function isTrusted(owner: number): boolean {
  return owner === 0 || owner === process.geteuid?.();
}
