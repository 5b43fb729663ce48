/** Cases that need root: without it they are skipped, and their title says why. */

import { it } from '@jest/globals';

const root = process.getuid?.() === 0;

/** `it`, or a skipped case. */
export function asRoot(title: string, test: () => void | Promise<void>, timeoutMs?: number): void {
  if (root) it(`${title} (as root)`, test, timeoutMs);
  else it.skip(`${title} (needs root)`, test);
}
