/** Connecting to the first of several addresses that answers, without waiting. */

import { isIPv6 } from 'node:net';
import type { Clock } from '../../sys/clock.ts';
import { constant } from '../../sys/constants.ts';
import type { Poller } from '../../sys/epoll.ts';
import { errnoName } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import {
  close,
  connect,
  type Fd,
  keepHigh,
  openSocket,
  setKeepAlive,
  setNoDelay,
  socketError,
} from '../../sys/socket.ts';

/** Numeric addresses, tried in this order. */
export interface Target {
  readonly addresses: readonly string[];
  readonly port: number;
  /** What else a socket needs before it connects; may throw a SystemError. */
  readonly prepare?: (fd: Fd) => void;
}

/** What dialling needs of the daemon; descriptors that it keeps lie at or above `lowest`. */
export interface DialContext {
  readonly poller: Poller;
  readonly clock: Clock;
  readonly lowest: number;
}

/** A connected, non-blocking socket, which is the caller's from now on, or the code of the last failure. */
export type Dialled = { readonly fd: Fd } | { readonly code: string };

/** How long all addresses together may take to answer: each one gets its share. */
export const DIAL_LIMIT_MS = 30_000;

/** Calls back once, perhaps at once. What is returned gives up instead; nobody is called back then. */
export function dial(
  { addresses, port, prepare = () => {} }: Target,
  context: DialContext,
  dialled: (result: Dialled) => void,
): () => void {
  const limitMs = DIAL_LIMIT_MS / Math.max(1, addresses.length);
  let cancel = () => {};
  const next = (index: number, code: string) => {
    const host = addresses[index];
    if (host === undefined) {
      dialled({ code });
      return;
    }
    const stop = attempt({ host, port, limitMs, prepare }, context, (result) => {
      if ('fd' in result) dialled(result);
      else next(index + 1, result.code);
    });
    if (stop !== null) cancel = stop;
  };
  next(0, 'EADDRNOTAVAIL');
  return () => cancel();
}

interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly limitMs: number;
  readonly prepare: (fd: Fd) => void;
}

/** null: it was over at once, and `done` was called. */
function attempt(
  { host, port, limitMs, prepare }: Attempt,
  { poller, clock, lowest }: DialContext,
  done: (result: Dialled) => void,
): (() => void) | null {
  const family = isIPv6(host) ? 6 : 4;
  let fd: Fd | null = null;
  let connected: boolean;
  try {
    fd = keepHigh(openSocket(family, 'stream', 0), lowest);
    setNoDelay(fd, true);
    // Without it, somebody whose machine was switched off would be waited for until the daemon ends.
    setKeepAlive(fd, true);
    prepare(fd);
    connected = connect(fd, { kind: 'inet', family, host, port });
  } catch (error) {
    if (fd !== null) close(fd);
    done({ code: error instanceof SystemError ? error.code : 'EINVAL' });
    return null;
  }
  if (!connected) return untilAnswered(fd, { poller, clock, limitMs }, done);
  done({ fd });
  return null;
}

/** The answer to connect(2), or none in time. */
function untilAnswered(
  fd: Fd,
  { poller, clock, limitMs }: Pick<DialContext, 'poller' | 'clock'> & Pick<Attempt, 'limitMs'>,
  done: (result: Dialled) => void,
): () => void {
  const answered = (errno: number) => {
    stop();
    if (errno === 0) done({ fd });
    else {
      close(fd);
      done({ code: errnoName(errno) });
    }
  };
  const watch = poller.watch(fd, 'out', () => answered(socketError(fd)));
  const cancel = clock.after(limitMs, () => answered(constant('ETIMEDOUT')));
  const stop = () => {
    watch.stop();
    cancel();
  };
  return () => {
    stop();
    close(fd);
  };
}
