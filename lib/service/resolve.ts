/** The names of both ends of a connection, without anybody waiting but this connection. */

import { lookupService } from 'node:dns';
import type { TcpEnds } from '../exec/environment.ts';
import type { Clock } from '../sys/clock.ts';

/** A resolver that does not answer delays one start, not for longer than this. */
const TIMEOUT_MS = 5000;

/** Calls back once, with the names that were found in time. */
export function resolveNames(ends: TcpEnds, clock: Clock, found: (ends: TcpEnds) => void): void {
  let named = ends;
  let open = 2;
  let cancel = () => {};
  const finish = () => {
    cancel();
    open = Number.NEGATIVE_INFINITY;
    found(named);
  };
  const look = (end: TcpEnds['local'], name: (host: string) => void) =>
    lookupService(end.address, end.port, (error, host) => {
      if (open <= 0) return;
      // getnameinfo(3) gives the address itself back when there is no name.
      if (error === null && host !== end.address) name(host);
      open -= 1;
      if (open === 0) finish();
    });
  look(ends.local, (localHost) => (named = { ...named, localHost }));
  look(ends.remote, (remoteHost) => (named = { ...named, remoteHost }));
  cancel = clock.after(TIMEOUT_MS, finish);
}
