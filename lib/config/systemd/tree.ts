/** The folders of units as they were when they were read: everything that any unit may be made of. */

import { basename, dirname, join } from 'node:path';
import type { ConfigFiles } from '../files.ts';
import { type UnitSource, unitSource } from './text/logical-lines.ts';

/**
 * What stands under the name of a unit or of a drop-in. `masked`: an empty file or a link to /dev/null. `alias`: a link to
 * another unit of the search path. `broken`: it cannot be read.
 */
export type TreeFile =
  | { readonly kind: 'text'; readonly path: string; readonly realPath: string; readonly source: UnitSource }
  | { readonly kind: 'masked'; readonly path: string }
  | { readonly kind: 'alias'; readonly path: string; readonly target: string }
  | { readonly kind: 'broken'; readonly path: string; readonly code: string };

/** One folder of the search path. */
export interface TreeFolder {
  readonly path: string;
  readonly units: ReadonlyMap<string, TreeFile>;
  /** `x.service.d`: its files by name. */
  readonly dropIns: ReadonlyMap<string, ReadonlyMap<string, TreeFile>>;
  /** `x.target.wants`, `.requires` and `.upholds`: the names of units in it. */
  readonly links: ReadonlyMap<string, readonly string[]>;
}

/** The search path, the strongest folder first. */
export type UnitTree = readonly TreeFolder[];

/** Reads the folders; one that does not exist is left out. */
export async function readTree(folders: readonly string[], files: ConfigFiles): Promise<UnitTree> {
  const real = new Set(await Promise.all(folders.map((folder) => files.realPath(folder))));
  const seen = new Set<string>();
  const distinct: string[] = [];
  for (const folder of folders) {
    const place = await files.realPath(folder);
    if (!seen.has(place)) distinct.push(folder);
    seen.add(place);
  }
  const read = await Promise.all(distinct.map((folder) => readFolder(folder, real, files)));
  return read.flatMap((folder) => folder ?? []);
}

const UNIT = /^[^.].*\.(socket|service|timer|target|path|mount|automount|swap|slice|scope|device)$/;
const LINKS = /\.(wants|requires|upholds)$/;

async function readFolder(
  path: string,
  searched: ReadonlySet<string>,
  files: ConfigFiles,
): Promise<TreeFolder | null> {
  const content = await files.read(path, 'regular');
  if (content.kind !== 'directory') return null;
  const names = [...content.names].sort();
  const units = names.filter((name) => UNIT.test(name));
  const dropIns = names.filter((name) => name.endsWith('.d') && !name.startsWith('.'));
  const links = names.filter((name) => LINKS.test(name) && !name.startsWith('.'));
  const read = async (name: string) => [name, await readUnit(join(path, name), searched, files)] as const;
  const open = async (name: string) => [name, await readDropIns(join(path, name), files)] as const;
  const list = async (name: string) => [name, await listLinks(join(path, name), files)] as const;
  return {
    path,
    units: new Map(await Promise.all(units.map(read))),
    dropIns: new Map(await Promise.all(dropIns.map(open))),
    links: new Map(await Promise.all(links.map(list))),
  };
}

/** A link within the search path is another name; one to the outside brings a file under the name of the link. */
async function readUnit(path: string, searched: ReadonlySet<string>, files: ConfigFiles): Promise<TreeFile> {
  const realPath = await files.realPath(path);
  const target = basename(realPath);
  const isLink = target !== basename(path) && searched.has(dirname(realPath));
  return isLink ? { kind: 'alias', path, target } : readFile(path, realPath, files);
}

async function readFile(path: string, realPath: string, files: ConfigFiles): Promise<TreeFile> {
  if (realPath === '/dev/null') return { kind: 'masked', path };
  const content = await files.read(path, 'regular');
  if (content.kind === 'file') {
    if (content.bytes.length === 0) return { kind: 'masked', path };
    return { kind: 'text', path, realPath, source: unitSource(path, content.bytes) };
  }
  const code = content.kind === 'error' ? content.code : content.kind === 'directory' ? 'EISDIR' : 'EINVAL';
  return { kind: 'broken', path, code };
}

async function readDropIns(path: string, files: ConfigFiles): Promise<ReadonlyMap<string, TreeFile>> {
  const content = await files.read(path, 'regular');
  const names = content.kind === 'directory' ? content.names : [];
  const wanted = names.filter((name) => name.endsWith('.conf') && !name.startsWith('.'));
  const read = async (name: string) => {
    const file = join(path, name);
    return [name, await readFile(file, await files.realPath(file), files)] as const;
  };
  return new Map(await Promise.all(wanted.map(read)));
}

async function listLinks(path: string, files: ConfigFiles): Promise<readonly string[]> {
  const content = await files.read(path, 'regular');
  return content.kind === 'directory' ? content.names.filter((name) => UNIT.test(name)).sort() : [];
}
