/** The tests behind Condition…= and Assert…= (systemd.unit(5)), each a function of its value and of what is so. */

import { compareVersions, isComparison } from './versions.ts';

/** What the tests ask of the machine. */
export interface Facts {
  /** Null: there is no such file. `link`: of the path itself, not of what it leads to. */
  stat(path: string, link?: boolean): PathFacts | null;
  /** How many names a folder holds; null: it is none. */
  entries(path: string): number | null;
  /** Paths that match a pattern of glob(7). */
  glob(pattern: string): readonly string[];
  isMountPoint(path: string): boolean;
  isReadOnly(path: string): boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly host: { readonly name: string; readonly machineId: string | null };
  readonly uid: number;
  readonly groups: readonly number[];
  userId(name: string): number | null;
  groupId(name: string): number | null;
  /** In the words of systemd.unit(5): `x86-64`, `arm64`. */
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** uname(2). */
  readonly kernel: string;
  /** What it runs in, in the words of systemd-detect-virt(1); null: on a machine of its own. */
  readonly virtualization: { readonly kind: 'vm' | 'container'; readonly name: string } | null;
  /** The bounding set of capabilities: bits by their numbers. */
  readonly capabilities: bigint;
  capability(name: string): number | null;
}

/** What is to be known of a path. */
export interface PathFacts {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly bytes: number;
  readonly mode: number;
}

/** Null: the value means nothing to it. */
type Test = (value: string, facts: Facts) => boolean | null;

const EXECUTABLE = 0o111;
/** Users of the system have numbers below this one (systemd.unit(5), ConditionUser=). */
const SYSTEM_USERS = 1000;

// biome-ignore format: a table
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['PathExists', (path, { stat }) => stat(path) !== null],
  ['PathExistsGlob', (pattern, { glob }) => glob(pattern).length > 0],
  ['PathIsDirectory', (path, { stat }) => stat(path)?.kind === 'directory'],
  ['PathIsSymbolicLink', (path, { stat }) => stat(path, true)?.kind === 'link'],
  ['PathIsMountPoint', (path, { isMountPoint }) => isMountPoint(path)],
  ['PathIsReadWrite', (path, { isReadOnly, stat }) => stat(path) !== null && !isReadOnly(path)],
  ['PathIsSocket', (path, { stat }) => stat(path)?.kind === 'other' && ((stat(path)?.mode ?? 0) & 0o170000) === 0o140000],
  ['DirectoryNotEmpty', (path, { entries }) => (entries(path) ?? 0) > 0],
  ['FileNotEmpty', (path, { stat }) => isFile(stat(path)) && (stat(path)?.bytes ?? 0) > 0],
  ['FileIsExecutable', (path, { stat }) => isFile(stat(path)) && ((stat(path)?.mode ?? 0) & EXECUTABLE) !== 0],
  ['User', (value, facts) => isUser(value, facts)],
  ['Group', (value, { groupId, groups }) => groups.includes(/^\d+$/.test(value) ? Number(value) : (groupId(value) ?? -1))],
  ['Host', (value, { host }) => isMachineId(value) ? value.replaceAll('-', '').toLowerCase() === host.machineId : matches(value, host.name)],
  ['Environment', (value, { environment }) => hasVariable(value, environment)],
  ['Architecture', (value, { architecture }) => value === 'native' || value === architecture],
  ['CPUs', (value, { cpus }) => compareNumber(value, cpus)],
  ['Memory', (value, { memoryBytes }) => compareNumber(value, memoryBytes)],
  ['KernelVersion', (value, { kernel }) => everyPart(value, (part) => isKernel(part, kernel))],
  ['Virtualization', (value, { virtualization }) => isVirtualization(value, virtualization)],
  ['Capability', (value, { capabilities, capability }) => { const bit = capability(value); return bit === null ? null : ((capabilities >> BigInt(bit)) & 1n) === 1n; }],
]);

const isFile = (path: PathFacts | null) => path?.kind === 'file';

function isUser(value: string, { uid, userId }: Facts): boolean {
  if (value === '@system') return uid < SYSTEM_USERS;
  return uid === (/^\d+$/.test(value) ? Number(value) : userId(value));
}

const isMachineId = (value: string) => /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value);

/** A pattern of fnmatch(3): `*`, `?` and sets, whatever the case. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/\[!|[*?]|[.+^${}()|\\]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part === '[!' ? '[^' : `\\${part}`;
  });
  try {
    return new RegExp(`^${source}$`, 'i').test(text);
  } catch {
    return pattern === text;
  }
}

/** `NAME` is set, or `NAME=VALUE` is so. */
function hasVariable(value: string, environment: Facts['environment']): boolean {
  const at = value.indexOf('=');
  return at < 0 ? environment[value] !== undefined : environment[value.slice(0, at)] === value.slice(at + 1);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** `>= 4`, `< 2G`; without a sign at least as much. */
function compareNumber(value: string, actual: number): boolean | null {
  const [, sign = '', digits = '', unit = ''] =
    /^(<=|>=|!=|<>|==|[<>=])?\s*(\d+)\s*([BKMGT]?)$/.exec(value) ?? [];
  if (digits === '') return null;
  return isComparison(sign === '' ? '>=' : sign, actual - Number(digits) * (UNITS[unit] ?? 1));
}

/** Every blank-separated part must hold; a sign may stand apart from its version. */
function everyPart(value: string, holds: (part: string) => boolean): boolean {
  return value
    .replaceAll(/([<>=!]=?|<>)\s+/g, '$1')
    .split(/\s+/)
    .every(holds);
}

/** A sign compares versions, without one it is a pattern. */
function isKernel(part: string, kernel: string): boolean {
  const [, sign, version = ''] = /^(<=|>=|!=|<>|==|[<>=])(.*)$/.exec(part) ?? [];
  return sign === undefined ? matches(part, kernel) : isComparison(sign, compareVersions(kernel, version));
}

function isVirtualization(value: string, actual: Facts['virtualization']): boolean {
  if (/^(1|yes|true|on|y|t)$/i.test(value)) return actual !== null;
  if (/^(0|no|false|off|n|f)$/i.test(value)) return actual === null;
  return value === actual?.kind || value === actual?.name;
}
