/** A source with everything that it includes: include and includedir lines replaced by what they stand for. */

import { dirname, isAbsolute, join } from 'node:path';
import { type Diagnostic, Diagnostics, type Source } from '../../diagnostics/diagnostic.ts';
import type { ConfigFiles } from '../files.ts';
import { decodeWhole } from '../sources.ts';
import { readFolder } from './folder.ts';
import type { Item } from './text/items.ts';
import { parseXinetdConf } from './text/parse.ts';

type Include = Item & { readonly kind: 'include' | 'includedir' };

/** What the files hold once their includes are resolved, and the files themselves. */
export interface ReadFiles {
  readonly items: readonly Exclude<Item, Include>[];
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What stays the same for all files of a load. */
export interface IncludeContext {
  readonly strict: boolean;
  readonly files: ConfigFiles;
}

/** How deep includes go. */
const DEPTH = 16;

/** How many files one load opens: files that include each other twice would be without end. */
const FILES = 65_536;

/** Reads sources and what they include, in order; a file that is being read is not begun again. */
export async function readWithIncludes(
  roots: readonly Source[],
  context: IncludeContext,
): Promise<ReadFiles> {
  const items: Exclude<Item, Include>[] = [];
  const sources: Source[] = [];
  const diagnostics: (readonly Diagnostic[])[] = [];
  const readOne = async (source: Source, chain: readonly string[]): Promise<void> => {
    sources.push(source);
    const parsed = parseXinetdConf(source, context);
    diagnostics.push(parsed.diagnostics);
    const open = [...chain, await context.files.realPath(source.file)];
    for (const item of parsed.value) {
      if (item.kind === 'block' || item.kind === 'lost') items.push(item);
      else {
        const said = new Diagnostics(source);
        const room = { depth: DEPTH - open.length, files: FILES - sources.length };
        for (const inner of await included(item, { source, open, room, said, files: context.files })) {
          await readOne(inner, open);
        }
        diagnostics.push(said.all);
      }
    }
  };
  for (const root of roots) await readOne(root, []);
  return { items, sources, diagnostics: diagnostics.flat() };
}

interface Place {
  readonly source: Source;
  /** The real paths of the files that are being read. */
  readonly open: readonly string[];
  readonly room: { readonly depth: number; readonly files: number };
  readonly said: Diagnostics;
  readonly files: ConfigFiles;
}

/** The files that a line includes. */
async function included(
  item: Include,
  { source, open, room, said, files }: Place,
): Promise<readonly Source[]> {
  const { span, text } = item.path;
  if (room.depth <= 0 || room.files <= 0) {
    const message = room.depth <= 0 ? `files include each other ${DEPTH} deep` : `more than ${FILES} files`;
    said.error('xinetd/include-depth', span, message, 'include what is needed from the first file');
    return [];
  }
  const path = isAbsolute(text) ? text : join(dirname(source.file), text);
  if (!isAbsolute(text)) {
    const message = `${text} is looked for beside this file: ${path}`;
    said.warning(
      'xinetd/relative-include',
      span,
      message,
      'xinetd begins where it was started, after a reload at /: write the whole path',
    );
  }
  const found =
    item.kind === 'include'
      ? await readFile(path, span, said, files)
      : await readFolder(path, { span, said, files });
  const fresh: Source[] = [];
  for (const inner of found) {
    if (!open.includes(await files.realPath(inner.file))) fresh.push(inner);
    else
      said.error(
        'xinetd/include-cycle',
        span,
        `${inner.file} includes itself`,
        'leave this line out: the file is being read already',
      );
  }
  return fresh;
}

async function readFile(
  path: string,
  span: Diagnostic['span'],
  said: Diagnostics,
  files: ConfigFiles,
): Promise<readonly Source[]> {
  const content = await files.read(path);
  if (content.kind === 'file') return [{ file: path, text: decodeWhole(content.bytes) }];
  if (content.kind === 'error') {
    said.error(
      'xinetd/include-unreadable',
      span,
      `cannot read ${path}: ${content.code}`,
      'its entries are missing: correct the path',
    );
  } else {
    said.error(
      'xinetd/include-unreadable',
      span,
      `${path} is no file`,
      'for all files of a directory write includedir',
    );
  }
  return [];
}
