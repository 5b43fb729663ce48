/** A listen line of a unit becomes an open descriptor (systemd.socket(5)). */

import { constants, fstatSync, lutimesSync, openSync } from 'node:fs';
import { formatTarget, isAccepting } from '../model/listen-target.ts';
import type { ListenTarget, SocketFiles, SocketOptions } from '../model/socket-unit.ts';
import { constant } from '../sys/constants.ts';
import { hasCode, naming, SystemError } from '../sys/errors.ts';
import { netlinkFamily } from '../sys/netlink.ts';
import type { AnySocketAddress } from '../sys/sockaddr.ts';
import { bind, close, type Fd, listen, moveHigh, openSocket } from '../sys/socket.ts';
import { makeFifo, openQueue, setPipeSize } from '../sys/special-files.ts';
import type { Owner } from './target-files.ts';
import { type OptionWarning, openOptions, setBeforeBind, setOptions } from './target-options.ts';
import { bindPath, makeParents } from './unix-node.ts';

/** What a socket unit says about its listen lines. */
export interface TargetSettings {
  readonly options: SocketOptions;
  readonly files: SocketFiles;
  /** Whose the nodes are to be in the end; null: ours. */
  readonly owner: Owner | null;
}

export interface OpenTarget {
  readonly fd: Fd;
  readonly warnings: readonly OptionWarning[];
}

/**
 * Opens one listen line: created, bound, listening, with its options. The descriptor is non-blocking, close-on-exec and not
 * below `lowest`. A SystemError names the call and the address; nothing is left open then. Owners and links come later, when
 * every line of the unit is open (target-files.ts).
 */
export function openTarget(target: ListenTarget, settings: TargetSettings, lowest: number): OpenTarget {
  switch (target.kind) {
    case 'inet':
      return openInet(target, settings, lowest);
    case 'unix':
    case 'abstract':
    case 'vsock':
    case 'netlink':
      return openBound(target, settings, lowest);
    case 'fifo':
      return openFifo(target.path, settings, lowest);
    case 'special':
      return { fd: openSpecial(target.path, settings, lowest), warnings: [] };
    case 'message-queue':
      return { fd: openMessageQueue(target.name, settings, lowest), warnings: [] };
  }
}

type Inet = Extract<ListenTarget, { kind: 'inet' }>;
type Bound = Extract<ListenTarget, { kind: 'inet' | 'unix' | 'abstract' | 'vsock' | 'netlink' }>;

/** Every address means those of IPv4 where the kernel has no IPv6. */
function openInet(target: Inet, settings: TargetSettings, lowest: number): OpenTarget {
  try {
    return openBound(target, settings, lowest);
  } catch (error) {
    const everywhere = target.host === '::' && settings.options.v6Only !== true;
    if (!everywhere || !hasCode(error, 'EAFNOSUPPORT')) throw error;
    return openBound({ ...target, family: 4, host: '0.0.0.0' }, settings, lowest);
  }
}

function openBound(target: Bound, settings: TargetSettings, lowest: number): OpenTarget {
  const { options, files } = settings;
  const opened = socketFor(target, options);
  let fd = opened;
  try {
    fd = moveHigh(opened, lowest);
    const early = setBeforeBind(fd, target, options);
    bindTo(fd, target, files);
    // More than the kernel's own limit is asked for by default; it is an int there.
    if (isAccepting(target)) listen(fd, Math.min(options.backlog, 2 ** 31 - 1));
    // Wakes whoever watches the folder for it.
    if (target.kind === 'unix') touch(target.path);
    return { fd, warnings: [...early, ...setOptions(fd, openOptions(target, options))] };
  } catch (error) {
    close(fd);
    throw error;
  }
}

const PROTOCOLS = { udplite: 'IPPROTO_UDPLITE', sctp: 'IPPROTO_SCTP', mptcp: 'IPPROTO_MPTCP' } as const;

