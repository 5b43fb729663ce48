/** The files of a directory, as includedir chooses them (xinetd.conf(5)). */

import { join } from 'node:path';
import type { Diagnostics, Source, Span } from '../../diagnostics/diagnostic.ts';
import type { ConfigFiles } from '../files.ts';
import { decodeWhole } from '../sources.ts';

/** Where the directory was named, and where to say what is wrong with it. */
export interface FolderPlace {
  readonly span: Span;
  readonly said: Diagnostics;
  readonly files: ConfigFiles;
}

/** Reads the regular files, sorted by the bytes of their names, but those with a dot in it or a ~ at its end. */
export async function readFolder(
  path: string,
  { span, said, files }: FolderPlace,
): Promise<readonly Source[]> {
  const folder = await files.read(path, 'regular');
  if (folder.kind !== 'directory') {
    const why = folder.kind === 'error' ? `cannot read ${path}: ${folder.code}` : `${path} is no directory`;
    said.error('xinetd/include-unreadable', span, why, 'its entries are missing: correct the path');
    return [];
  }
  const sources: Source[] = [];
  for (const name of inByteOrder(folder.names)) {
    if (!isChosen(name)) {
      if (isSurprising(name))
        said.note(
          'xinetd/file-skipped',
          span,
          `${join(path, name)} is not read: its name has a dot`,
          'rename it if it is meant to be read',
        );
      continue;
    }
    const file = join(path, name);
    const content = await files.read(file, 'regular');
    if (content.kind === 'file') sources.push({ file, text: decodeWhole(content.bytes) });
    else if (content.kind === 'error') {
      said.error(
        'xinetd/include-unreadable',
        span,
        `cannot read ${file}: ${content.code}`,
        'its entries are missing: make it readable, or remove it',
      );
    } else
      said.warning(
        'xinetd/not-regular',
        span,
        `${file} is no regular file and is not read`,
        'move it elsewhere',
      );
  }
  return sources;
}

function isChosen(name: string): boolean {
  return !name.includes('.') && !name.endsWith('~');
}

/** Not hidden, and not what editors and package managers leave behind. */
function isSurprising(name: string): boolean {
  return !/^\.|~$|\.(bak|orig|swp)$|\.dpkg-[^.]*$|\.rpm[^.]*$|\.ucf-[^.]*$/.test(name);
}

/** As strcmp(3) does: capitals before small letters, in no language's order. */
function inByteOrder(names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name);
}
