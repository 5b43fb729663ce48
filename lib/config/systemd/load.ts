/** Unit files → units that can be asked for, and the names of those that are started. */

import { basename, dirname } from 'node:path';
import { type Diagnostic, Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { ConfigFiles } from '../files.ts';
import { inOrder, type Loaded, type Rejected, type UnitSet } from '../loaded.ts';
import type { UnitSettings } from '../settings.ts';
import { enabledNames } from './enabled.ts';
import { isTemplateName } from './find.ts';
import { circlesAmong } from './rules/circles.ts';
import { missingPrograms } from './rules/programs.ts';
import { reached, remarksOn } from './rules/reached.ts';
import { type UnitLibrary, unitLibrary } from './store.ts';
import { unitName } from './text/names.ts';
import { readTree, type UnitTree } from './tree.ts';

/** What the files of units give. */
export interface LoadedUnits extends UnitSet, Pick<Loaded, 'diagnostics' | 'unreadable' | 'rejected'> {}

/** The folders of systemd, where administrators and packages put units (systemd.unit(5)). */
export const SYSTEMD_FOLDERS: readonly string[] = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/**
 * Loads units by their files and folders, beside those of the search path. A named folder stands for everything in it
 * that nothing else in it starts. It never throws.
 */
export async function loadUnits(
  paths: readonly string[],
  settings: UnitSettings,
  files: ConfigFiles,
): Promise<LoadedUnits> {
  const named = await Promise.all(paths.map((path) => nameAt(path, files)));
  const search = [...settings.paths, ...(settings.systemd ? SYSTEMD_FOLDERS : [])];
  const own = named.flatMap((one) => ('folder' in one ? [one.folder] : []));
  const tree = await readTree([...own, ...search], files);
  const library = unitLibrary(tree, settings.host());
  const enabled = settings.enabled ? enabledNames(tree, search) : [];
  const asked = named.flatMap((one) => ('folder' in one ? namesOf(one, tree, library) : []));
  return finish([...new Set([...asked, ...enabled])].sort(), named, library, files);
}

/** What a word of the command line names; `unit` is null for a whole folder. */
interface Place {
  readonly path: string;
  readonly folder: string;
  readonly unit: string | null;
}

type Named = Place | { readonly path: string; readonly code: string };

async function nameAt(path: string, files: ConfigFiles): Promise<Named> {
  const content = await files.read(path, 'regular');
  if (content.kind === 'error') return { path, code: content.code };
  if (content.kind === 'directory') return { path, folder: path, unit: null };
  return { path, folder: dirname(path), unit: basename(path) };
}

function namesOf(named: Place, tree: UnitTree, library: UnitLibrary): readonly string[] {
  if (named.unit !== null) return [named.unit];
  const folder = tree.find(({ path }) => path === named.folder);
  const names = [...(folder?.units ?? [])].flatMap(([name, { kind }]) => (kind === 'alias' ? [] : [name]));
  const plain = names.filter((name) => !isTemplateName(name));
  const started = new Set(plain.flatMap((name) => startedBy(name, library)));
  return plain.filter((name) => RUNNABLE.test(name) && !started.has(name));
}

const RUNNABLE = /\.(socket|service|timer)$/;

/** What a unit starts, sooner or later. A timer starts the service of its name. */
function startedBy(name: string, library: UnitLibrary): readonly string[] {
  if (name.endsWith('.timer')) return [name.replace(/timer$/, 'service')];
  const unit = library.unit(name);
  if (unit === null) return [];
  const { requires, wants, bindsTo, requisite, upholds, onFailure, onSuccess } = unit.head.relations;
  const pulled = [requires, wants, bindsTo, requisite, upholds, onFailure, onSuccess].flat();
  const services = pulled.filter((other) => other !== name && other.endsWith('.service'));
  return unit.kind === 'socket' ? [unit.service, ...services] : services;
}

async function finish(
  names: readonly string[],
  named: readonly Named[],
  library: UnitLibrary,
  files: ConfigFiles,
): Promise<LoadedUnits> {
  const places = new Map(
    named.flatMap((one) => ('folder' in one && one.unit !== null ? [[one.unit, one.path]] : [])),
  );
  const start = names.filter((name) => library.unit(name) !== null && !isTemplateName(name));
  const others = names
    .filter((name) => !start.includes(name))
    .flatMap((name) => aside(name, places.get(name) ?? name));
  const found = reached(start, library);
  const said = [...found].flatMap((name) => remarksOn(name, library));
  const missing = await missingPrograms(found, library, files);
  const started = new Set(start);
  return {
    store: { names: library.names, unit: library.unit, enabled: (name) => started.has(name) },
    start,
    rejected: start.flatMap((name) => rejectedOf(name, library)),
    diagnostics: inOrder([...said, ...circlesAmong(found, library), ...missing, ...others]),
    unreadable: named.flatMap((one) => ('code' in one ? [{ file: one.path, code: one.code }] : [])),
  };
}

function rejectedOf(name: string, library: UnitLibrary): readonly Rejected[] {
  const head = library.unit(name)?.head;
  if (head === undefined || head.load === 'loaded' || head.origin === null) return [];
  return [{ origin: head.origin }];
}

/** Units that are named but that nothing can be done with. */
function aside(name: string, file: string): readonly Diagnostic[] {
  const diagnostics = new Diagnostics({ file, text: '' });
  const place = { start: 0, end: 0 };
  const parts = unitName(name);
  if ('problem' in parts) diagnostics.error('unit/bad-name', place, parts.problem);
  else if (parts.value.type === 'timer')
    diagnostics.note('unit/timer', place, 'timers come later: it is not started');
  else if (isTemplateName(name)) {
    diagnostics.error(
      'unit/template',
      place,
      'a template cannot be started',
      'name an instance: foo@bar.service',
    );
  } else if (parts.value.type === 'socket' || parts.value.type === 'service') {
    diagnostics.error('unit/not-found', place, `there is no unit ${name}`);
  } else diagnostics.note('unit/other-type', place, 'units of this type are not started');
  return diagnostics.all;
}
