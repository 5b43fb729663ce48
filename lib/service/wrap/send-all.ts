/** Writes a text to a connection before its program gets it. */

import type { Clock } from '../../sys/clock.ts';
import type { Poller } from '../../sys/epoll.ts';
import type { Fd } from '../../sys/socket.ts';
import { send } from '../../sys/transfer.ts';

/** How long a caller may take to read it, ms. */
const TIMEOUT_MS = 10_000;

/** Resolves when all of it was taken, the caller is gone, or takes too long. The connection stays open. */
export function sendAll(
  fd: Fd,
  bytes: Uint8Array,
  { clock, poller }: { readonly clock: Clock; readonly poller: Poller },
): Promise<void> {
  let sent = 0;
  /** Whether nothing more is to be sent. */
  const sendSome = (): boolean => {
    while (sent < bytes.length) {
      const count = send(fd, bytes.subarray(sent));
      if (count === 'again') return false;
      if (count === 'gone') return true;
      sent += count;
    }
    return true;
  };
  if (sendSome()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      watch.stop();
      cancel();
      resolve();
    };
    const watch = poller.watch(fd, 'out', () => {
      if (sendSome()) end();
    });
    const cancel = clock.after(TIMEOUT_MS, end);
  });
}
