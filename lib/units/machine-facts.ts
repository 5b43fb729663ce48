/** What conditions ask, answered by this machine. */

import { accessSync, constants, lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { arch, availableParallelism, hostname, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { findGroup, findUser } from '../sys/accounts.ts';
import { capabilityNumber } from './capabilities.ts';
import type { Facts, PathFacts } from './condition-tests.ts';
import { virtualizationOf } from './virtualization.ts';

/** The names of systemd.unit(5) for those of Node. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  ia32: 'x86',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64-le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loongarch64',
};

/** Whatever can change is asked anew each time. */
export function machineFacts(environment: Facts['environment']): Facts {
  return {
    environment,
    stat: (path, link = false) => pathFacts(attempt(() => (link ? lstatSync(path) : statSync(path)))),
    entries: (path) => attempt(() => readdirSync(path).length),
    glob,
    isMountPoint,
    isReadOnly: (path) => !canWrite(path),
    get host() {
      return { name: hostname(), machineId: attempt(() => readFileSync('/etc/machine-id', 'latin1').trim()) };
    },
    uid: process.getuid?.() ?? 0,
    groups: [process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])],
    userId: (name) => findUser(name)?.uid ?? null,
    groupId: (name) => findGroup(name)?.gid ?? null,
    architecture: ARCHITECTURES[arch()] ?? arch(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    get virtualization() {
      return virtualizationOf((path) => attempt(() => readFileSync(path, 'latin1')), environment);
    },
    get capabilities() {
      const status = attempt(() => readFileSync('/proc/self/status', 'latin1')) ?? '';
      return BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
    },
    capability: capabilityNumber,
  };
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}

function pathFacts(stats: Stats | null): PathFacts | null {
  if (stats === null) return null;
  return { kind: kindOf(stats), bytes: stats.size, mode: stats.mode };
}

function kindOf(stats: Stats): PathFacts['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Another device than its folder's, or the root (mountpoint(1)). */
function isMountPoint(path: string): boolean {
  const [own, above] = [attempt(() => statSync(path)), attempt(() => statSync(dirname(path)))];
  return own !== null && above !== null && (own.dev !== above.dev || own.ino === above.ino);
}

function canWrite(path: string): boolean {
  return attempt(() => accessSync(path, constants.W_OK)) === undefined;
}

/** Paths that match, part by part: `*`, `?` and sets, which match no leading dot (glob(7)). */
function glob(pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '');
  return parts.reduce<readonly string[]>((paths, part) => paths.flatMap((path) => below(path, part)), ['/']);
}

function below(folder: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part))
    return attempt(() => lstatSync(join(folder, part))) === null ? [] : [join(folder, part)];
  const names = attempt(() => readdirSync(folder)) ?? [];
  const expression = attempt(() => new RegExp(`^${sourceOf(part)}$`));
  const fits = (name: string) =>
    expression?.test(name) === true && (part.startsWith('.') || !name.startsWith('.'));
  return names.filter(fits).map((name) => join(folder, name));
}

function sourceOf(part: string): string {
  return part.replaceAll(/\[!|[*?]|[.+^${}()|\\]/g, (char) => {
    if (char === '*') return '.*';
    if (char === '?') return '.';
    return char === '[!' ? '[^' : `\\${char}`;
  });
}
