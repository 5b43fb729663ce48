/** `%` specifiers (systemd.unit(5), SPECIFIERS): a table from letters to what they stand for. */

import type { Read } from '../values/value.ts';
import { unescapedName } from './escape.ts';
import type { UnitName } from './names.ts';

/** Everything outside a unit that specifiers stand for; looked up beforehand. */
export interface SpecifierHost {
  /** Of the manager: `/run`, `/var/lib`, `/var/cache`, `/var/log`, `/etc`, or the XDG folders of a user. */
  readonly folders: {
    readonly runtime: string;
    readonly state: string;
    readonly cache: string;
    readonly logs: string;
    readonly configuration: string;
    readonly shared: string;
    readonly temporary: string;
    readonly lasting: string;
  };
  /** Who runs the manager, whatever User= says. */
  readonly user: {
    readonly name: string;
    readonly uid: number;
    readonly group: string;
    readonly gid: number;
    readonly home: string;
    readonly shell: string;
  };
  readonly hostName: string;
  readonly prettyHostName: string;
  /** 32 hexadecimal digits; null: there is none. */
  readonly machineId: string | null;
  readonly bootId: string | null;
  /** As uname(2) gives it. */
  readonly kernelRelease: string;
  /** In the words of ConditionArchitecture=: `x86-64`, `arm64`. */
  readonly architecture: string;
  /** The fields of os-release(5). */
  readonly osRelease: ReadonlyMap<string, string>;
}

/** The unit whose text has the specifiers. */
export interface SpecifierContext {
  readonly unit: UnitName;
  /** Its file, without symbolic links; null: it has none. */
  readonly file: string | null;
  readonly host: SpecifierHost;
}

/** null: there is nothing that it could stand for. */
type Specifier = (context: SpecifierContext) => string | null;

// biome-ignore format: a table
/** Those that also names of units may have. */
const NAMES: Readonly<Record<string, Specifier>> = {
  i: ({ unit }) => unit.instance ?? '',
  j: ({ unit }) => lastComponent(unit.prefix),
  n: ({ unit }) => unit.name,
  N: ({ unit }) => unit.name.slice(0, -unit.suffix.length),
  p: ({ unit }) => unit.prefix,
  g: ({ host }) => host.user.group,
  G: ({ host }) => String(host.user.gid),
  u: ({ host }) => host.user.name,
  U: ({ host }) => String(host.user.uid),
  a: ({ host }) => host.architecture,
  A: os('IMAGE_VERSION'),
  b: ({ host }) => host.bootId,
  B: os('BUILD_ID'),
  H: ({ host }) => host.hostName,
  l: ({ host }) => host.hostName.replace(/\..*$/s, ''),
  m: ({ host }) => host.machineId,
  M: os('IMAGE_ID'),
  o: os('ID'),
  q: ({ host }) => host.prettyHostName,
  v: ({ host }) => host.kernelRelease,
  w: os('VERSION_ID'),
  W: os('VARIANT_ID'),
};

// biome-ignore format: a table
const ALL: Readonly<Record<string, Specifier>> = {
  ...NAMES,
  I: ({ unit }) => unescapedName(unit.instance ?? ''),
  J: ({ unit }) => unescapedName(lastComponent(unit.prefix)),
  P: ({ unit }) => unescapedName(unit.prefix),
  f: ({ unit }) => pathOf(unit.instance === null || unit.instance === '' ? unit.prefix : unit.instance),
  y: ({ file }) => file,
  Y: ({ file }) => file && (file.replace(/\/[^/]*$/, '') || '/'),
  C: ({ host }) => host.folders.cache,
  D: ({ host }) => host.folders.shared,
  E: ({ host }) => host.folders.configuration,
  L: ({ host }) => host.folders.logs,
  S: ({ host }) => host.folders.state,
  t: ({ host }) => host.folders.runtime,
  T: ({ host }) => host.folders.temporary,
  V: ({ host }) => host.folders.lasting,
  h: ({ host }) => host.user.home,
  s: ({ host }) => host.user.shell,
};

/** Known, but of no use without cgroups and credentials. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  c: 'there are no cgroups',
  r: 'there are no cgroups',
  R: 'there are no cgroups',
  d: 'there are no credentials',
};

/**
 * The text with every specifier filled in. `%%` is a percent sign; before other characters than letters and digits, and
 * at the end, a percent sign stands for itself. `names`: the text is a name of a unit.
 */
export function expand(
  text: string,
  context: SpecifierContext,
  { names = false }: { readonly names?: boolean } = {},
): Read<string> {
  if (!text.includes('%')) return { value: text };
  const table = names ? NAMES : ALL;
  let problem: string | null = null;
  const value = text.replace(/%([A-Za-z0-9%])/g, (slot, letter: string) => {
    if (letter === '%') return '%';
    const found = Object.hasOwn(table, letter) ? table[letter]?.(context) : undefined;
    if (found === undefined) problem ??= `'${slot}' is an invalid slot: ${unknown(letter)}`;
    else if (found === null) problem ??= `'${slot}' stands for nothing here`;
    return found ?? '';
  });
  return problem === null ? { value } : { problem };
}

function unknown(letter: string): string {
  if (Object.hasOwn(ALL, letter)) return 'it has no place in the name of a unit';
  return Object.hasOwn(UNSUPPORTED, letter)
    ? (UNSUPPORTED[letter] ?? '')
    : "a percent sign itself is written '%%'";
}

function os(field: string): Specifier {
  return ({ host }) => host.osRelease.get(field) ?? '';
}

function lastComponent(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('-') + 1);
}

function pathOf(name: string): string {
  const path = unescapedName(name);
  return path.startsWith('/') ? path : `/${path}`;
}
