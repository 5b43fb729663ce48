/** What is wrong with lines that are no assignments, in words. */

import type { Assignment } from './block.ts';
import type { Keyword } from './items.ts';

/** How a line with a keyword is complete. */
export const EXAMPLES: Readonly<Record<Exclude<Keyword, 'defaults'>, string>> = {
  service: "'service NAME'",
  include: "'include FILE'",
  includedir: "'includedir DIRECTORY'",
};

interface Slip {
  readonly code: string;
  readonly message: (name: string) => string;
  readonly help: string;
}

/** What is wrong with a line that is no assignment. */
export const SLIPS: Readonly<Record<'glued' | 'nothing-after' | 'bad-operator', Slip>> = {
  glued: {
    code: 'xinetd/glued-operator',
    message: (name) => `no blank stands between '${name}' and the operator`,
    help: 'xinetd drops an entry for that: put a blank before the operator',
  },
  'nothing-after': {
    code: 'xinetd/nothing-after',
    message: (name) => `nothing stands behind '${name}'`,
    help: 'write an operator and a value behind it, or remove the line',
  },
  'bad-operator': {
    code: 'xinetd/bad-operator',
    message: (name) => `no operator stands behind '${name}'`,
    help: "write 'NAME = VALUE', with = += or -=",
  },
};

/** disable = yes: xinetd reads nothing behind it. */
export function isDisable({ attribute, values }: Assignment): boolean {
  return attribute === 'disable' && values.length === 1 && values[0]?.text.toLowerCase() === 'yes';
}
