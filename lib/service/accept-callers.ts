/** Accepting the callers of a listener: a bounded batch, each of them asked about at the gates. */

import type { AddressKey } from '../access/source-rate.ts';
import type { Listener } from '../net/listener.ts';
import { close, type Fd } from '../sys/socket.ts';
import { acceptFailed } from './accept-failed.ts';
import type { Host } from './serving.ts';

/** TCP port of FTP data connections: a caller from there is an FTP server that somebody bounces off (CERT CA-1997-27). */
const FTP_DATA = 20;

/** How to accept: descriptors that block or not, and how many callers there is room for. */
export interface Accepting {
  readonly blocking: boolean;
  readonly room: number;
}

/** Serves one who was admitted; `index` is the place in the world's batch, `now` monotonic, ms. */
export type Serve = (fd: Fd, index: number, address: AddressKey, now: number) => void;

/** The listener is readable. Without room the service is full; when it trips, the rest of the batch is closed with it. */
export function acceptCallers(host: Host, listener: Listener, how: Accepting, serve: Serve): void {
  const { admission, world } = host;
  if (how.room <= 0) {
    host.apply({ name: 'filled' });
    return;
  }
  const { accepted } = world;
  const count = accepted.accept(listener.fd, { blocking: how.blocking, max: how.room });
  if (count < 0) {
    acceptFailed(host, -count);
    return;
  }
  const now = world.clock.now();
  for (let i = 0; i < count; i++) {
    if (!admit(host, i, now, serve)) {
      for (let rest = i; rest < count; rest++) close(accepted.fds[rest] ?? -1);
      host.apply({ name: 'trip' });
      return;
    }
  }
  if (admission.full) host.apply({ name: 'filled' });
}

/** False when the service trips: this caller came too late, and so did those behind it. */
function admit(host: Host, index: number, now: number, serve: Serve): boolean {
  const { admission, service, world } = host;
  const { accepted } = world;
  const fd = accepted.fds[index] ?? -1;
  const address = admission.asksAddress ? accepted.addressKey(index) : '';
  const verdict = admission.ask(address, now);
  if (verdict === 'trip') return false;
  const ftpData = service.refuseFtpData && accepted.peerPort(index) === FTP_DATA;
  if (verdict === 'admit' && !ftpData) serve(fd, index, address, now);
  else {
    close(fd);
    host.refuse(verdict === 'admit' ? 'ftp-data' : verdict, accepted.peer(index));
  }
  return true;
}
