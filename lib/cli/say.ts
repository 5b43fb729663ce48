/** Lines on standard error, written at once: the stream itself stays as it is for the programs that share it. */

import { writeSync } from 'node:fs';

/** Writes one line; nobody who reads it is no reason to end. */
export function say(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // EPIPE, or EAGAIN of a full pipe: there is nobody to tell.
  }
}
