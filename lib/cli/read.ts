/** Reads the files of a command line with the names of this machine. */

import { existsSync } from 'node:fs';
import { machineFiles } from '../config/files.ts';
import { load } from '../config/load.ts';
import type { Loaded } from '../config/loaded.ts';
import type { Dialect, InetdSettings } from '../config/settings.ts';
import { systemNames } from './names.ts';

const FILE = '/etc/inetd.conf';

/** Also read by GNU inetd, where it exists. */
const FOLDER = '/etc/inetd.d';

/** Loads the files, or without any the ones that inetd reads. */
export function readFiles(paths: readonly string[], settings: InetdSettings): Promise<Loaded> {
  const files = paths.length > 0 ? paths : standardPaths(settings.dialect);
  return load(files, settings, systemNames(), machineFiles());
}

function standardPaths(dialect: Dialect): readonly string[] {
  return dialect === 'gnu' && existsSync(FOLDER) ? [FILE, FOLDER] : [FILE];
}
