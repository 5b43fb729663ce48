/** Where the C super servers of this machine are. */

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Folders below one that bench/peers filled. */
const PARTS = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];
/** In no user's PATH, but that is where super servers live. */
const SYSTEM = ['/usr/sbin', '/sbin'];

/** A program, and where it finds its libraries when it was unpacked and not installed. */
export interface Found {
  readonly program: string;
  readonly libraries: string | null;
}

/** Looks in BENCH_PEERS (folders with colons between them), then in PATH. Scripts do not count: superd's own `inetd` is one. */
export function find(name: string, environment: NodeJS.ProcessEnv): Found | null {
  const unpacked = split(environment.BENCH_PEERS);
  const candidates = [
    ...unpacked.flatMap((root) => PARTS.map((part) => ({ program: join(root, part, name), root }))),
    ...[...split(environment.PATH), ...SYSTEM].map((path) => ({ program: join(path, name), root: null })),
  ];
  const found = candidates.find(
    ({ program }) => isElf(program) && (name !== 'busybox' || hasServers(program)),
  );
  if (found === undefined) return null;
  const lacks = found.root !== null && lacksLibraries(found.program);
  return { program: found.program, libraries: lacks ? librariesOf(found.root) : null };
}

function split(list: string | undefined): readonly string[] {
  return (list ?? '').split(':').filter((word) => word !== '');
}

function isElf(path: string): boolean {
  const magic = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    readSync(file, magic, 0, 4, 0);
    closeSync(file);
  } catch {
    return false;
  }
  return magic.equals(Buffer.from('\x7fELF', 'latin1'));
}

/** Debian's busybox is built without inetd and tcpsvd; an applet that is not there ends with 127. */
function hasServers(busybox: string): boolean {
  return spawnSync(busybox, ['tcpsvd'], { stdio: 'ignore', timeout: 2000 }).status !== 127;
}

function lacksLibraries(program: string): boolean {
  return spawnSync('ldd', [program], { encoding: 'utf8' }).stdout.includes('not found');
}

/** Only where it is needed: the variable reaches the children too, and makes their start a little dearer. */
function librariesOf(root: string): string {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  const folder = join(root, `usr/lib/${machine}-linux-gnu`);
  return `${folder}:${join(folder, 'systemd')}:${join(root, `lib/${machine}-linux-gnu`)}`;
}
