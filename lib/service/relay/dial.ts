/** Connecting to the first of several addresses that answers, without waiting. */

import { isIPv6 } from 'node:net';
import type { Clock } from '../../sys/clock.ts';
import { constant } from '../../sys/constants.ts';
import type { Poller } from '../../sys/epoll.ts';
import { errnoName } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import type { SocketAddress } from '../../sys/sockaddr.ts';
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
export interface InetTarget extends Preparing {
  readonly addresses: readonly string[];
  readonly port: number;
}

/** A Unix socket; `@name` for an abstract one. */
export interface UnixTarget extends Preparing {
  readonly path: string;
}

interface Preparing {
  /** What else a socket needs before it connects; may throw a SystemError. */
  readonly prepare?: (fd: Fd) => void;
}

export type Target = InetTarget | UnixTarget;

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
export function dial(target: Target, context: DialContext, dialled: (result: Dialled) => void): () => void {
  const addresses = addressesOf(target);
  const limitMs = DIAL_LIMIT_MS / Math.max(1, addresses.length);
  const { prepare = () => {} } = target;
  let cancel = () => {};
  const next = (index: number, code: string) => {
    const address = addresses[index];
    if (address === undefined) {
      dialled({ code });
      return;
    }
    const stop = attempt({ address, limitMs, prepare }, context, (result) => {
      if ('fd' in result) dialled(result);
      else next(index + 1, result.code);
    });
    if (stop !== null) cancel = stop;
  };
  next(0, 'EADDRNOTAVAIL');
  return () => cancel();
}

function addressesOf(target: Target): readonly SocketAddress[] {
  if ('path' in target) return [{ kind: 'unix', path: target.path }];
  const { addresses, port } = target;
  return addresses.map((host) => ({ kind: 'inet', family: isIPv6(host) ? 6 : 4, host, port }));
}

interface Attempt {
  readonly address: SocketAddress;
  readonly limitMs: number;
  readonly prepare: (fd: Fd) => void;
}

/** null: it was over at once, and `done` was called. */
function attempt(
  { address, limitMs, prepare }: Attempt,
  { poller, clock, lowest }: DialContext,
  done: (result: Dialled) => void,
): (() => void) | null {
  let fd: Fd | null = null;
  let connected: boolean;
  try {
    fd = keepHigh(openSocket(address.kind === 'unix' ? 'unix' : address.family, 'stream', 0), lowest);
    if (address.kind === 'inet') {
      setNoDelay(fd, true);
      // Without it, somebody whose machine was switched off would be waited for until the daemon ends.
      setKeepAlive(fd, true);
    }
    prepare(fd);
    connected = connect(fd, address);
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
