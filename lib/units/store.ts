/** Where the definitions of units come from. */

import type { Unit } from '../model/socket-unit.ts';

/** The units of a configuration, by name. Instances of templates are made on demand. */
export interface UnitStore {
  /** The unit of a name, of an alias or of an instance, also one that cannot be started; null: there is none. */
  unit(name: string): Unit | null;
}
