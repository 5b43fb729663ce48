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
export function readFiles(
  paths: readonly string[],
  settings: Settings,
  standard: Standard = 'superd',
): Promise<Loaded> {
  const files = paths.length > 0 ? paths : standardPaths(standard, settings);
  return load(files, settings, systemNames(), machineFiles());
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
  const found = [...inetdPaths, XINETD].filter((path) => existsSync(path));
  return found.length > 0 ? found : [INETD];
}
