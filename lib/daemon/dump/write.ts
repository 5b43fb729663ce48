/** Puts a state dump behind those that its file holds already. */

import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** Where xinetd writes it. */
export const DUMP_FILE = '/var/run/xinetd.dump';

const FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  // A FIFO in the file's place must not hold the daemon, nor a terminal become its own.
  constants.O_NONBLOCK |
  constants.O_NOCTTY;

/**
 * Appends the text; null, or why it was not written. The name is known to everybody: nothing is written unless what was
 * opened is a regular file of ours with no other name.
 */
export async function appendDump(text: string, path: string = DUMP_FILE): Promise<string | null> {
  try {
    const file = await open(path, FLAGS, 0o644);
    try {
      if (!isOurs(await file.stat())) return `${path} is not a file of ours`;
      await file.writeFile(text);
      return null;
    } finally {
      await file.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

function isOurs(stats: Stats): boolean {
  return stats.isFile() && stats.nlink === 1 && stats.uid === process.geteuid?.();
}
