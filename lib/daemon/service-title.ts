/** The name and the protocol of a service, as its entry wrote them. */

import type { Service } from '../model/service.ts';

export interface ServiceTitle {
  readonly name: string;
  readonly protocol: string;
}

/** What stands before and behind the last slash of its label. */
export function titleOf({ label }: Service): ServiceTitle {
  const slash = label.lastIndexOf('/');
  return slash < 0
    ? { name: label, protocol: '' }
    : { name: label.slice(0, slash), protocol: label.slice(slash + 1) };
}
