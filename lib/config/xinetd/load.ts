/** xinetd.conf files → services: reads everything, looks every name up, and says what is wrong. */

import { Diagnostics, type Source } from '../../diagnostics/diagnostic.ts';
import { askAll } from '../ask.ts';
import type { ConfigFiles } from '../files.ts';
import type { ProgramState } from '../inetd/action.ts';
import type { HostAnswer } from '../inetd/sockets.ts';
import { inOrder, type Loaded, type LoadedSources } from '../loaded.ts';
import type { Names } from '../names.ts';
import { remembered } from '../remembered.ts';
import type { XinetdSettings } from '../settings.ts';
import { decodeWhole } from '../sources.ts';
import { readFolder } from './folder.ts';
import { readWithIncludes } from './includes.ts';
import { questionsOf, servicesOf, type XinetdDefaults } from './services.ts';

/** What the files give, and what their defaults blocks say. */
export interface LoadedXinetd extends LoadedSources {
  readonly defaults: XinetdDefaults | null;
}

const NOTHING: LoadedXinetd = {
  services: [],
  rejected: [],
  diagnostics: [],
  unreadable: [],
  fatal: [],
  sources: [],
  defaults: null,
};

/** Loads xinetd.conf files and directories of them. It never throws; what cannot be read is in the result. */
export async function loadXinetd(
  paths: readonly string[],
  settings: XinetdSettings,
  names: Names,
  files: ConfigFiles,
): Promise<LoadedXinetd> {
  if (paths.length === 0) return NOTHING;
  const { roots, unreadable, diagnostics } = await openRoots(paths, files);
  const read = await readWithIncludes(roots, { strict: settings.strict, files });
  const blocks = read.items.flatMap((item) => (item.kind === 'block' ? [item.block] : []));
  const lost = read.items.flatMap((item) => (item.kind === 'lost' ? [{ origin: item.origin }] : []));
  const { directory } = files;
  const questions = questionsOf(blocks, directory);
  const [hosts, programs] = await Promise.all([
    askAll<HostAnswer>(questions.hosts, (name) => names.host(name)),
    askAll<ProgramState>(questions.programs, (path) => files.program(path)),
  ]);
  const context = { settings, names: remembered(names), hosts, programs, directory };
  const { services, rejected, fatal, defaults, ...more } = servicesOf(blocks, context);
  return {
    services,
    rejected: [...lost, ...rejected],
    diagnostics: inOrder([...diagnostics, ...read.diagnostics, ...more.diagnostics]),
    unreadable,
    fatal,
    sources: read.sources,
    defaults,
  };
}

interface Roots extends Pick<Loaded, 'unreadable' | 'diagnostics'> {
  readonly roots: readonly Source[];
}

/** The files that a command line names; a directory stands for what includedir would read of it. */
async function openRoots(paths: readonly string[], files: ConfigFiles): Promise<Roots> {
  const roots: Source[] = [];
  const unreadable: { readonly file: string; readonly code: string }[] = [];
  const diagnostics: Loaded['diagnostics'][number][] = [];
  for (const path of paths) {
    const content = await files.read(path);
    if (content.kind === 'file') roots.push({ file: path, text: decodeWhole(content.bytes) });
    else if (content.kind === 'error') unreadable.push({ file: path, code: content.code });
    else {
      const said = new Diagnostics({ file: path, text: '' });
      roots.push(...(await readFolder(path, { span: { start: 0, end: 0 }, said, files })));
      diagnostics.push(...said.all);
    }
  }
  return { roots, unreadable, diagnostics };
}
