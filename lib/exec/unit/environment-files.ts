/** The files of EnvironmentFile=, read when a command is started (systemd.exec(5)). */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { isPattern, toRegExp } from '../../config/glob.ts';
import { parseEnvironmentFile } from '../../config/systemd/text/environment-file.ts';
import type { EnvironmentFile } from '../../model/exec-settings.ts';

/** Bytes of a file; nobody writes more by hand. */
const MOST_BYTES = 4 << 20;

/** The variables of all files, in their order, or why a file that must be there cannot be read. */
export function readEnvironmentFiles(
  files: readonly EnvironmentFile[],
): readonly (readonly [name: string, value: string])[] | { readonly problem: string } {
  const variables: (readonly [string, string])[] = [];
  for (const { optional, path } of files) {
    const paths = isPattern(path) ? matching(path) : [path];
    if (paths.length === 0 && !optional) return { problem: `no environment file is ${path}` };
    for (const one of paths) {
      const text = textOf(one);
      if (typeof text === 'string') variables.push(...parseEnvironmentFile(text).variables);
      else if (!optional) return { problem: `environment file ${one}: ${text.code}` };
    }
  }
  return variables;
}

/** A FIFO or device in its place would keep the daemon waiting. */
function textOf(path: string): string | { readonly code: string } {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const { size } = fstatSync(fd);
      if (!fstatSync(fd).isFile()) return { code: 'it is no file' };
      if (size > MOST_BYTES) return { code: 'EFBIG' };
      const bytes = Buffer.alloc(size);
      return bytes.toString('utf8', 0, readSync(fd, bytes, 0, size, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** The paths that match, sorted. */
function matching(pattern: string): readonly string[] {
  let found: readonly string[] = [''];
  for (const part of pattern.split('/').slice(1)) {
    found = found.flatMap((folder) => {
      if (!isPattern(part)) return [`${folder}/${part}`];
      const wanted = toRegExp(part);
      return namesIn(`${folder}/`)
        .filter((name) => wanted.test(name) && (part.startsWith('.') || !name.startsWith('.')))
        .map((name) => `${folder}/${name}`);
    });
  }
  return [...found].sort();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') throw error;
  return code;
}
