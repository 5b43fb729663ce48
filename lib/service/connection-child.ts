/** A child that serves one peer, from its start to its end. */

import type { AddressKey } from '../access/source-rate.ts';
import type { Exit, StartFailure, StartHandlers } from '../exec/launch.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import { errnoText } from '../sys/errno.ts';
import { exitedEvent } from './exited.ts';
import { FREED, type Host, programOf, SPAWN_PAUSE } from './serving.ts';

/** Counted at the gates from here on; the start queue waits for one of started and failed. */
export class ConnectionChild implements StartHandlers {
  readonly #host: Host;
  readonly #peer: Peer;
  readonly #address: AddressKey;
  readonly #acceptedAt: number;

  constructor(host: Host, peer: Peer, address: AddressKey, acceptedAt: number) {
    this.#host = host;
    this.#peer = peer;
    this.#address = address;
    this.#acceptedAt = acceptedAt;
    host.admission.began(address);
    host.world.starts.begin();
  }

  started(pid: number): void {
    const { service, world } = this.#host;
    world.starts.end();
    if (!world.connections) return;
    const startMs = world.clock.now() - this.#acceptedAt;
    world.emit({
      event: 'started',
      service: service.name,
      label: service.label,
      pid,
      peer: formatPeer(this.#peer),
      startMs,
    });
  }

  failed(failure: StartFailure): void {
    const { admission, service, world } = this.#host;
    world.starts.end();
    admission.ended(this.#address);
    const program = programOf(service);
    const reason = errnoText(failure.code);
    world.emit({
      event: 'start-failed',
      service: service.name,
      label: service.label,
      program,
      ...failure,
      reason,
    });
    // No process, no memory: not this service's fault, and the next caller would meet the same.
    if (failure.step === 'clone' || failure.step === 'close-range') {
      this.#host.apply(SPAWN_PAUSE);
    } else this.#host.apply(FREED);
  }

  exited(exit: Exit): void {
    const { admission, service, world } = this.#host;
    admission.ended(this.#address);
    if (world.connections) {
      const durationMs = world.clock.now() - this.#acceptedAt;
      world.emit(exitedEvent(service, exit, { durationMs, wait: false }));
    }
    this.#host.apply(FREED);
  }
}
