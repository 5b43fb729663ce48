/** Which files a unit is made of (systemd.unit(5), UNIT FILE LOAD PATH). */

import { dropInFolderNames, instanceOf, templateOf, unitName } from './text/names.ts';
import type { TreeFile, UnitTree } from './tree.ts';

/** Where a unit was found. */
export interface FoundUnit {
  /** Its own name, which is not that of an alias. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** That of an instance. */
  readonly templates: readonly string[];
  /** null: there is none. */
  readonly file: Exclude<TreeFile, { readonly kind: 'alias' }> | null;
  /** In the order in which they are applied. */
  readonly dropIns: readonly TreeFile[];
}

/** The files of a unit, an instance of a template included. */
export function findUnit(name: string, tree: UnitTree): FoundUnit {
  const { own, file } = follow(name, tree);
  const aliases = aliasesOf(own, tree);
  const template = templateName(own);
  return {
    name: own,
    aliases,
    templates: template === null ? [] : [template],
    file,
    dropIns: dropInsOf([own, ...aliases], tree),
  };
}

/** Links that name each other end here. */
const LINKS_MAX = 16;

function follow(name: string, tree: UnitTree): { readonly own: string; readonly file: FoundUnit['file'] } {
  let own = name;
  for (let count = 0; count < LINKS_MAX; count += 1) {
    const found = fileOf(own, tree);
    if (found?.kind !== 'alias') return { own, file: found };
    own = instanceNamed(found.target, instanceIn(own)) ?? found.target;
  }
  return { own, file: null };
}

/** The file of this name, else of its template. */
function fileOf(name: string, tree: UnitTree): TreeFile | null {
  const template = templateName(name);
  return strongest(name, tree) ?? (template === null ? null : strongest(template, tree));
}

function strongest(name: string, tree: UnitTree): TreeFile | null {
  for (const { units } of tree) {
    const file = units.get(name);
    if (file !== undefined) return file;
  }
  return null;
}

function aliasesOf(name: string, tree: UnitTree): readonly string[] {
  const instance = instanceIn(name);
  const found = new Set<string>();
  for (const { units } of tree) {
    for (const [alias, file] of units) {
      if (file.kind !== 'alias') continue;
      if (instanceNamed(file.target, instance) === name) found.add(instanceNamed(alias, instance) ?? alias);
    }
  }
  return [...found].sort();
}

/** Of one file name the most specific folder counts, then the earlier one of the search path. */
function dropInsOf(names: readonly string[], tree: UnitTree): readonly TreeFile[] {
  const byName = new Map<string, TreeFile>();
  for (const folder of names.flatMap(foldersOf)) {
    for (const { dropIns } of tree) {
      for (const [name, file] of dropIns.get(folder) ?? []) if (!byName.has(name)) byName.set(name, file);
    }
  }
  const sorted = [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([, file]) => file).filter(({ kind }) => kind !== 'masked');
}

function foldersOf(name: string): readonly string[] {
  const parts = unitName(name);
  return 'problem' in parts ? [] : dropInFolderNames(parts.value);
}

/** The name of the template of an instance; null for other names. */
export function templateName(name: string): string | null {
  const parts = unitName(name);
  return 'problem' in parts ? null : templateOf(parts.value);
}

/** Whether this is the name of a template. */
export function isTemplateName(name: string): boolean {
  return instanceIn(name) === '';
}

/** An instance of a template; a name that is no template is itself, null: there is no instance to take. */
export function instanceNamed(name: string, instance: string | null): string | null {
  const parts = unitName(name);
  if ('problem' in parts || parts.value.instance !== '') return name;
  return instance === null ? null : instanceOf(parts.value, instance);
}

function instanceIn(name: string): string | null {
  const parts = unitName(name);
  return 'problem' in parts ? null : parts.value.instance;
}