function socketFor(target: Bound, options: SocketOptions): Fd {
  switch (target.kind) {
    case 'inet':
      return openSocket(
        target.family,
        target.type,
        options.protocol ? constant(PROTOCOLS[options.protocol]) : 0,
      );
    case 'unix':
    case 'abstract':
      return openSocket('unix', target.type, 0);
    case 'vsock':
      return openSocket('vsock', target.type, 0);
    case 'netlink': {
      const family = netlinkFamily(target.family);
      if (family === null) throw new SystemError('EPROTONOSUPPORT', 'socket', formatTarget(target));
      return openSocket('netlink', 'raw', family);
    }
  }
}

/** Sockets with a file take their mode from it, and its folders are made. */
function bindTo(fd: Fd, target: Bound, files: SocketFiles): void {
  if (target.kind !== 'unix') {
    bind(fd, addressOf(target));
    return;
  }
  makeParents(target.path, files.directoryMode);
  bindPath(fd, { path: target.path, mode: files.mode, type: target.type });
}

function addressOf(target: Exclude<Bound, { kind: 'unix' }>): AnySocketAddress {
  switch (target.kind) {
    case 'inet':
    case 'vsock':
      return target;
    case 'abstract':
      return { kind: 'unix', path: `@${target.name}` };
    case 'netlink':
      return { kind: 'netlink', groups: target.group };
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    lutimesSync(path, now, now);
  } catch {
    // It is served all the same.
  }
}

/** mkfifo(3) honours the umask. One that is there already must be what we would have made. */
function openFifo(path: string, { files, options, owner }: TargetSettings, lowest: number): OpenTarget {
  makeParents(path, files.directoryMode);
  makeFifo(path, files.mode);
  // For reading and writing: there is no end of file when the last writer goes, and opening waits for nobody (fifo(7)).
  const fd = openNode(path, constants.O_RDWR, lowest);
  try {
    const status = fstatSync(fd);
    const mode = files.mode & ~process.umask();
    if (!status.isFIFO() || (status.mode & 0o7777) !== mode || !isOurs(status, owner)) {
      throw new SystemError('EEXIST', 'open', path);
    }
    const code = options.pipeSize === undefined ? null : setPipeSize(fd, options.pipeSize);
    return { fd, warnings: code === null ? [] : [{ setting: 'PipeSize', option: 'F_SETPIPE_SZ', code }] };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** Made by us, or given away by us the last time. */
function isOurs({ uid, gid }: Owner, owner: Owner | null): boolean {
  const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const given = { uid: owner?.uid ?? own.uid, gid: owner?.gid ?? own.gid };
  return [own, given].some((one) => one.uid === uid && one.gid === gid);
}

/** A file of procfs or sysfs, or a device: what can be waited for. */
function openSpecial(path: string, { options }: TargetSettings, lowest: number): Fd {
  const fd = openNode(path, options.writable ? constants.O_RDWR : constants.O_RDONLY, lowest);
  const status = fstatSync(fd);
  if (status.isFile() || status.isCharacterDevice()) return fd;
  close(fd);
  throw new SystemError('EEXIST', 'open', path);
}

function openNode(path: string, access: number, lowest: number): Fd {
  const { O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;
  const flags = access | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;
  return raise(
    naming('open', path, () => openSync(path, flags)),
    lowest,
  );
}

/** moveHigh of a descriptor that is ours alone. */
function raise(fd: Fd, lowest: number): Fd {
  try {
    return moveHigh(fd, lowest);
  } catch (error) {
    close(fd);
    throw error;
  }
}

function openMessageQueue(name: string, { files, options, owner }: TargetSettings, lowest: number): Fd {
  const { queueMessages, queueMessageSize } = options;
  const sizes =
    queueMessages !== undefined && queueMessageSize !== undefined
      ? { messages: queueMessages, bytes: queueMessageSize }
      : null;
  const fd = raise(openQueue(name, files.mode, sizes), lowest);
  const status = fstatSync(fd);
  if ((status.mode & 0o7777) === (files.mode & ~process.umask()) && isOurs(status, owner)) return fd;
  close(fd);
  throw new SystemError('EEXIST', 'mq_open', name);
}
