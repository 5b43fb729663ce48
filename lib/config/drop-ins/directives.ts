/** The keys of drop-ins for services of inetd.conf and xinetd.conf, by section. */

import { accessDirectives } from './access.ts';
import type { Directive } from './directive.ts';

/** Every section with its keys. */
export const sections: ReadonlyMap<string, ReadonlyMap<string, Directive>> = new Map([
  ['Access', accessDirectives],
]);
