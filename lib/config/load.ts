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
import { type LoadedUnits, loadUnits } from './systemd/load.ts';
import { NO_UNITS } from './systemd/store.ts';
import { withUniqueNames } from './unique-names.ts';
import { withDefaults } from './xinetd/inetd-compat.ts';
import { loadXinetd } from './xinetd/load.ts';
import { serviceDefaultsOf } from './xinetd/service-defaults.ts';

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
  const [units, xinetd, inetd] = await Promise.all([
    readUnits(read('units'), settings, once),
    loadXinetd(read('xinetd'), settings.xinetd, names, once),
    loadInetd(read('inetd'), settings.inetd, names, once),
  ]);
  const guarded = withDefaults(inetd.services, settings.xinetd, xinetd.defaults);
  const joined = join(units, [
    { ...xinetd, code: 'xinetd/claimed' },
    { ...inetd, services: guarded, code: 'inetd/claimed' },
  ]);
  const loaded = { ...joined, serviceDefaults: serviceDefaultsOf(xinetd.defaults) };
  return withDropIns(loaded, settings, names, once);
}

/** Without settings there are no units, and what is named as one cannot be read. */
async function readUnits(
  paths: readonly string[],
  { units }: Settings,
  files: ConfigFiles,
): Promise<LoadedUnits | null> {
  const isAsked = paths.length > 0 || units?.enabled === true;
  if (units === undefined || !isAsked) return paths.length === 0 ? null : unreadUnits(paths);
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
