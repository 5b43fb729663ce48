/** RuntimeDirectory= and its kin: which directories a unit has of its own (systemd.exec(5)). */

import type { OwnDirectories } from '../../model/exec-settings.ts';
import { EXIT } from './exit-names.ts';

type Kind = OwnDirectories['kind'];

/** Below these they lie. */
export const BASES: Readonly<Record<Kind, string>> = {
  runtime: '/run',
  state: '/var/lib',
  cache: '/var/cache',
  logs: '/var/log',
  configuration: '/etc',
};

/** The exit status of a start that could not make one. */
export const DIRECTORY_EXIT: Readonly<Record<Kind, number>> = {
  runtime: EXIT.RUNTIME_DIRECTORY,
  state: EXIT.STATE_DIRECTORY,
  cache: EXIT.CACHE_DIRECTORY,
  logs: EXIT.LOGS_DIRECTORY,
  configuration: EXIT.CONFIGURATION_DIRECTORY,
};
