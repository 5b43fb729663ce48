/** Reads the files of a command line with the names of this machine. */

import { existsSync } from 'node:fs';
import { machineFiles } from '../config/files.ts';
import { load } from '../config/load.ts';
import type { Loaded } from '../config/loaded.ts';
import type { Settings } from '../config/settings.ts';
import { systemNames } from './names.ts';

/** The program whose files are read where none are named. */
export type Standard = 'superd' | 'inetd' | 'xinetd';

/** Loads the files, or without any those that the program reads. */
export async function readFiles(
  paths: readonly string[],
  settings: Settings,
  standard: Standard = 'superd',
): Promise<Loaded> {
  const read = (files: readonly string[], how: Settings) => load(files, how, systemNames(), machineFiles());
  if (paths.length > 0) return read(paths, settings);
  if (standard !== 'superd') return read(standardPaths(standard, settings), settings);
  const all = withEnabledUnits(settings);
  const found = standardPaths(standard, settings).filter((path) => existsSync(path));
  const loaded = await read(found, all);
  const isNothing = found.length === 0 && (loaded.units?.start.length ?? 0) === 0;
  return isNothing ? read([INETD], all) : loaded;
}

function withEnabledUnits(settings: Settings): Settings {
  const { units } = settings;
  return units === undefined ? settings : { ...settings, units: { ...units, enabled: true } };
}

const INETD = '/etc/inetd.conf';

/** Also read by GNU inetd, where it exists. */
const FOLDER = '/etc/inetd.d';

const XINETD = '/etc/xinetd.conf';

/** superd itself reads what there is; nothing at all is told as the first file missing. */
function standardPaths(standard: Standard, { inetd }: Settings): readonly string[] {
  const inetdPaths = inetd.dialect === 'gnu' && existsSync(FOLDER) ? [INETD, FOLDER] : [INETD];
  if (standard === 'xinetd') return [XINETD];
  if (standard === 'inetd') return inetdPaths;
  return [...inetdPaths, XINETD];
}
