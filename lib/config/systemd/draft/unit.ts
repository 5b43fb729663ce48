/** The head of a unit while its files are read. */

import { type Condition, RELATIONS, type Relation } from '../../../model/unit.ts';

/** What [Unit] says. */
export interface UnitDraft {
  description: string | null;
  readonly relations: Record<Relation, string[]>;
  readonly conditions: Condition[];
  readonly asserts: Condition[];
  /** ms; 0 lifts the limit, as 0 starts do. */
  startIntervalMs: number;
  startBurst: number;
  collect: 'inactive' | 'inactive-or-failed';
  stopWhenUnneeded: boolean;
  refuseManualStart: boolean;
  refuseManualStop: boolean;
  onFailureMode: 'replace' | 'fail';
  onSuccessMode: 'replace' | 'fail';
}

/** The defaults (systemd.unit(5), systemd-system.conf(5)). */
export function unitDraft(): UnitDraft {
  return {
    description: null,
    relations: noRelations(),
    conditions: [],
    asserts: [],
    startIntervalMs: 10_000,
    startBurst: 5,
    collect: 'inactive',
    stopWhenUnneeded: false,
    refuseManualStart: false,
    refuseManualStop: false,
    onFailureMode: 'replace',
    onSuccessMode: 'fail',
  };
}

/** An empty list for each. */
export function noRelations(): Record<Relation, string[]> {
  return Object.fromEntries(RELATIONS.map((relation) => [relation, []])) as unknown as Record<
    Relation,
    string[]
  >;
}
