/** Why a caller was refused, in the words of xinetd.log(5). */

import type { RefusalReason } from '../events.ts';

/**
 * The word behind FAIL; null: it has a line of its own. Where xinetd has no such check the word is ours. To a watcher of
 * xinetd's log `fork` is every server that could not be started, whichever step failed.
 */
// biome-ignore format: a table
export const FAIL_REASONS: Readonly<Record<RefusalReason, string | null>> = {
  rate: 'connections per second',
  load: 'load',
  hours: 'time',
  children: 'service_limit',
  'per-address-children': 'per_source_limit',
  'process-limit': 'process_limit',
  sensor: 'address',
  address: 'address',
  wrappers: 'libwrap',
  'start-failed': 'fork',
  'per-address-rate': 'per_source_rate',
  'ip-max': 'per_source_rate',
  'ftp-data': 'source_port',
  loop: 'source_port',
  ident: null, // NOID says it
};
