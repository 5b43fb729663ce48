/** How the folder with the drop-ins of a service is called. */

import type { Service } from '../../model/service.ts';
import { escapedName, escapedPath } from '../systemd/text/escape.ts';

/** The names, those that are for this service alone before those of its whole entry. `.d` stands behind each. */
export function folderNames({ name, origin }: Service): readonly string[] {
  return [...new Set([name, origin.word].flatMap((word) => spellings(word)))].map((word) => `${word}.d`);
}

/**
 * A name with a slash cannot name a folder. `-` takes its place; what systemd-escape(1) makes of a name is fine as well,
 * with `--path` for the path of a socket.
 */
function spellings(word: string): readonly string[] {
  const plain = [word.replaceAll('/', '-'), escapedName(word)];
  return word.startsWith('/') ? [...plain, escapedPath(word)] : plain;
}
