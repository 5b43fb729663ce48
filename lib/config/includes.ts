/** A source with everything that it includes: `.include` lines replaced by what they stand for. */

import { dirname } from 'node:path';
import { type Diagnostic, Diagnostics, type Parsed, type Source } from '../diagnostics/diagnostic.ts';
import type { ConfigFiles } from './files.ts';
import { expandGlob, isPattern } from './glob.ts';
import { type Inherited, type Item, parseInetdConf } from './inetd/parse.ts';
import type { Dialect } from './settings.ts';
import { decode } from './sources.ts';

/** What a file holds once its includes are resolved. */
export type ReadItem = Exclude<Item, { readonly kind: 'include' }>;

/** What stays the same for all files of a load. */
export interface IncludeContext {
  readonly dialect: Dialect;
  readonly files: ConfigFiles;
}

/** A source and all that it includes: what stands in them, and they themselves. */
export interface ReadFiles {
  readonly items: readonly ReadItem[];
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a source and what it includes, in order; a file that is open already is not read again. */
export async function readWithIncludes(
  source: Source,
  inherited: Inherited,
  context: IncludeContext,
): Promise<ReadFiles> {
  const diagnostics: (readonly Diagnostic[])[] = [];
  const items: ReadItem[] = [];
  const sources: Source[] = [];
  const readOne = async (file: Source, above: Inherited, open: readonly string[]): Promise<void> => {
    const parsed = parseInetdConf(file, { dialect: context.dialect, inherited: above });
    sources.push(file);
    diagnostics.push(parsed.diagnostics);
    const chain = [...open, await context.files.realPath(file.file)];
    for (const item of parsed.value) {
      if (item.kind !== 'include') items.push(item);
      else {
        const included = await readIncluded(file, item, chain, context);
        diagnostics.push(included.diagnostics);
        for (const inner of included.value) await readOne(inner, item.inherited, chain);
      }
    }
  };
  await readOne(source, inherited, []);
  return { items, sources, diagnostics: diagnostics.flat() };
}

/** The files that a line includes. A pattern that matches nothing is fine. */
async function readIncluded(
  source: Source,
  { pattern, span }: Item & { readonly kind: 'include' },
  chain: readonly string[],
  { files }: IncludeContext,
): Promise<Parsed<readonly Source[]>> {
  const diagnostics = new Diagnostics(source);
  const sources: Source[] = [];
  for (const file of await expandGlob(pattern, dirname(source.file), listWith(files))) {
    const content = await files.read(file);
    if (content.kind === 'error' && (isPattern(pattern) || content.code !== 'ENOENT')) {
      const help = 'make it readable for the user that runs superd';
      diagnostics.error('inetd/include-unreadable', span, `cannot read ${file}: ${content.code}`, help);
    } else if (content.kind === 'file' && chain.includes(await files.realPath(file))) {
      const help = 'leave this line out: the file is being read already';
      diagnostics.warning('inetd/include-cycle', span, `${file} includes itself`, help);
    } else if (content.kind === 'file') {
      sources.push({ file, text: decode(content.bytes) });
    }
  }
  return { value: sources, diagnostics: diagnostics.all };
}

function listWith(files: ConfigFiles): (directory: string) => Promise<readonly string[]> {
  return async (directory) => {
    const content = await files.read(directory);
    return content.kind === 'directory' ? content.names : [];
  };
}
