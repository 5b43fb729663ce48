/** The services that can be written `internal`. */

import type { BuiltinName } from '../../model/service.ts';

/** Their official names in /etc/services. */
export const builtinNames: readonly BuiltinName[] = [
  'echo',
  'discard',
  'chargen',
  'daytime',
  'time',
  'tcpmux',
  'auth',
];

/** The builtin of this exact name; null when there is none. */
export function builtinByName(name: string): BuiltinName | null {
  return builtinNames.find((builtin) => builtin === name) ?? null;
}
