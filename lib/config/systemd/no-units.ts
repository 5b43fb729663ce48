/** What there is without any unit: a daemon of classic services alone loads nothing else of units. */

import type { UnitStore } from './store.ts';

/** No units at all. */
export const NO_UNITS: UnitStore = { names: () => [], unit: () => null, enabled: () => false };
