/** What users say about themselves to the ident service: ~/.fakeid and ~/.noident (FreeBSD's inetd(8)). */

import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../sys/errors.ts';

/** A user as far as these files go. */
export interface HomeOwner {
  readonly uid: number;
  readonly home: string;
}

/** A longer name is cut: the longest login name that useradd(8) makes. */
export const LONGEST_NAME = 32;

/** Whether the user wants to stay unnamed. When we cannot know, the answer is yes. */
export async function hasNoIdent({ home }: HomeOwner): Promise<boolean> {
  try {
    await lstat(join(home, '.noident'));
    return true;
  } catch (error) {
    return !isAbsent(error);
  }
}

/**
 * The first word of ~/.fakeid; null without such a file or word.
 *
 * It is opened with the daemon's rights, for a process cannot become another user for one call without becoming it for
 * all of its work. Users must gain nothing by that: a link is not followed, a FIFO does not block, and nothing is read
 * unless what was opened is a regular file that belongs to the user and has one name only (a hard link leads nowhere
 * else). What is theirs they could read anyway.
 */
export async function readFakeId({ uid, home }: HomeOwner): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  const file = await open(join(home, '.fakeid'), flags).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.uid !== uid || stats.nlink !== 1) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return firstWord(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** Printable ASCII only: the name goes out in a line of a protocol and into logs of others. */
function firstWord(text: string): string | null {
  return /^[ \t]*([!-~]+)(?:\s|$)/.exec(text)?.[1]?.slice(0, LONGEST_NAME) ?? null;
}

function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}
