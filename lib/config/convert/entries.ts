/** Services → entries: what a file defined in one place is one thing again, with all its sockets. */

import type { Service } from '../../model/service.ts';

/** Puts the services of one entry together. inetd.conf gives one for each socket. */
export function entriesOf(services: readonly Service[]): readonly Service[] {
  const entries = new Map<string, Service>();
  for (const service of services) {
    const key = keyOf(service);
    const begun = entries.get(key);
    entries.set(
      key,
      begun === undefined ? service : { ...begun, sockets: [...begun.sockets, ...service.sockets] },
    );
  }
  return [...entries.values()];
}

/** Several entries may stand on one line of inetd.conf; one that is no socket's is a service by itself. */
function keyOf({ origin: { file, line, word }, label, name, sockets, activation }: Service): string {
  const own = sockets.length === 0 ? name : '';
  return JSON.stringify([file, line, word, label, activation, sockets[0]?.type ?? null, own]);
}
