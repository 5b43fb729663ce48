/** Drop-ins for services of inetd.conf and xinetd.conf: NAME.d/*.conf in the folders of superd. */

import type { ConfigFiles } from '../files.ts';
import type { Loaded } from '../loaded.ts';
import type { Names } from '../names.ts';
import type { Settings } from '../settings.ts';
import { findDropIns } from './find.ts';

/** What was loaded, its services extended. Where there is no drop-in, what reads one is not even loaded. */
export async function withDropIns(
  loaded: Loaded,
  settings: Settings,
  names: Names,
  files: ConfigFiles,
): Promise<Loaded> {
  const found = await findDropIns(settings.dropInFolders ?? [], loaded.services, files);
  if (found.isEmpty) return loaded;
  const { extendServices } = await import('./extend.ts');
  return extendServices(loaded, found, { settings, names, files });
}
