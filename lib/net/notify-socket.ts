/** The socket to which services say how they are (sd_notify(3), NOTIFY_SOCKET). */

import { bind, close, type Fd, moveHigh, openSocket, setPassCredentials } from '../sys/socket.ts';
import { trySetOption } from '../sys/socket-options.ts';
import { type Credentials, receiveMessage } from '../sys/transfer.ts';
import { bindPath } from './unix-node.ts';

/** What one message holds. The descriptors are the receiver's to close. */
export interface Notification {
  readonly text: string;
  /** Who sent it, as the kernel vouches for it; pid 0 is a process that we cannot see from here. */
  readonly sender: Credentials;
  readonly fds: readonly Fd[];
}

/** A message that is not looked at: too long, its descriptors did not fit, no text, or nobody vouches for its sender. */
export type Dropped = 'too-long' | 'descriptors' | 'not-text' | 'nobody';

/** Bytes of a message (PIPE_BUF), and descriptors (the kernel's own limit, SCM_MAX_FD). */
const MOST_BYTES = 4096;
const MOST_FDS = 253;
/** A service that starts with many others must not lose its message. */
const QUEUE_BYTES = 8 << 20;

/** Opens it at a path or, with a leading `@`, an abstract name. Everybody may send: the receiver looks who it was. */
export function openNotifySocket(place: string, lowest: number): Fd {
  let fd = openSocket('unix', 'dgram', 0);
  try {
    fd = moveHigh(fd, lowest);
    // Before bind: a message without a sender would be nobody's.
    setPassCredentials(fd, true);
    if (trySetOption(fd, 'SO_RCVBUFFORCE', QUEUE_BYTES) < 0) trySetOption(fd, 'SO_RCVBUF', QUEUE_BYTES);
    if (place.startsWith('@')) bind(fd, { kind: 'unix', path: place });
    else bindPath(fd, { path: place, mode: 0o666, type: 'dgram' });
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

// One byte more than fits: what fills it is too long.
const buffer = new Uint8Array(MOST_BYTES + 1);
const utf8 = new TextDecoder();

/** The next message; `again`: none waits. Descriptors of a dropped one are closed. */
export function receiveNotification(fd: Fd): Notification | { readonly dropped: Dropped } | 'again' {
  const message = receiveMessage(fd, buffer, MOST_FDS);
  if (typeof message === 'string') return 'again';
  const { bytes, fds, credentials, truncated } = message;
  const text = buffer.subarray(0, bytes);
  const dropped = flawOf(text, truncated);
  if (dropped === null && credentials !== null) {
    return { text: utf8.decode(text.at(-1) === 0 ? text.subarray(0, -1) : text), sender: credentials, fds };
  }
  for (const one of fds) close(one);
  return { dropped: dropped ?? 'nobody' };
}

/** One NUL at the end is fine; one within would hide what follows from who reads it as a string. */
function flawOf(text: Uint8Array, truncated: boolean): Dropped | null {
  if (text.length > MOST_BYTES) return 'too-long';
  if (truncated) return 'descriptors';
  return text.subarray(0, -1).includes(0) ? 'not-text' : null;
}
