/** Configuration files of every language → services. */

import { type Claimants, settleClaims } from './claims.ts';
import { withDropIns } from './drop-ins/load.ts';
import type { ConfigFiles } from './files.ts';
import { loadInetd } from './inetd/load.ts';
import { type Language, languageOf } from './language.ts';
import { inOrder, type Loaded, type LoadedSources } from './loaded.ts';
import type { Names } from './names.ts';
import { readOnce } from './read-once.ts';
import type { Settings } from './settings.ts';
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
  const [xinetd, inetd] = await Promise.all([
    loadXinetd(read('xinetd'), settings.xinetd, names, once),
    loadInetd(read('inetd'), settings.inetd, names, once),
  ]);
  const guarded = withDefaults(inetd.services, settings.xinetd, xinetd.defaults);
  const joined = join([
    { ...xinetd, code: 'xinetd/claimed' },
    { ...inetd, services: guarded, code: 'inetd/claimed' },
  ]);
  const loaded = { ...joined, serviceDefaults: serviceDefaultsOf(xinetd.defaults) };
  return withDropIns(loaded, settings, names, once);
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
function join(parts: readonly (LoadedSources & Claimants)[]): Loaded {
  const settled = settleClaims(parts);
  return {
    services: withUniqueNames(settled.value),
    rejected: parts.flatMap(({ rejected }) => rejected),
    diagnostics: inOrder([...parts.flatMap(({ diagnostics }) => diagnostics), ...settled.diagnostics]),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
    fatal: parts.flatMap(({ fatal }) => fatal),
  };
}
