/** What a service has besides its processes: descriptors that it stored, the connection of an instance, its PID file. */

import type { ServiceUnit } from '../../model/service-unit.ts';
import { close, type Fd } from '../../sys/socket.ts';
import type { InstanceConnection, NamedFd } from '../types.ts';
import { FdStore } from './fd-store.ts';
import type { Notification } from './notify.ts';
import { removePidFile } from './pid-file.ts';

/** Owns them from one life to the next. */
export class Belongings {
  readonly #store = new FdStore();
  #connection: InstanceConnection | null = null;

  get connection(): InstanceConnection | null {
    return this.#connection;
  }

  /** The newest first. */
  get stored(): readonly NamedFd[] {
    return this.#store.all;
  }

  adopt(connection: InstanceConnection): void {
    this.#connection = connection;
  }

  /** Keeps the descriptors of a message, or closes them: what is not to be kept came by mistake, or is a barrier. */
  take({ remove, store }: Notification, fds: readonly Fd[], most: number): void {
    if (remove !== null) this.#store.remove(remove);
    for (const fd of fds) {
      if (store === null) close(fd);
      else this.#store.add(fd, store.name, most);
    }
  }

  /** A life is over. `again`: another one follows, `restarts`: by itself, and then for the same caller. */
  release(
    unit: ServiceUnit,
    { again, restarts }: { readonly again: boolean; readonly restarts: boolean },
  ): void {
    const { fdStorePreserve, head, pidFile } = unit;
    if (fdStorePreserve === 'no' || (fdStorePreserve === 'restart' && !again)) this.#store.clear();
    if (pidFile !== null) removePidFile(pidFile);
    if (!restarts) this.hangUp(head.name);
  }

  /** The instance of this name serves nobody any more. */
  hangUp(name: string): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    close(connection.fd);
    connection.socket.connectionEnded(name);
  }
}
