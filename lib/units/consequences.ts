/** What the end of a unit means for others, whoever ended it (systemd.unit(5), OnFailure=, OnSuccess=, BindsTo=, Upholds=). */

import type { Relation } from '../model/unit.ts';
import { isUp } from './transaction.ts';
import type { ActiveState, JobMode, UnitRunner } from './types.ts';

/** A job that follows. */
export interface Consequence {
  readonly verb: 'start' | 'stop';
  readonly unit: string;
  readonly mode: JobMode;
}

/** What is looked at. */
export interface Others {
  active(name: string): ActiveState;
  readonly reverse: { of(relation: Relation, name: string): Iterable<string> };
}

/** The jobs that follow from a change of state. */
export function consequences(
  { name, result, unit }: UnitRunner,
  { active, was }: { readonly was: ActiveState; readonly active: ActiveState },
  others: Others,
): readonly Consequence[] {
  if ((active !== 'inactive' && active !== 'failed') || active === was) return [];
  const { onFailureMode, onSuccessMode, relations } = unit.head;
  const { onFailure, onSuccess } = relations;
  const succeeded = active === 'inactive' && was !== 'failed' && result === 'success';
  const started = active === 'failed' ? onFailure : succeeded ? onSuccess : [];
  const startMode = active === 'failed' ? onFailureMode : onSuccessMode;
  const wasUp = was !== 'failed';
  const up = (other: string) => isUp(others.active(other));
  return [
    ...started.map((other) => ({ verb: 'start', unit: other, mode: startMode }) as const),
    ...(wasUp ? [...others.reverse.of('bindsTo', name)] : [])
      .filter(up)
      .map((other) => ({ verb: 'stop', unit: other, mode: 'replace' }) as const),
    ...([...others.reverse.of('upholds', name)].some(up)
      ? [{ verb: 'start', unit: name, mode: 'replace' } as const]
      : []),
  ];
}
