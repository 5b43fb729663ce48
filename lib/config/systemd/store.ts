/** The units of a load: any unit by its name, instances of templates too, without looking at a file again. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import type { Unit } from '../../model/socket-unit.ts';
import { type Assembled, type Assembly, assemble } from './assemble.ts';
import { findUnit, isTemplateName, templateName } from './find.ts';
import { contradiction, pairOf } from './rules/pairs.ts';
import type { SpecifierHost } from './text/specifiers.ts';
import { textReader } from './texts.ts';
import type { UnitTree } from './tree.ts';

/** Any unit by its name. Asking twice gives the same object but for instances. */
export interface UnitStore {
  /** The sockets and services that have a file, templates included, sorted; aliases are not among them. */
  names(): readonly string[];
  /** The unit of a name, of an alias or of an instance; null: there is none that superd runs. */
  unit(name: string): Unit | null;
  /** Whether it is started at the beginning. */
  enabled(name: string): boolean;
}

/** The same for those who look at the text. */
export interface UnitLibrary extends UnitStore {
  assembled(name: string): Assembled | null;
}

/** The units of a tree of files; `started` are the names of those that are started. */
export function unitLibrary(tree: UnitTree, host: SpecifierHost): UnitLibrary {
  const known = new Map<string, Assembled | null>();
  const checked = new Map<string, Unit>();
  const plain = new Map<string, ServiceUnit | null>();
  const names = runnableNames(tree);
  const assembly: Assembly = { tree, host, texts: textReader(), socketsOf };
  let index: ReadonlyMap<string, readonly string[]> | null = null;

  /** Which sockets a service gets: the socket units are read for it once, an instance's when it is asked for. */
  function socketsOf(service: string): readonly string[] {
    index ??= socketIndex(names, read);
    const listed = index.get(service) ?? [];
    const own = service.replace(/service$/, 'socket');
    if (templateName(service) === null || listed.includes(own)) return listed;
    const unit = read(own)?.unit;
    return unit?.kind === 'socket' && !unit.accept && unit.service === service ? [...listed, own] : listed;
  }

  function read(name: string): Assembled | null {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = findUnit(name, tree);
    const assembled = found.name === name ? assemble(found, assembly) : read(found.name);
    if (!isPassing(name)) known.set(name, assembled);
    return assembled;
  }

  /** A socket and its service may exclude each other: then there is no use in listening. */
  function consistent(name: string): Unit | null {
    const before = checked.get(name);
    const assembled = before === undefined ? read(name) : null;
    if (before !== undefined || assembled === null) return before ?? null;
    const unit = withoutContradiction(assembled, read);
    checked.set(name, unit);
    return unit;
  }

  /** An instance of a template that says nothing about its instance is made of the one before it. */
  function instance(name: string, template: string): Unit | null {
    const before = plain.get(template);
    if (before !== undefined && before !== null) return renamed(before, name);
    const unit = read(name)?.unit ?? null;
    if (before === undefined && unit?.kind === 'service')
      plain.set(template, isPlain(template, tree) ? unit : null);
    return unit;
  }

  return {
    names: () => names,
    enabled: () => false,
    assembled: read,
    unit(name) {
      const template = isPassing(name) ? templateName(name) : null;
      return template === null ? consistent(name) : instance(name, template);
    },
  };
}

/** Instances of services come and go with their connections: nobody remembers them. */
function isPassing(name: string): boolean {
  return name.endsWith('.service') && templateName(name) !== null;
}

function withoutContradiction(assembled: Assembled, find: (name: string) => Assembled | null): Unit {
  const { unit } = assembled;
  const pair = unit.head.load === 'loaded' ? pairOf(assembled, find) : null;
  const found = pair === null ? null : contradiction(pair);
  if (found === null) return unit;
  return { ...unit, head: { ...unit.head, load: 'bad-setting', problem: found.message } };
}

function runnableNames(tree: UnitTree): readonly string[] {
  const names = new Set<string>();
  for (const { units } of tree) {
    for (const [name, file] of units) {
      if (file.kind !== 'alias' && /\.(socket|service)$/.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}

function socketIndex(
  names: readonly string[],
  read: (name: string) => Assembled | null,
): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const name of names) {
    if (!name.endsWith('.socket') || isTemplateName(name)) continue;
    const unit = read(name)?.unit;
    if (unit?.kind !== 'socket' || unit.accept) continue;
    const before = index.get(unit.service);
    if (before === undefined) index.set(unit.service, [name]);
    else before.push(name);
  }
  return index;
}

/** Whether nothing in the files of a template depends on the instance. */
function isPlain(template: string, tree: UnitTree): boolean {
  const { prefix } = partsOfTemplate(template);
  const own = (name: string) => name.startsWith(`${prefix}@`) && !name.startsWith(`${prefix}@.`);
  if (
    tree.some(({ units, dropIns, links }) => [units, dropIns, links].some((map) => [...map.keys()].some(own)))
  )
    return false;
  const { file, dropIns } = findUnit(template, tree);
  return [file, ...dropIns].every((one) => one?.kind !== 'text' || !/%[iInNf]/.test(one.source.text));
}

function partsOfTemplate(template: string): { readonly prefix: string } {
  return { prefix: template.slice(0, template.indexOf('@')) };
}

function renamed(unit: ServiceUnit, name: string): ServiceUnit {
  const { head } = unit;
  const description = head.description === head.name ? name : head.description;
  const origin = head.origin === null ? null : { ...head.origin, word: name };
  return { ...unit, head: { ...head, name, description, origin } };
}
