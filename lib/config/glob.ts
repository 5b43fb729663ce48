/** File name patterns: `*`, `?` and `[a-z]`, as in glob(7). */

import { isAbsolute, join } from 'node:path';

/** Lists a directory; empty when it cannot be read. */
export type ListDirectory = (directory: string) => Promise<readonly string[]>;

/** The paths that match, sorted; a relative pattern begins at `directory`. A path without wildcards is itself. */
export async function expandGlob(
  pattern: string,
  directory: string,
  list: ListDirectory,
): Promise<readonly string[]> {
  const path = isAbsolute(pattern) ? pattern : join(directory, pattern);
  let found: readonly string[] = ['/'];
  for (const part of path.split('/').filter((name) => name !== '')) {
    const matches = await Promise.all(found.map((folder) => matchPart(folder, part, list)));
    found = matches.flat();
  }
  return [...found].sort();
}

/** Whether a pattern has wildcards at all. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

async function matchPart(folder: string, part: string, list: ListDirectory): Promise<readonly string[]> {
  if (!isPattern(part)) return [join(folder, part)];
  const wanted = toRegExp(part);
  const names = await list(folder);
  const visible = names.filter((name) => part.startsWith('.') || !name.startsWith('.'));
  return visible.filter((name) => wanted.test(name)).map((name) => join(folder, name));
}

/** What the name of one file matches. Stars in a row are one, so that no pattern takes exponential time. */
export function toRegExp(part: string): RegExp {
  const source = part
    .replace(/\*+/g, '*')
    .replace(
      /\[(!?)([^\]/]+)\]|[*?]|[^*?[]|\[/g,
      (piece, not: string | undefined, set: string | undefined) => {
        if (piece === '*') return '.*';
        if (piece === '?') return '.';
        if (set === undefined) return piece.replace(/[\\^$.|+(){}[\]/]/g, '\\$&');
        return `[${not === '!' ? '^' : ''}${set.replace(/[\\\]^]/g, '\\$&')}]`;
      },
    );
  return compile(source) ?? compile(part.replace(/[\\^$.|+(){}[\]*?/]/g, '\\$&')) ?? /^(?!)/;
}

/** null for a range that runs backwards: then the text stands for itself. */
function compile(source: string): RegExp | null {
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    return null;
  }
}
