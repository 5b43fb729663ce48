/** Who has an address that could not be bound. Asked after a failure only: it reads much of /proc. */

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { formatTarget } from '../model/listen-target.ts';
import type { ListenTarget } from '../model/socket-unit.ts';
import { errnoText } from '../sys/errno.ts';
import { encodeAddress } from '../sys/sockaddr.ts';

/** A process, as far as we may see it. */
export interface Holder {
  readonly pid: number;
  /** The name of its program (comm). */
  readonly name: string;
}

/** `[::]:80: Address already in use by nginx (pid 812)`: what went wrong with a listen line, a line for people. */
export function describeFailure(target: ListenTarget, code: string): string {
  const what = `${formatTarget(target)}: ${errnoText(code)}`;
  return code === 'EADDRINUSE' ? `${what}${inUseBy(target)}` : what;
}

function inUseBy(target: ListenTarget): string {
  if (target.kind === 'unix' && !isSocket(target.path)) return ' by a file that is no socket';
  const holder = holderOf(target);
  return holder === null ? '' : ` by ${holder.name} (pid ${holder.pid})`;
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return true; // gone or not to be seen: nothing can be said about it
  }
}

/** The process that has the address of a target; null when there is none or we may not see it. */
export function holderOf(target: ListenTarget): Holder | null {
  const sockets = new Set(inodesOf(target).map((inode) => `socket:[${inode}]`));
  return sockets.size === 0 ? null : ownerOf(sockets);
}

/** The inode numbers of the sockets in the way. */
function inodesOf(target: ListenTarget): readonly string[] {
  switch (target.kind) {
    case 'inet':
      return inetInodes(target);
    case 'unix':
      return unixInodes(target.path);
    case 'abstract':
      return unixInodes(`@${target.name}`);
    case 'vsock':
    case 'fifo':
    case 'special':
    case 'netlink':
    case 'message-queue':
      return []; // the kernel does not show who has those
  }
}

/** Of /proc/net/tcp (proc_net_tcp(5)): `LOCAL:PORT REMOTE:PORT STATE …`, the inode as tenth word. */
const LISTENING = '0A';
const WORD = { local: 1, state: 3, inode: 9 } as const;

function inetInodes(target: Extract<ListenTarget, { kind: 'inet' }>): readonly string[] {
  const name = target.type === 'stream' ? 'tcp' : 'udp';
  const port = target.port.toString(16).toUpperCase().padStart(4, '0');
  const own = kernelText(target);
  return ['', '6'].flatMap((family) =>
    linesOf(`/proc/net/${name}${family}`).flatMap((line) => {
      const words = line.trim().split(/\s+/);
      const [address = '', itsPort] = (words[WORD.local] ?? '').split(':');
      if (itsPort !== port || (name === 'tcp' && words[WORD.state] !== LISTENING)) return [];
      return [own, address].some(isEverything) || own === address ? [words[WORD.inode] ?? ''] : [];
    }),
  );
}

/** An address as the kernel prints it: 32 bits at a time, each in the order of the machine. */
function kernelText(target: Extract<ListenTarget, { kind: 'inet' }>): string {
  const bytes = encodeAddress(target);
  const address = target.family === 4 ? bytes.slice(4, 8) : bytes.slice(8, 24);
  const words = new Uint32Array(address.buffer);
  return [...words].map((word) => word.toString(16).toUpperCase().padStart(8, '0')).join('');
}

const isEverything = (address: string) => /^0+$/.test(address);

/** Of /proc/net/unix: six words, the inode, and the path with all its blanks. */
function unixInodes(path: string): readonly string[] {
  return linesOf('/proc/net/unix').flatMap((line) => {
    const [, inode = '', itsPath] = /^(?:\S+\s+){6}(\d+) (.*)$/.exec(line) ?? [];
    return itsPath === path ? [inode] : [];
  });
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n').slice(1);
  } catch {
    return []; // a kernel without that protocol
  }
}

/** As many descriptors are looked at: about a second. */
const MOST_LINKS = 100_000;

function ownerOf(sockets: ReadonlySet<string>): Holder | null {
  let left = MOST_LINKS;
  for (const pid of entriesOf('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fds = entriesOf(`/proc/${pid}/fd`);
    left -= fds.length;
    if (left < 0) return null;
    if (fds.some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)))) {
      return { pid: Number(pid), name: commandOf(pid) };
    }
  }
  return null;
}

// Processes come and go, and those of others may not be looked into.
function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a process';
  }
}
