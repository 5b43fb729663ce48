/** A PID file is out of date once its service is dead. */

import { unlinkSync } from 'node:fs';

/** Removes it; that it is gone already is as good. */
export function removePidFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Whoever starts the service next looks at what it says, not at whether it is there.
  }
}
