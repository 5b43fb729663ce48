/** Units (systemd.unit(5)) → services that other languages can say, and what is lost or refused of each. */

import type { Service } from '../../../model/service.ts';
import type { Unit } from '../../../model/socket-unit.ts';
import type { UnitSet } from '../../loaded.ts';
import { type Conversion, type Loss, lossesOf, type Named, refused } from '../losses.ts';
import { PAIR_LOSSES } from './losses.ts';
import { PAIR_REFUSALS } from './refusals.ts';
import { servicesOfPair } from './service.ts';
import { type UnitNames, unitPair } from './subject.ts';

/** What became of the units. */
export interface FromUnits {
  readonly services: readonly Service[];
  /** What the services of a unit have lost already, by their names. */
  readonly losses: ReadonlyMap<string, readonly Loss[]>;
  /** The units that cannot be said, and why. */
  readonly refused: readonly Conversion<Named>[];
}

/** Reads the units that are started; every one of them is in the result, but for services of sockets that are. */
export function fromUnits({ store, start }: UnitSet, names: UnitNames): FromUnits {
  const services: Service[] = [];
  const losses = new Map<string, readonly Loss[]>();
  const refusals: Conversion<Named>[] = [];
  const units = start.flatMap((name) => store.unit(name) ?? []);
  for (const unit of units) {
    if (unit.kind === 'service') {
      if (!isFed(unit, units))
        refusals.push(refusal(unit, [only('no socket unit starts it for its callers')]));
      continue;
    }
    const pair = unitPair(unit, store, names);
    const reasons = typeof pair === 'string' ? [only(pair)] : lossesOf(PAIR_REFUSALS, pair);
    if (typeof pair === 'string' || reasons.length > 0) {
      refusals.push(refusal(unit, reasons));
      continue;
    }
    const found = servicesOfPair(pair);
    const lost = lossesOf(PAIR_LOSSES, pair);
    services.push(...found);
    for (const { name } of found) losses.set(name, lost);
  }
  return { services, losses, refused: refusals };
}

/** Each unit as one that stays what it is: they are written as units already. */
export function asTheyAre({ store, start }: UnitSet): readonly Conversion<Named>[] {
  const units = start.flatMap((name) => store.unit(name) ?? []);
  return units.map((unit) => refusal(unit, [only('it is a unit already: its files can stay as they are')]));
}

/** Conversions of services, some of which came from units, with all that these lost on the way. */
export function withLosses(
  conversions: readonly Conversion[],
  before: FromUnits['losses'],
): readonly Conversion[] {
  return conversions.map((conversion) => {
    const lost = before.get(conversion.service.name) ?? [];
    return { ...conversion, losses: [...lost, ...conversion.losses] };
  });
}

/** Whether one of the sockets stands for it. */
function isFed({ head: { name } }: Unit, units: readonly Unit[]): boolean {
  return units.some((unit) => unit.kind === 'socket' && !unit.accept && unit.service === name);
}

function only(detail: string): Loss {
  return { id: 'L37', detail, general: false };
}

function refusal({ head: { name, origin } }: Unit, losses: readonly Loss[]): Conversion<Named> {
  return refused({ name, origin: origin ?? { file: name, line: 1, word: name } }, losses);
}
