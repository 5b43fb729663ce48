/** Services with logs, for specs. */

import type { Service } from '../../../lib/model/service.ts';
import type { ServiceLog, ServiceLogTarget } from '../../../lib/model/service-log.ts';
import { makeService } from '../../make.ts';

/** A log that tells everything; its target is never opened unless a spec says which. */
export function makeLog(log: Partial<ServiceLog> = {}): ServiceLog {
  return {
    id: 'ftp',
    target: { kind: 'syslog', facility: 'daemon', level: 'info' },
    common: false,
    success: ['HOST', 'DURATION', 'EXIT', 'PID', 'USERID', 'TRAFFIC'],
    failure: ['HOST', 'ATTEMPT', 'USERID'],
    ...log,
  };
}

/** A service called so, with a log to a file. */
export function makeLogged(
  id: string,
  path: string,
  log: Partial<ServiceLog> & { readonly soft?: number; readonly hard?: number } = {},
): Service {
  const { soft = null, hard = null, ...rest } = log;
  const target: ServiceLogTarget = { kind: 'file', path, soft, hard };
  return makeService({ name: id, label: `${id}/tcp`, log: makeLog({ id, target, ...rest }) });
}
