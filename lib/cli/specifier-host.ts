/** What specifiers stand for on this machine (systemd.unit(5), SPECIFIERS). */

import { readFileSync } from 'node:fs';
import { hostname, release, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SpecifierHost } from '../config/systemd/text/specifiers.ts';
import { systemNames } from './names.ts';

/** Looks at the machine and at who runs superd. */
export function specifierHost(environment: Readonly<Record<string, string | undefined>>): SpecifierHost {
  const { uid, gid, username, homedir, shell } = userInfo();
  const account = systemNames().userById(uid);
  const home = account?.home ?? homedir;
  const pretty = fields('/etc/machine-info').get('PRETTY_HOSTNAME') ?? '';
  return {
    folders: uid === 0 ? foldersOfRoot(tmpdir()) : foldersOf(home, environment),
    user: {
      name: username,
      uid,
      group: groupName(gid),
      gid,
      home,
      shell: account?.shell ?? shell ?? '/bin/sh',
    },
    hostName: hostname(),
    prettyHostName: pretty === '' ? hostname() : pretty,
    machineId: id('/etc/machine-id'),
    bootId: id('/proc/sys/kernel/random/boot_id'),
    kernelRelease: release(),
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    osRelease: new Map([...fields('/usr/lib/os-release'), ...fields('/etc/os-release')]),
  };
}

/** What ConditionArchitecture= calls otherwise than Node does. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86-64',
  ia32: 'x86',
  ppc64: 'ppc64-le',
  mipsel: 'mips-le',
  loong64: 'loongarch64',
};

function foldersOfRoot(temporary: string): SpecifierHost['folders'] {
  return {
    runtime: '/run',
    state: '/var/lib',
    cache: '/var/cache',
    logs: '/var/log',
    configuration: '/etc',
    shared: '/usr/share',
    temporary,
    lasting: temporary === '/tmp' ? '/var/tmp' : temporary,
  };
}

/** Of anybody else: the XDG base directories. */
function foldersOf(
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): SpecifierHost['folders'] {
  const { temporary, lasting } = foldersOfRoot(tmpdir());
  const configuration = environment.XDG_CONFIG_HOME ?? join(home, '.config');
  const state = environment.XDG_STATE_HOME ?? join(home, '.local/state');
  return {
    runtime: environment.XDG_RUNTIME_DIR ?? '/run',
    state,
    cache: environment.XDG_CACHE_HOME ?? join(home, '.cache'),
    logs: join(state, 'log'),
    configuration,
    shared: environment.XDG_DATA_HOME ?? join(home, '.local/share'),
    temporary,
    lasting,
  };
}

function groupName(gid: number): string {
  const line = text('/etc/group')
    .split('\n')
    .find((one) => one.split(':')[2] === String(gid));
  return line?.split(':')[0] ?? String(gid);
}

function id(path: string): string | null {
  const plain = text(path).trim().replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null;
}

/** NAME=VALUE lines with or without quotes. */
function fields(path: string): ReadonlyMap<string, string> {
  const found = text(path).matchAll(/^([A-Z][A-Z0-9_]*)=(["']?)(.*)\2\s*$/gm);
  return new Map([...found].map(([, name = '', , value = '']) => [name, value]));
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
