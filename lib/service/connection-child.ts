/** A child that serves one peer, from its start to its end. */

import type { AddressKey } from '../access/source-rate.ts';
import type { Exit, Launcher, Start, StartFailure, StartHandlers } from '../exec/launch.ts';
import type { Level } from '../log/events.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import { errnoText } from '../sys/errno.ts';
import { exitedEvent } from './exited.ts';
import { FREED, type Host, programOf, SPAWN_PAUSE } from './serving.ts';

/** Counted at the gates from here on, until it ends or is withdrawn. */
export class ConnectionChild implements StartHandlers {
  readonly #host: Host;
  readonly #peer: Peer;
  readonly #address: AddressKey;
  readonly #acceptedAt: number;
  /** Of the line that tells the start, where a rule asks for one. */
  #level: Level | null = null;

  constructor(host: Host, peer: Peer, address: AddressKey, acceptedAt: number) {
    this.#host = host;
    this.#peer = peer;
    this.#address = address;
    this.#acceptedAt = acceptedAt;
    host.admission.began(address);
  }

  /** Starts it; the start queue waits for one of started and failed. */
  start(launcher: Launcher, start: Start, level: Level | null = null): void {
    this.#level = level;
    this.#host.world.starts.begin();
    launcher.start(start, this);
  }

  /** It is not to be started: hosts.allow and hosts.deny turn the peer away. */
  refused(level: Level | null): void {
    this.#host.admission.withdrew(this.#address);
    this.#host.refuse('wrappers', this.#peer, level);
    this.#host.apply(FREED);
  }

  /** The peer was served without a process. */
  closed(): void {
    this.#host.admission.ended(this.#address);
    this.#host.apply(FREED);
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
      ...(this.#level === null ? {} : { level: this.#level }),
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
