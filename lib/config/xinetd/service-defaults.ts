/** The defaults block as those see it who look at the running daemon. */

import type { ServiceDefaults } from '../../model/service-defaults.ts';
import type { XinetdDefaults } from './context.ts';
import { accessOf, finite, logOf, rateOf } from './lower/gates.ts';

/** What the block sets; null: there is none. */
export function serviceDefaultsOf(values: XinetdDefaults | null): ServiceDefaults | null {
  if (values === null) return null;
  const { bind, cps, groups, instances, passenv, perSource, umask } = values;
  return {
    ...(instances === undefined ? {} : { instances: finite(instances) }),
    ...(groups === undefined ? {} : { groups }),
    ...(umask === undefined ? {} : { umask }),
    ...(cps === undefined ? {} : { perSecond: rateOf(cps) }),
    ...(perSource === undefined ? {} : { perSource: finite(perSource) }),
    ...(bind === undefined ? {} : { bind: bind.text }),
    ...(passenv === undefined ? {} : { passenv }),
    access: accessOf(values, false),
    log: logOf('defaults', values, { common: false, asksUser: true }),
  };
}
