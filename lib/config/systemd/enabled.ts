/** Which units are enabled (systemctl(1), enable): those that a target is linked to. */

import { templateName } from './find.ts';
import type { UnitTree } from './tree.ts';

/** The targets of a machine that has booted. */
const TARGETS = ['sockets.target', 'multi-user.target', 'default.target'];

/** The names of the sockets and services in their `.wants` folders, as far as these lie in `folders`. */
export function enabledNames(tree: UnitTree, folders: readonly string[]): readonly string[] {
  const names = tree
    .filter(({ path }) => folders.includes(path))
    .flatMap(({ links }) => TARGETS.flatMap((target) => links.get(`${target}.wants`) ?? []));
  const wanted = names.filter((name) => /\.(socket|service)$/.test(name) && exists(name, tree));
  return [...new Set(wanted)].sort();
}

/** A link whose unit is gone enables nothing. */
function exists(name: string, tree: UnitTree): boolean {
  const template = templateName(name);
  return tree.some(({ units }) => units.has(name) || (template !== null && units.has(template)));
}
