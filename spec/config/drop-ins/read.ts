/** Loads classic services with drop-ins from files in memory. */

import type { ConfigFiles, FileContent } from '../../../lib/config/files.ts';
import { load } from '../../../lib/config/load.ts';
import type { Loaded } from '../../../lib/config/loaded.ts';
import type { Service } from '../../../lib/model/service.ts';
import { memoryFiles, settingsOf, type Tree } from '../../fixtures/config.ts';
import { fixtureNames } from '../../fixtures/names.ts';

/** The strongest folder first. */
export const folders = ['/etc/superd', '/run/superd', '/usr/lib/superd'];

/** An entry of inetd.conf. */
export const entry = (port: string, protocol = 'tcp4', wait = 'nowait', type = 'stream') =>
  `${port} ${type} ${protocol} ${wait} root /bin/x x\n`;

/** What a configuration and its drop-ins give. */
export interface LoadedTree extends Loaded {
  /** Drop-ins that were said something about, and the codes. */
  readonly said: readonly string[];
}

/** Links to /dev/null, and files with something else than text. */
interface Oddities {
  readonly devNull?: readonly string[];
  readonly contents?: Readonly<Record<string, FileContent>>;
}

/** Loads the configuration files of a tree; `DIRECTORY/FILE` paths below the folders are its drop-ins. */
export async function loadTree(
  tree: Tree,
  { devNull = [], contents = {} }: Oddities = {},
): Promise<LoadedTree> {
  const files = memoryFiles({ ...directoriesOf(tree), ...tree });
  const linked: ConfigFiles = {
    ...files,
    read: async (path, only) =>
      contents[path] ?? (devNull.includes(path) ? { kind: 'other' } : files.read(path, only)),
    realPath: async (path) => (devNull.includes(path) ? '/dev/null' : path),
  };
  const xinetd = { strict: false, environment: {}, callerUid: 0, asCaller: false };
  const settings = { inetd: settingsOf(), xinetd, dropInFolders: folders };
  const paths = ['/etc/inetd.conf', '/etc/xinetd.conf'].filter((path) => path in tree);
  const loaded = await load(paths, settings, fixtureNames(), linked);
  const own = loaded.diagnostics.filter(({ source }) => folders.some((root) => source.file.startsWith(root)));
  return { ...loaded, said: own.map(({ severity, code }) => `${severity} ${code}`) };
}

/** One service of inetd.conf, with these lines in the section [Access] of a drop-in; null: it is rejected. */
export async function withAccess(
  lines: readonly string[],
  conf = entry('4711'),
): Promise<{ readonly service: Service | null; readonly said: readonly string[] }> {
  const { services, rejected, said } = await loadTree({
    '/etc/inetd.conf': conf,
    '/etc/superd/4711.d/a.conf': ['[Access]', ...lines, ''].join('\n'),
  });
  if (services.length + rejected.length !== 1) throw new Error('not one service');
  return { service: services[0] ?? null, said };
}

/** Every folder above a file. */
function directoriesOf(tree: Tree): Tree {
  const names = new Map<string, Set<string>>();
  for (const path of Object.keys(tree)) {
    const parts = path.split('/');
    for (let depth = parts.length - 1; depth > 0; depth -= 1) {
      const parent = parts.slice(0, depth).join('/');
      names.set(parent, (names.get(parent) ?? new Set()).add(parts[depth] ?? ''));
    }
  }
  return Object.fromEntries([...names].map(([path, set]) => [path, [...set]]));
}
