/** Names of units (systemd.unit(5)): `foo.service`, the template `foo@.service`, its instance `foo@bar.service`. */

import type { UnitType } from '../../../model/unit.ts';
import type { Read } from '../values/value.ts';

/** The parts of a name; `instance` is null for a plain unit and empty for a template. */
export interface UnitName {
  /** All of it. */
  readonly name: string;
  readonly prefix: string;
  readonly instance: string | null;
  readonly suffix: string;
  readonly type: UnitType;
}

/** No name has more bytes. */
const LENGTH_LIMIT = 255;

const TYPES: Readonly<Record<string, UnitType>> = {
  service: 'service',
  socket: 'socket',
  timer: 'timer',
  target: 'target',
  mount: 'other',
  automount: 'other',
  device: 'other',
  path: 'other',
  scope: 'other',
  slice: 'other',
  swap: 'other',
};

/** The parts of a name, or what is wrong with it. */
export function unitName(text: string): Read<UnitName> {
  const refused = (because: string) => ({ problem: `'${text}' is no name of a unit: ${because}` });
  if (text.length > LENGTH_LIMIT) return refused('it is longer than 255 bytes');
  const dot = text.lastIndexOf('.');
  const type = dot === -1 ? undefined : TYPES[text.slice(dot + 1)];
  if (type === undefined) return refused("a type as in '.service' is missing");
  const [, prefix, at, instance = ''] =
    /^([A-Za-z0-9:_.\\-]+)(@)?([A-Za-z0-9:_.\\@-]*)$/.exec(text.slice(0, dot)) ?? [];
  if (prefix === undefined) return refused('it has characters that no name may have');
  const suffix = text.slice(dot);
  return { value: { name: text, prefix, instance: at === undefined ? null : instance, suffix, type } };
}

/** It cannot be started itself. */
export function isTemplate({ instance }: UnitName): boolean {
  return instance === '';
}

/** The template of an instance; null: it is none. */
export function templateOf({ prefix, instance, suffix }: UnitName): string | null {
  return instance === null || instance === '' ? null : `${prefix}@${suffix}`;
}

/** The instance of a template. */
export function instanceOf({ prefix, suffix }: UnitName, instance: string): string {
  return `${prefix}@${instance}${suffix}`;
}

/** What is looked for, in this order: the name itself, then the template. */
export function fileNames(unit: UnitName): readonly string[] {
  const template = templateOf(unit);
  return template === null ? [unit.name] : [unit.name, template];
}

/**
 * The folders of a unit's drop-ins, the most specific first: `a-b@i.service.d`, `a-b@.service.d`, `a-.service.d`,
 * `service.d`.
 */
export function dropInFolderNames(unit: UnitName): readonly string[] {
  const { prefix, suffix } = unit;
  const dashes = [...prefix.matchAll(/-/g)].map(({ index }) => index + 1).reverse();
  const shortened = dashes
    .filter((length) => length < prefix.length)
    .map((length) => prefix.slice(0, length) + suffix);
  return [...fileNames(unit), ...shortened, suffix.slice(1)].map((name) => `${name}.d`);
}
