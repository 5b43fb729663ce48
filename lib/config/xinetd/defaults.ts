/** What services inherit from the defaults blocks. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { attributes, type Inheritance } from './attributes.ts';
import type { XinetdDefaults } from './context.ts';
import type { Draft, Values } from './entry.ts';

/** Known once, not found out for each of ten thousand services. */
const EARLY = keysOf('early');
const INITIAL = keysOf('early', 'early-or-late');
const LATE = keysOf('late', 'early-or-late');

/** The defaults as they stood when a service's line is read, and as they are in the end. */
export interface InheritedValues {
  readonly sofar: XinetdDefaults;
  readonly final: XinetdDefaults;
  readonly strict: boolean;
}

/**
 * What a service begins with, for its `+=` and `-=`. xinetd gives it the lists and banners of the defaults above it; to superd
 * all defaults blocks stand above all services.
 */
export function initialValues({ sofar, final, strict }: InheritedValues): Values {
  return picked(strict ? sofar : final, INITIAL);
}

/** Fills in what the service leaves open, wherever the defaults stand. */
export function fillIn({ values, places }: Draft, { final, strict }: InheritedValues): void {
  for (const key of LATE) {
    // A v6only of defaults does nothing to xinetd's sockets.
    if (places.has(key) || (strict && key === 'v6only')) continue;
    if (final[key] !== undefined) Object.assign(values, { [key]: final[key] });
  }
}

/** Says where xinetd would have left a service without the defaults that follow it. */
export function remarkOnOrder(
  draft: Draft,
  { sofar, final, strict }: InheritedValues,
  diagnostics: Diagnostics,
): void {
  const late = EARLY.filter((key) => !draft.places.has(key) && sofar[key] !== final[key]);
  if (late.length === 0) return;
  const names = [...attributes].flatMap(([name, { key }]) => (late.includes(key) ? [name] : [])).join(', ');
  const message = strict
    ? `${names} of the defaults further down ${late.length > 1 ? 'do' : 'does'} not apply to it`
    : `${names} of the defaults further down ${late.length > 1 ? 'apply' : 'applies'} to it, which xinetd forgets`;
  const help = 'put the defaults block before the services, or write it in this service';
  diagnostics.warning('xinetd/defaults-order', draft.name.span, message, help);
}

/** A copy of some of the values, those that are set. */
function picked(values: XinetdDefaults, keys: readonly (keyof Values)[]): Values {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
}

function keysOf(...kinds: readonly Inheritance[]): readonly (keyof Values)[] {
  return [...attributes.values()]
    .filter(({ inheritance }) => kinds.includes(inheritance))
    .map(({ key }) => key);
}
