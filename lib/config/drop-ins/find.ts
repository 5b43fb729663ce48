/** Which files are drop-ins of which service (systemd.unit(5)). */

import { join } from 'node:path';
import type { Service } from '../../model/service.ts';
import type { ConfigFiles, FileContent } from '../files.ts';
import { folderNames } from './folder-names.ts';

/** A file that is to be applied, or why nobody knows what is in it. */
export type DropIn =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'broken'; readonly path: string; readonly problem: string };

/** The drop-ins that were found. */
export interface Found {
  /** No folder of drop-ins at all. */
  readonly isEmpty: boolean;
  /** Those of a service, in the order in which they are applied. */
  of(service: Service): readonly DropIn[];
  /** Folders that are nobody's. */
  readonly unclaimed: readonly string[];
  /** Folders with drop-ins that cannot be read: nobody knows which services they restrict. */
  readonly unreadable: readonly { readonly file: string; readonly code: string }[];
}

/** What a folder holds by the names of its files; the whole folder as one broken file where it cannot be read. */
type Folder = ReadonlyMap<string, DropIn | 'masked'>;

/** Looks through `roots`, of which an earlier one hides the files of a later one that have the same name. */
export async function findDropIns(
  roots: readonly string[],
  services: readonly Service[],
  files: ConfigFiles,
): Promise<Found> {
  const listings = await Promise.all(roots.map((root) => list(root, files)));
  const present = new Set(listings.flatMap(({ names }) => names));
  const claimed = new Set(
    present.size === 0 ? [] : services.flatMap(folderNames).filter((one) => present.has(one)),
  );
  const folders = new Map<string, readonly Folder[]>();
  for (const name of claimed) {
    const holding = roots.filter((_, at) => listings[at]?.names.includes(name));
    folders.set(name, await Promise.all(holding.map((root) => open(join(root, name), files))));
  }
  return {
    isEmpty: present.size === 0 && listings.every(({ unreadable }) => unreadable.length === 0),
    of: (service) =>
      claimed.size === 0 ? [] : inOrder(folderNames(service).flatMap((name) => folders.get(name) ?? [])),
    unclaimed: roots.flatMap((root, at) =>
      unclaimedOf(listings[at]?.names ?? [], claimed).map((name) => join(root, name)),
    ),
    unreadable: listings.flatMap(({ unreadable }) => unreadable),
  };
}

interface Listing extends Pick<Found, 'unreadable'> {
  /** Folders with `.d` behind their names. */
  readonly names: readonly string[];
}

async function list(root: string, files: ConfigFiles): Promise<Listing> {
  const content = await files.read(root, 'regular');
  if (content.kind === 'directory') {
    return { names: content.names.filter((name) => name.endsWith('.d')).sort(), unreadable: [] };
  }
  const isMissing = content.kind !== 'error' || content.code === 'ENOENT' || content.code === 'ENOTDIR';
  return { names: [], unreadable: isMissing ? [] : [{ file: root, code: content.code }] };
}

/** Units have folders in the same places. */
const UNITS = /(^|\.)(service|socket|timer|target|mount|automount|path|slice|scope|swap|device)\.d$/;

function unclaimedOf(names: readonly string[], claimed: ReadonlySet<string>): readonly string[] {
  return names.filter((name) => !claimed.has(name) && !UNITS.test(name));
}

async function open(path: string, files: ConfigFiles): Promise<Folder> {
  const content = await files.read(path, 'regular');
  if (content.kind !== 'directory') return new Map([['', broken(path, content)]]);
  const names = content.names.filter((name) => name.endsWith('.conf') && !name.startsWith('.'));
  const read = async (name: string) => [name, await readDropIn(join(path, name), files)] as const;
  return new Map(await Promise.all(names.map(read)));
}

/** An empty file and a link to /dev/null mask files of their name. */
async function readDropIn(path: string, files: ConfigFiles): Promise<DropIn | 'masked'> {
  const content = await files.read(path, 'regular');
  if (content.kind === 'file') {
    return content.bytes.length === 0 ? 'masked' : { kind: 'file', path, bytes: content.bytes };
  }
  return (await files.realPath(path)) === '/dev/null' ? 'masked' : broken(path, content);
}

function broken(path: string, content: FileContent): DropIn {
  const problem = content.kind === 'error' ? `it cannot be read: ${content.code}` : 'it is of the wrong kind';
  return { kind: 'broken', path, problem };
}

/** Sorted by name, whatever folder they are in; of one name the first counts. */
function inOrder(folders: readonly Folder[]): readonly DropIn[] {
  const byName = new Map<string, DropIn | 'masked'>();
  for (const folder of folders) {
    for (const [name, dropIn] of folder) if (!byName.has(name)) byName.set(name, dropIn);
  }
  const names = [...byName.keys()].sort();
  return names.flatMap((name) => {
    const dropIn = byName.get(name);
    return dropIn === undefined || dropIn === 'masked' ? [] : [dropIn];
  });
}
