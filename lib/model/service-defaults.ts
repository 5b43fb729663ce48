/** What a configuration says about all of its services at once (xinetd.conf(5), the defaults block). */

import type { Access } from './access.ts';
import type { Limits } from './service.ts';
import type { ServiceLog } from './service-log.ts';

/** What is absent was not set; services have taken theirs over already. */
export interface ServiceDefaults {
  /** Children at once; null: any number. */
  readonly instances?: number | null;
  readonly groups?: boolean;
  readonly umask?: number;
  readonly perSecond?: Limits['perSecond'];
  /** Children at once of one address; null: any number. */
  readonly perSource?: number | null;
  /** As it is written: an address or a name. */
  readonly bind?: string;
  readonly access: Access;
  readonly log: ServiceLog | null;
  readonly passenv?: readonly string[];
}
