/** Converts texts and reads them again, with the names of the fixtures. */

import { documentOf } from '../../../lib/config/convert/document.ts';
import { entriesOf } from '../../../lib/config/convert/entries.ts';
import { toInetd } from '../../../lib/config/convert/inetd/to-inetd.ts';
import type { Conversion } from '../../../lib/config/convert/losses.ts';
import { toXinetd } from '../../../lib/config/convert/xinetd/to-xinetd.ts';
import { dialects } from '../../../lib/config/inetd/dialects.ts';
import { load } from '../../../lib/config/load.ts';
import type { Loaded } from '../../../lib/config/loaded.ts';
import type { Names } from '../../../lib/config/names.ts';
import type { Dialect } from '../../../lib/config/settings.ts';
import type { Service } from '../../../lib/model/service.ts';
import { memoryFiles, settingsOf, type Tree } from '../../fixtures/config.ts';
import { fixtureNames } from '../../fixtures/names.ts';

/** A language that is written; inetd.conf has its dialects. */
export interface Target {
  readonly to: 'xinetd' | 'inetd';
  readonly dialect: Dialect;
}

/** Reads the text of a file, whose name says its language where its text does not. */
export function read(
  file: string,
  text: string,
  {
    dialect,
    names = fixtureNames(),
    tree = {},
  }: { readonly dialect: Dialect; readonly names?: Names; readonly tree?: Tree },
): Promise<Loaded> {
  const settings = {
    inetd: settingsOf(dialect),
    xinetd: { strict: false, environment: { TZ: 'UTC', LANG: 'C' }, callerUid: 0, asCaller: false },
  };
  return load([file], settings, names, memoryFiles({ ...tree, [file]: text }));
}

/** Writes services in another language. */
export function write(
  services: readonly Service[],
  { to, dialect }: Target,
  names: Names = fixtureNames(),
): readonly Conversion[] {
  if (to === 'inetd') return toInetd(services, { names, dialect });
  return toXinetd(services, { names, usualPerMinute: dialects[dialect].perMinute });
}

/** Each entry that was written, and what its text is read as: one service with all its sockets. */
export async function readAgain(
  conversions: readonly Conversion[],
  { to, dialect }: Target,
  names?: Names,
): Promise<{ readonly loaded: Loaded; readonly text: string; readonly entries: readonly Service[] }> {
  const text = documentOf(conversions, 'Converted');
  const loaded = await read(`${to}.conf`, text, { dialect, ...(names === undefined ? {} : { names }) });
  const listeners = loaded.services.filter(({ mux }) => mux === undefined);
  const muxed = loaded.services.filter(({ mux }) => mux !== undefined);
  const entries = [listeners, muxed].flatMap((services) => together(entriesOf(services)));
  return { loaded, text, entries };
}

/** Pieces that differ in where they listen only are one service again. */
function together(entries: readonly Service[]): readonly Service[] {
  const [first, ...rest] = entries;
  if (first === undefined) return [];
  return [{ ...first, sockets: [...first.sockets, ...rest.flatMap(({ sockets }) => sockets)] }];
}
