/** What is done with a caller: a program, a built-in service, a redirection, a sensor. */

import { basename, resolve } from 'node:path';
import type { Action, Service } from '../../../model/service.ts';
import type { XinetdContext } from '../context.ts';
import { type Draft, hasFlag, hasType } from '../entry.ts';
import { builtinOf, isSensor } from './facts.ts';

/** The action of a complete service. */
export function actionOf(draft: Draft, { directory }: XinetdContext): Action {
  const { values } = draft;
  if (isSensor(values)) return { kind: 'sensor', denyMinutes: values.denyTime ?? 0 };
  const name = hasType(values, 'INTERNAL') ? builtinOf(draft) : null;
  if (name !== null) return { kind: 'builtin', name, args: [], style: 'xinetd' };
  if (values.redirect !== undefined) {
    const { text, addresses, port } = values.redirect;
    return { kind: 'redirect', host: text, port, addresses };
  }
  const path = values.server?.text ?? '';
  const words = values.serverArgs ?? [];
  const argv = hasFlag(values, 'NAMEINARGS') ? words : [basename(path), ...words];
  return { kind: 'exec', program: resolve(directory, path), argv };
}

/** How hosts.allow and hosts.deny name the service; null when they are not asked about it. */
export function wrapOf(draft: Draft, action: Action): Service['wrap'] {
  const { values, name } = draft;
  if (hasFlag(values, 'NOLIBWRAP') || action.kind === 'sensor') return null;
  if (values.libwrap !== undefined) return { daemon: values.libwrap };
  if (action.kind !== 'exec') return { daemon: name.text };
  return { daemon: basename((hasFlag(values, 'NAMEINARGS') ? action.argv[0] : undefined) ?? action.program) };
}
