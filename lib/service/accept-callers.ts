/** Accepting the callers of a listener: a bounded batch, each of them asked about at the gates. */

import type { AddressKey } from '../access/address-key.ts';
import type { RefusalReason } from '../log/events.ts';
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

/** Takes the callers over, one by one; `index` is the place in the world's batch, `now` monotonic, ms. */
export interface Door {
  /** The gates let the caller in; `byName`: unless his name says otherwise. */
  admit(fd: Fd, index: number, address: AddressKey, now: number, byName: boolean): void;
  /** Tells and closes. */
  refuse(fd: Fd, index: number, reason: RefusalReason): void;
}

/** The listener is readable. Without room the service is full; when it trips, the rest of the batch is closed with it. */
export function acceptCallers(host: Host, listener: Listener, how: Accepting, door: Door): void {
  const { admission, world } = host;
  if (how.room <= 0) {
    host.apply({ name: 'filled' });
    return;
  }
  const { accepted } = world;
  const now = world.clock.now();
  const max = Math.min(how.room, admission.room(now));
  const count = accepted.accept(listener.fd, { blocking: how.blocking, max });
  if (count < 0) {
    acceptFailed(host, -count);
    return;
  }
  for (let i = 0; i < count; i++) {
    if (!ask(host, i, now, door)) {
      for (let rest = i + 1; rest < count; rest++) close(accepted.fds[rest] ?? -1);
      host.apply({ name: 'trip' });
      return;
    }
  }
  if (admission.full) host.apply({ name: 'filled' });
}

/** False when the service trips: this caller came too late, and so did those behind it. */
function ask(host: Host, index: number, now: number, door: Door): boolean {
  const { admission, service, world } = host;
  const { accepted } = world;
  const fd = accepted.fds[index] ?? -1;
  const address = admission.asksAddress ? accepted.addressKey(index) : '';
  const verdict = admission.ask(address, now);
  if (verdict === 'trip') {
    // A service that is told to rest for a while says whom it did not serve; inetd's loop detection does not.
    if (service.limits.perSecond === null) close(fd);
    else door.refuse(fd, index, 'rate');
    return false;
  }
  const passes = verdict === 'admit' || verdict === 'ask-name';
  if (!passes) door.refuse(fd, index, verdict);
  else if (service.refuseFtpData && accepted.peerPort(index) === FTP_DATA) {
    door.refuse(fd, index, 'ftp-data');
  } else door.admit(fd, index, address, now, verdict === 'ask-name');
  return true;
}
