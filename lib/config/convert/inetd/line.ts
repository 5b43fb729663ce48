/** One line of inetd.conf(5) to be written: a service on some of its sockets, and what its fields follow from. */

import type { Service } from '../../../model/service.ts';
import type { DialectRules } from '../../inetd/dialects.ts';
import type { Names } from '../../names.ts';
import type { Dialect } from '../../settings.ts';
import type { AccountNames } from '../account.ts';
import type { Forms } from './forms.ts';
import type { InetdPlace } from './places.ts';

/** What writing depends on besides the services. */
export interface InetdTarget {
  readonly dialect: Dialect;
  readonly names: Pick<Names, 'port' | 'serviceName' | 'rpcProgram'> & AccountNames;
}

/** A line. */
export interface Line {
  readonly service: Service;
  /** null: it is reached through tcpmux, or its sockets have no form. */
  readonly place: InetdPlace | null;
  readonly target: InetdTarget;
  readonly rules: DialectRules;
  readonly forms: Forms;
}
