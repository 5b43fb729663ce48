/** What was loaded, extended by the drop-ins that were found. */

import { type Diagnostic, Diagnostics, type Parsed } from '../../diagnostics/diagnostic.ts';
import type { Service } from '../../model/service.ts';
import { askAll } from '../ask.ts';
import type { ConfigFiles } from '../files.ts';
import type { HostAnswer } from '../inetd/sockets.ts';
import { inOrder, type Loaded } from '../loaded.ts';
import type { Names } from '../names.ts';
import { remembered } from '../remembered.ts';
import type { Settings } from '../settings.ts';
import type { XinetdContext } from '../xinetd/context.ts';
import { nameIn } from '../xinetd/values/addresses.ts';
import { apply } from './apply.ts';
import { sections } from './directives.ts';
import type { DropIn, Found } from './find.ts';
import { type Given, wordsOf } from './given.ts';
import { readDropIn } from './read.ts';

/**
 * Extends the services. One with a drop-in that cannot be understood is rejected: after a reload it goes on as it was.
 */
export async function extendServices(
  loaded: Loaded,
  found: Found,
  { settings, names, files }: Readonly<{ settings: Settings; names: Names; files: ConfigFiles }>,
): Promise<Loaded> {
  const dropIns = new Set(loaded.services.flatMap((service) => found.of(service)));
  const texts = new Map([...dropIns].map((dropIn) => [dropIn, readDropIn(dropIn)]));
  const context = await lookUp([...texts.values()], settings, names, files);
  const extended = loaded.services.map((service) => extend(service, found.of(service), texts, context));
  const lost = loaded.services.filter((_, at) => extended[at]?.value === null);
  const said = [...texts.values(), ...extended].flatMap(({ diagnostics }) => diagnostics);
  return {
    ...loaded,
    services: extended.flatMap(({ value }) => value ?? []),
    rejected: [...loaded.rejected, ...lost.map(({ origin }) => ({ origin }))],
    diagnostics: inOrder([...loaded.diagnostics, ...once(said), ...found.unclaimed.flatMap(nobodys)]),
    fatal: [...loaded.fatal, ...found.unreadable.map(unsearchable)],
  };
}

type Texts = ReadonlyMap<DropIn, Parsed<readonly Given[] | null>>;

function extend(
  service: Service,
  dropIns: readonly DropIn[],
  texts: Texts,
  context: XinetdContext,
): Parsed<Service | null> {
  if (dropIns.length === 0) return { value: service, diagnostics: [] };
  const given = dropIns.map((dropIn) => texts.get(dropIn)?.value ?? null);
  const applied = apply(
    service,
    given.flatMap((one) => one ?? []),
    context,
  );
  return given.includes(null) ? { ...applied, value: null } : applied;
}

/** Asks for the host names of all files at once. */
async function lookUp(
  texts: readonly Parsed<readonly Given[] | null>[],
  settings: Settings,
  names: Names,
  { directory }: ConfigFiles,
): Promise<XinetdContext> {
  const asking = texts
    .flatMap(({ value }) => value ?? [])
    .filter(({ section, assignment }) => sections.get(section)?.get(assignment.key)?.hosts ?? false);
  const questions = asking.flatMap(({ assignment }) =>
    wordsOf(assignment).flatMap(({ text }) => nameIn(text) ?? []),
  );
  const hosts = await askAll<HostAnswer>(questions, (name) => names.host(name));
  return { settings: settings.xinetd, names: remembered(names), hosts, programs: new Map(), directory };
}

/** The services of one entry share their drop-ins, and what is wrong with them. */
function once(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ code, message, source, span }: Diagnostic) =>
    `${source.file}\0${span.start}\0${code}\0${message}`;
  return [...new Map(diagnostics.map((one) => [key(one), one])).values()];
}

function nobodys(folder: string): readonly Diagnostic[] {
  const diagnostics = new Diagnostics({ file: folder, text: '' });
  const help = "call it like a service of 'superd list', or like the first word of its entry, with .d behind";
  diagnostics.note('drop-in/no-service', { start: 0, end: 0 }, 'no service has this name', help);
  return diagnostics.all;
}

function unsearchable({ file, code }: { readonly file: string; readonly code: string }): string {
  return `${file}: nobody knows which services have drop-ins there (${code})`;
}
