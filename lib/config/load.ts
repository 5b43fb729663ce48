/** Configuration files of every language → services. */

import type { SocketUnit } from '../model/socket-unit.ts';
import { type Claimants, settleClaims } from './claims.ts';
import { withDropIns } from './drop-ins/load.ts';
import type { ConfigFiles } from './files.ts';
import { loadInetd } from './inetd/load.ts';
import { type Language, languageOf } from './language.ts';
import { inOrder, type Loaded, type LoadedSources } from './loaded.ts';
import type { Names } from './names.ts';
import { readOnce } from './read-once.ts';
import type { Settings } from './settings.ts';
import type { LoadedUnits } from './systemd/load.ts';
import { NO_UNITS } from './systemd/no-units.ts';
import { withUniqueNames } from './unique-names.ts';
import type { LoadedXinetd } from './xinetd/load.ts';

/** Loads files and directories, each in its language. It never throws; what cannot be read is in the result. */
export async function load(
  paths: readonly string[],
  settings: Settings,
  names: Names,
  files: ConfigFiles,
): Promise<Loaded> {
  const once = readOnce(files);
  const byLanguage = await groupByLanguage(paths, once);
  const read = (language: Language) => byLanguage.get(language) ?? [];
  const units = await readUnits(read('units'), settings, once);
  const xinetd = await readXinetd(read('xinetd'), settings, names, once);
  const inetd = await loadInetd(read('inetd'), settings.inetd, names, once);
  const joined = join(units, [
    ...(xinetd === null ? [] : [{ ...xinetd.loaded, code: 'xinetd/claimed' }]),
    { ...inetd, services: xinetd?.guard(inetd.services) ?? inetd.services, code: 'inetd/claimed' },
  ]);
  const loaded = { ...joined, serviceDefaults: xinetd?.serviceDefaults ?? null };
  return withDropIns(loaded, settings, names, once);
}

/** What an xinetd.conf gives, and what its defaults are to services of inetd.conf. */
interface Xinetd {
  readonly loaded: LoadedXinetd;
  readonly serviceDefaults: Loaded['serviceDefaults'];
  guard(services: Loaded['services']): Loaded['services'];
}

/** The readers of languages that are not used are not even loaded: their tables would take memory for nothing. */
async function readXinetd(
  paths: readonly string[],
  settings: Settings,
  names: Names,
  files: ConfigFiles,
): Promise<Xinetd | null> {
  if (paths.length === 0) return null;
  const { loadXinetd } = await import('./xinetd/load.ts');
  const { withDefaults } = await import('./xinetd/inetd-compat.ts');
  const { serviceDefaultsOf } = await import('./xinetd/service-defaults.ts');
  const loaded = await loadXinetd(paths, settings.xinetd, names, files);
  const { defaults } = loaded;
  return {
    loaded,
    serviceDefaults: serviceDefaultsOf(defaults),
    guard: (services) => withDefaults(services, settings.xinetd, defaults),
  };
}

/** Without settings there are no units, and what is named as one cannot be read. */
async function readUnits(
  paths: readonly string[],
  { units }: Settings,
  files: ConfigFiles,
): Promise<LoadedUnits | null> {
  const isAsked = paths.length > 0 || units?.enabled === true;
  if (units === undefined || !isAsked) return paths.length === 0 ? null : unreadUnits(paths);
  const { loadUnits } = await import('./systemd/load.ts');
  return loadUnits(paths, units, files);
}

function unreadUnits(paths: readonly string[]): LoadedUnits {
  const unreadable = paths.map((file) => ({ file, code: 'ENOTSUP' }));
  return { store: NO_UNITS, start: [], diagnostics: [], rejected: [], unreadable };
}

async function groupByLanguage(
  paths: readonly string[],
  files: ConfigFiles,
): Promise<ReadonlyMap<Language, readonly string[]>> {
  const languages = await Promise.all(paths.map((path) => languageOf(path, files)));
  const groups = new Map<Language, string[]>();
  for (const [at, path] of paths.entries()) {
    const language = languages[at] ?? 'inetd';
    groups.set(language, [...(groups.get(language) ?? []), path]);
  }
  return groups;
}

/** Everything together, the language first whose services win where two want one address. */
function join(units: LoadedUnits | null, parts: readonly (LoadedSources & Claimants)[]): Loaded {
  const settled = settleClaims(parts, listening(units));
  const read = units === null ? parts : [units, ...parts];
  return {
    services: withUniqueNames(settled.value, units?.store.names() ?? []),
    rejected: read.flatMap(({ rejected }) => rejected),
    diagnostics: inOrder([...read.flatMap(({ diagnostics }) => diagnostics), ...settled.diagnostics]),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
    fatal: parts.flatMap(({ fatal }) => fatal),
    ...(units === null ? {} : { units: { store: units.store, start: units.start } }),
  };
}

/** The sockets that are going to be opened. */
function listening(units: LoadedUnits | null): readonly SocketUnit[] {
  const started = units?.start.map((name) => units.store.unit(name)) ?? [];
  return started.flatMap((unit) => (unit?.kind === 'socket' && unit.head.load === 'loaded' ? [unit] : []));
}
