/** Writes a text to a connection before its program gets it. */

import type { Clock } from '../../sys/clock.ts';
import type { Poller } from '../../sys/epoll.ts';
import type { Fd } from '../../sys/socket.ts';
import { send } from '../../sys/transfer.ts';

/** How long a caller may take to read it, ms. */
const TIMEOUT_MS = 10_000;

/** What it takes; `timeoutMs` where it is another one than ten seconds. */
export interface Sending {
  readonly clock: Clock;
  readonly poller: Poller;
  readonly timeoutMs?: number;
}

/**
 * Resolves with true when all of it was taken, with false when the caller is gone or takes too long. The connection stays
 * open.
 */
export function sendAll(
  fd: Fd,
  bytes: Uint8Array,
  { clock, poller, timeoutMs = TIMEOUT_MS }: Sending,
): Promise<boolean> {
  let sent = 0;
  /** Whether all was taken; null: not yet. */
  const sendSome = (): boolean | null => {
    while (sent < bytes.length) {
      const count = send(fd, bytes.subarray(sent));
      if (count === 'again') return null;
      if (count === 'gone') return false;
      sent += count;
    }
    return true;
  };
  const at = sendSome();
  if (at !== null) return Promise.resolve(at);
  return new Promise((resolve) => {
    const end = (taken: boolean) => {
      watch.stop();
      cancel();
      resolve(taken);
    };
    const watch = poller.watch(fd, 'out', () => {
      const taken = sendSome();
      if (taken !== null) end(taken);
    });
    const cancel = clock.after(timeoutMs, () => end(false));
  });
}
