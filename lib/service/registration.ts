/** The RPC side of a service: known to the portmapper while it listens. */

import type { SocketSpec } from '../model/address.ts';
import type { RpcProgram, Service } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import { localPort } from '../sys/socket.ts';
import type { World } from './serving.ts';

/** What one service has registered. */
export class Registration {
  readonly #world: World;
  #registered: {
    readonly service: Service;
    readonly program: RpcProgram;
    readonly spec: SocketSpec;
    readonly port: number;
  }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Registers every version for every socket; rejects with a SystemError when the portmapper does not take it. */
  async begin(service: Service, listeners: readonly Listener[]): Promise<void> {
    const program = service.rpc;
    if (program === undefined) return;
    for (const { fd, spec } of listeners) {
      const port = localPort(fd);
      await this.#world.rpc.register(program, spec, port);
      this.#registered.push({ service, program, spec, port });
      this.#say(service, port, true);
    }
  }

  /** Takes everything back; a portmapper that is gone has forgotten it anyway. */
  async end(): Promise<void> {
    for (const { service, program, spec, port } of this.#registered.splice(0)) {
      try {
        await this.#world.rpc.unregister(program, spec);
        this.#say(service, port, false);
      } catch {
        // Nothing to take back where nobody keeps the list.
      }
    }
  }

  #say(service: Service, port: number, registered: boolean): void {
    this.#world.emit({ event: 'rpc', service: service.name, label: service.label, registered, port });
  }
}
