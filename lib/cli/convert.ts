/** `superd convert`: services of any language in another one. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf, lossComments, lossText } from '../config/convert/document.ts';
import { asTheyAre, fromUnits, withLosses } from '../config/convert/from-units/from-units.ts';
import { toInetd } from '../config/convert/inetd/to-inetd.ts';
import { type Conversion, LOSSES, type Named } from '../config/convert/losses.ts';
import { toUnits } from '../config/convert/units/to-units.ts';
import { toXinetd } from '../config/convert/xinetd/to-xinetd.ts';
import { machineFiles } from '../config/files.ts';
import { dialects } from '../config/inetd/dialects.ts';
import { load } from '../config/load.ts';
import type { Loaded } from '../config/loaded.ts';
import type { Names } from '../config/names.ts';
import type { Settings } from '../config/settings.ts';
import { printable } from '../diagnostics/render.ts';
import type { Service } from '../model/service.ts';
import { systemNames } from './names.ts';
import type { Terminal } from './terminal.ts';
import { wrongEntries } from './wrong.ts';

/** The languages that are written. */
export const TARGETS = ['xinetd', 'inetd', 'units'] as const;
export type Target = (typeof TARGETS)[number];

/** What to read, into which language, in what form, and where to. */
export interface Conversions {
  readonly paths: readonly string[];
  readonly settings: Settings;
  readonly to: Target;
  readonly json: boolean;
  /** The folder of the files that a language has several of; null: they go to standard output. */
  readonly output: string | null;
  readonly terminal: Terminal;
}

/** Writes the other language on standard output, or into a folder, and what is lost on standard error; 1 when something is left out. */
export async function convert({ paths, settings, to, json, output, terminal }: Conversions): Promise<number> {
  const names = systemNames();
  // The file may be for another machine and another user: neither programs nor rights are asked for.
  const files = { ...machineFiles(), program: () => Promise.resolve('ok' as const) };
  const loaded = await load(paths, asRoot(settings), names, files);
  const conversions = conversionsOf(loaded, { to, settings, names });
  if (json) terminal.out(`${JSON.stringify({ entries: conversions.map(recordOf) }, null, 2)}\n`);
  else if (output === null) terminal.out(documentOf(conversions, titleOf(to, settings)));
  else writeFiles(conversions, output);
  for (const line of reportOf(conversions)) terminal.err(`superd convert: ${line}\n`);
  const wrong = wrongEntries(loaded);
  if (wrong !== null) terminal.err(`superd convert: ${wrong}; "superd check" says why\n`);
  for (const reason of loaded.fatal)
    terminal.err(`superd convert: nothing is converted: ${printable(reason)}\n`);
  const isWhole = conversions.every(({ text }) => text !== null);
  return isWhole && wrong === null && loaded.fatal.length === 0 ? 0 : 1;
}

/** The services of every language, and the units: none is passed over. */
function conversionsOf(
  { services, units }: Loaded,
  { to, settings, names }: { readonly to: Target; readonly settings: Settings; readonly names: Names },
): readonly Conversion<Named>[] {
  const write = (all: readonly Service[]) => WRITERS[to](all, settings, names);
  if (units === undefined) return write(services);
  if (to === 'units') return [...write(services), ...asTheyAre(units)];
  const read = fromUnits(units, names);
  return [...withLosses(write([...services, ...read.services]), read.losses), ...read.refused];
}

type Writer = (services: readonly Service[], settings: Settings, names: Names) => readonly Conversion[];

const WRITERS: Readonly<Record<Target, Writer>> = {
  xinetd: (services, { inetd }, names) => {
    const { perMinute = dialects[inetd.dialect].perMinute } = inetd;
    return toXinetd(services, { names, usualPerMinute: perMinute });
  },
  inetd: (services, { inetd }, names) => toInetd(services, { names, dialect: inetd.dialect }),
  units: (services, _, names) => toUnits(services, { names }),
};

/** Each file with what is lost of its service in its first lines. */
function writeFiles(conversions: readonly Conversion<Named>[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const conversion of conversions) {
    for (const { name, text } of conversion.files ?? []) {
      writeFileSync(join(folder, name), `${lossComments(conversion)}${text}`);
    }
  }
}

function titleOf(to: Target, { inetd }: Settings): string {
  const dialect = to === 'inetd' && inetd.dialect !== 'auto' ? ` --dialect=${inetd.dialect}` : '';
  return `Written by superd convert --to=${to}${dialect}. Entries that are switched off are not here.`;
}

function asRoot({ inetd, xinetd, units }: Settings): Settings {
  const others = units === undefined ? {} : { units };
  return { inetd: { ...inetd, callerUid: 0 }, xinetd: { ...xinetd, callerUid: 0 }, ...others };
}

function recordOf({ service, text, losses }: Conversion<Named>): unknown {
  const { name, origin } = service;
  return {
    service: name,
    origin,
    text,
    losses: losses.map(({ id, detail }) => ({ id, about: LOSSES[id], detail })),
  };
}

/** Each loss once, with the services that have it. */
function reportOf(conversions: readonly Conversion<Named>[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const { service, text, losses } of conversions) {
    for (const loss of losses) {
      const line = `${lossText(loss)}${text === null ? ' (not converted)' : ''}`;
      found.set(line, [...(found.get(line) ?? []), service.name]);
    }
  }
  return [...found].map(([line, services]) => printable(`${[...new Set(services)].join(', ')}: ${line}`));
}
