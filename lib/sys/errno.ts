/** Error numbers as names and as text. */

import { SystemError } from './errors.ts';
import { native } from './native.ts';

// EOPNOTSUPP and the like have one name each in the addon's table, so that the way back is unique.
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(native.constants)
    .filter(([name]) => /^E[A-Z0-9]+$/.test(name) && !name.startsWith('EPOLL'))
    .map(([name, number]) => [number, name]),
);

/** The name of an error number: `ENOENT` for 2; `E4711` for one that has no name. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `E${errno}`;
}

/** What strerror(3) says about a code: `No such file or directory` for `ENOENT`; the code itself when it is unknown. */
export function errnoText(code: string): string {
  const errno = native.constants[code];
  return errno === undefined ? code : native.strerror(errno);
}

/**
 * The result of a call of the addon, unless it is an error: then a SystemError is thrown, as in `bind 127.0.0.1:80: EACCES`.
 */
export function check(result: number, syscall: string, what: string): number {
  if (result < 0) throw new SystemError(errnoName(-result), syscall, what);
  return result;
}
