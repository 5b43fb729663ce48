/** The private servers of an intercepted service: one for each of its listeners, made when the first caller comes. */

import type { Launcher } from '../../exec/launch.ts';
import type { Service } from '../../model/service.ts';
import type { Listener } from '../../net/listener.ts';
import type { Host } from '../serving.ts';
import { noPrivateSocket } from './no-private-socket.ts';
import { PrivateServer } from './private-server.ts';

/** Belongs to one definition of the service; the next one takes the servers over as they are. */
export class PrivateServers {
  readonly #host: Host;
  readonly #launcher: Launcher;
  readonly #servers = new Map<Listener, PrivateServer>();

  constructor(host: Host, launcher: Launcher) {
    this.#host = host;
    this.#launcher = launcher;
  }

  /** null: it has no socket, which was said, and nobody is served. */
  of(listener: Listener): PrivateServer | null {
    const known = this.#servers.get(listener);
    if (known !== undefined) return known;
    try {
      const server = new PrivateServer(this.#host, this.#launcher, listener.spec);
      this.#servers.set(listener, server);
      return server;
    } catch (error) {
      noPrivateSocket(this.#host, error);
      return null;
    }
  }

  /** One that runs goes on under the definition that it was started with; the next start is of the new one. */
  takeOver(former: PrivateServers): void {
    for (const [listener, server] of former.#servers) {
      server.replace(this.#host.service, this.#launcher);
      this.#servers.set(listener, server);
    }
    former.#servers.clear();
  }

  /** Whether a server must end before this definition can hold: under it one would accept beside the one that runs. */
  outlast({ action, activation, intercept }: Service): boolean {
    if (intercept || activation !== 'wait' || action.kind !== 'exec') return false;
    return [...this.#servers.values()].some(({ isRunning }) => isRunning);
  }

  close(listener: Listener): void {
    this.#servers.get(listener)?.close();
    this.#servers.delete(listener);
  }
}
