/** Whether the daemon's tables agree with each other and with the kernel (xinetd(8), SIGABRT and -cc). */

import { fstatSync } from 'node:fs';
import type { Service } from '../model/service.ts';

/** A service and what is counted of it; a Runner fits. */
export interface Counted {
  readonly service: Pick<Service, 'name' | 'activation'>;
  readonly admission: { readonly children: number };
  /** Its listeners. */
  readonly descriptors: readonly number[];
  /** Its servers, where the daemon must find them again. */
  readonly servers: { readonly running: Iterable<unknown> } | null;
}

/**
 * A text for each thing that is wrong: a listener that is closed, no socket, or held by two services; a nowait service with
 * more servers than were counted; services that counted more than the whole `house` did.
 */
export function inconsistencies(
  services: Iterable<Counted>,
  house: { readonly children: number },
  isSocket: (fd: number) => boolean = isOpenSocket,
): readonly string[] {
  const problems: string[] = [];
  const holders = new Map<number, string>();
  let children = 0;
  for (const { service, admission, descriptors, servers } of services) {
    const { name, activation } = service;
    for (const fd of descriptors) {
      const other = holders.get(fd);
      if (other !== undefined) problems.push(`${name} and ${other} both listen on descriptor ${fd}`);
      else if (!isSocket(fd)) problems.push(`descriptor ${fd} of ${name} is no open socket`);
      holders.set(fd, name);
    }
    children += admission.children;
    const running = servers === null ? 0 : [...servers.running].length;
    if (activation === 'nowait' && running > admission.children) {
      problems.push(`${name} has ${running} servers and counted ${admission.children}`);
    }
  }
  if (children > house.children) {
    problems.push(`the services counted ${children} children, the daemon ${house.children}`);
  }
  return problems;
}

function isOpenSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
