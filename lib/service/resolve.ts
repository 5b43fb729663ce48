/** The names of both ends of a connection, without anybody waiting but this connection. */

import type { TcpEnds } from '../exec/environment.ts';
import type { World } from './serving.ts';

/** A resolver that does not answer delays one start, not for longer than this. */
const TIMEOUT_MS = 5000;

/** Calls back once, with the names that were found in time. */
export function resolveNames(
  ends: TcpEnds,
  { clock, names }: Pick<World, 'clock' | 'names'>,
  found: (ends: TcpEnds) => void,
): void {
  let named = ends;
  let open = 2;
  let cancel = () => {};
  const finish = () => {
    cancel();
    open = Number.NEGATIVE_INFINITY;
    found(named);
  };
  const look = (end: TcpEnds['local'], take: (host: string) => void) => {
    const heard = (host: string | null) => {
      if (open <= 0) return;
      if (host !== null) take(host);
      open -= 1;
      if (open === 0) finish();
    };
    names.bare(end.address).then(heard, () => heard(null));
  };
  look(ends.local, (localHost) => (named = { ...named, localHost }));
  look(ends.remote, (remoteHost) => (named = { ...named, remoteHost }));
  cancel = clock.after(TIMEOUT_MS, finish);
}
