/** The keys of drop-ins for services of inetd.conf and xinetd.conf, by section. */

import { serviceDirectives } from '../systemd/directives/service.ts';
import { socketDirectives as unitSocketDirectives } from '../systemd/directives/socket.ts';
import { accessDirectives } from './access.ts';
import { childDirectives } from './child.ts';
import type { Directive } from './directive.ts';
import { socketDirectives } from './socket.ts';

/** Every section with its keys. */
export const sections: ReadonlyMap<string, ReadonlyMap<string, Directive>> = new Map([
  ['Access', accessDirectives],
  ['Service', childDirectives],
  ['Socket', socketDirectives],
]);

/** Those that units have in sections of the same names. They may restrict something: passing over them is not possible. */
export const ofUnits: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map<
  string,
  ReadonlyMap<string, unknown>
>([
  ['Service', serviceDirectives],
  ['Socket', unitSocketDirectives],
]);
