/** The head of a unit, once everything has been read (systemd.unit(5)). */

import type { LoadState, Relation, UnitHead } from '../../../model/unit.ts';
import type { UnitDraft } from '../draft/unit.ts';
import type { FoundUnit } from '../find.ts';
import type { UnitTree } from '../tree.ts';
import { windowLimit } from './socket.ts';

/** What of a head does not stand in its text. */
export interface HeadFacts {
  readonly found: FoundUnit;
  readonly load: LoadState;
  readonly problem: string | null;
  /** Relations that go without saying. */
  readonly implied: Partial<Record<Relation, readonly string[]>>;
}

/** The head that a draft stands for. */
export function headOf(
  draft: UnitDraft,
  { found, load, problem, implied }: HeadFacts,
  tree: UnitTree,
): UnitHead {
  const { name, aliases, file, dropIns } = found;
  const linked = linksOf([name, ...aliases, ...found.templates], tree);
  const relations = Object.entries(draft.relations).map(([relation, names]) => {
    const more = [...(linked[relation as Relation] ?? []), ...(implied[relation as Relation] ?? [])];
    return [relation, [...new Set([...names, ...more])]] as const;
  });
  return {
    name,
    aliases,
    description: draft.description ?? name,
    load,
    problem,
    origin: file === null ? null : { file: file.path, line: 1, word: name },
    dropIns: dropIns.map(({ path }) => path),
    relations: Object.fromEntries(relations) as Record<Relation, readonly string[]>,
    conditions: draft.conditions,
    asserts: draft.asserts,
    startLimit: windowLimit(draft.startIntervalMs, draft.startBurst),
    collect: draft.collect,
    stopWhenUnneeded: draft.stopWhenUnneeded,
    refuseManualStart: draft.refuseManualStart,
    refuseManualStop: draft.refuseManualStop,
    onFailureMode: draft.onFailureMode,
    onSuccessMode: draft.onSuccessMode,
  };
}

const LINKS: readonly (readonly [suffix: string, relation: Relation])[] = [
  ['wants', 'wants'],
  ['requires', 'requires'],
  ['upholds', 'upholds'],
];

/** The links in `NAME.wants` and its kin. */
function linksOf(names: readonly string[], tree: UnitTree): Partial<Record<Relation, readonly string[]>> {
  const found = LINKS.map(([suffix, relation]) => {
    const folders = names.map((name) => `${name}.${suffix}`);
    return [
      relation,
      tree.flatMap(({ links }) => folders.flatMap((folder) => links.get(folder) ?? [])),
    ] as const;
  });
  return Object.fromEntries(found);
}
