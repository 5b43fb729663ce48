/** The files that a command line names, directories taken apart. */

import { join } from 'node:path';
import type { Source } from '../diagnostics/diagnostic.ts';
import type { ConfigFiles } from './files.ts';
import type { Loaded } from './loaded.ts';

/** Sources in their order, and what could not be read. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly unreadable: Loaded['unreadable'];
}

/** Reads files and the regular files of directories, these sorted and without hidden ones and backups. */
export async function readSources(
  paths: readonly string[],
  { everyFile }: { readonly everyFile: boolean },
  files: ConfigFiles,
): Promise<Sources> {
  const sources: Source[] = [];
  const unreadable: { readonly file: string; readonly code: string }[] = [];
  for (const path of paths) {
    const content = await files.read(path);
    if (content.kind === 'file') sources.push({ file: path, text: decode(content.bytes) });
    else if (content.kind === 'error') unreadable.push({ file: path, code: content.code });
    else if (content.kind === 'directory') {
      const names = content.names.filter((name) => everyFile || isTidy(name)).sort();
      for (const name of names) {
        const file = join(path, name);
        const inner = await files.read(file);
        if (inner.kind === 'file') sources.push({ file, text: decode(inner.bytes) });
        else if (inner.kind === 'error') unreadable.push({ file, code: inner.code });
      }
    }
  }
  return { sources, unreadable };
}

/** Bytes as text; what is no UTF-8 becomes U+FFFD, which the readers of entries refuse. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The same with a byte order mark left where it stands, for readers that have something to say about it. */
export function decodeWhole(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Not hidden, and not what editors and package managers leave behind. */
function isTidy(name: string): boolean {
  return !/^\.|~$|\.bak$|\.dpkg-[^.]*$|\.rpm[^.]*$/.test(name);
}
