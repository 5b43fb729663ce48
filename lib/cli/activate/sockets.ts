/** The sockets of `superd activate`: those that were passed to it, and those that it opens. */

import { listenAddress } from '../../config/systemd/values/address.ts';
import type { SocketFiles } from '../../model/socket-unit.ts';
import { type OpenTarget, openTarget, type TargetSettings } from '../../net/open-target.ts';
import { errnoText } from '../../sys/errno.ts';
import { SystemError } from '../../sys/errors.ts';
import {
  type Fd,
  keepHigh,
  localAddress,
  peerAddress,
  peerCredentials,
  socketFamily,
} from '../../sys/socket.ts';
import { FIRST_PASSED, passedCount } from '../passed.ts';
import { say } from '../say.ts';
import type { Activation } from './words.ts';

/** Descriptors lie above those that the command gets. */
const LOWEST = 100;

const FILES: SocketFiles = {
  user: null,
  group: null,
  mode: 0o644,
  directoryMode: 0o755,
  symlinks: [],
  removeOnStop: false,
};

const SETTINGS: TargetSettings = { options: { backlog: 2 ** 32 - 1 }, files: FILES, owner: null };

/** In the order in which the command gets them. null: one of them cannot be opened, and it was said why. */
export function openSockets(
  { listen, type }: Activation,
  environment: NodeJS.ProcessEnv,
): readonly Fd[] | null {
  const count = passedCount(environment, process.pid);
  if (count > 0) say(`Received ${count} descriptors via the environment.`);
  // Out of the way, before anything of ours takes their places.
  const sockets = Array.from({ length: count }, (_, i) => keepHigh(FIRST_PASSED + i, LOWEST));
  for (const address of listen) {
    const opened = open(address, type);
    if (opened === null) return null;
    sockets.push(opened.fd);
  }
  sockets.forEach((fd, i) => {
    say(`Listening on ${nameOf(fd)} as ${FIRST_PASSED + i}.`);
  });
  return sockets;
}

function open(address: string, type: Activation['type']): OpenTarget | null {
  const target = listenAddress(type)(address);
  if ('problem' in target) {
    say(`Failed to parse socket address "${address}": ${target.problem}`);
    say(`Failed to open '${address}': ${errnoText('EINVAL')}`);
    return null;
  }
  try {
    return openTarget(target.value, SETTINGS, LOWEST);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    say(`Failed to open '${address}': ${errnoText(error.code)}`);
    return null;
  }
}

/** Its own address: `[::]:80`, `[::ffff:127.0.0.1]:80`, `/run/x.sock`, `@x`; `n/a` for what is no socket. */
export function nameOf(fd: Fd): string {
  try {
    const address = localAddress(fd);
    if (address.kind === 'unix') return address.path === '' ? 'n/a' : address.path;
    if (socketFamily(fd) === 4) return `${address.address}:${address.port}`;
    return `[${address.family === 4 ? '::ffff:' : ''}${address.address}]:${address.port}`;
  } catch {
    return 'n/a';
  }
}

/** Who called: an IPv4 address as such, the process at the other end of a Unix socket. */
export function callerOf(fd: Fd): string {
  try {
    const peer = peerAddress(fd);
    if (peer.kind === 'inet')
      return peer.family === 4 ? `${peer.address}:${peer.port}` : `[${peer.address}]:${peer.port}`;
    const { pid, uid } = peerCredentials(fd);
    return `PID ${pid}/UID ${uid}`;
  } catch {
    return 'n/a'; // gone already
  }
}
