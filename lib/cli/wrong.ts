/** What a set of files was found to have wrong, in a few words. */

import type { Loaded } from '../config/loaded.ts';
import { printable } from '../diagnostics/render.ts';

/** Files that cannot be read and entries that are left out; null when there is neither. */
export function wrongEntries({ unreadable, rejected, diagnostics }: Loaded): string | null {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const parts = unreadable.map(({ file, code }) => `cannot read ${printable(file)}: ${code}`);
  if (rejected.length > 0) parts.push(`${count(rejected.length, 'entry', 'entries')} left out`);
  else if (errors > 0) parts.push(count(errors, 'error', 'errors'));
  return parts.length === 0 ? null : parts.join('; ');
}

/** `1 entry`, `2 entries`. */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
