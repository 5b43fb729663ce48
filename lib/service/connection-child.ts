/** A child that serves one peer, from its start to its end. */

import type { AddressKey } from '../access/address-key.ts';
import type { Exit, Launcher, Start, StartFailure, StartHandlers } from '../exec/launch.ts';
import type { Level, RefusalReason } from '../log/events.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import { errnoText } from '../sys/errno.ts';
import { exitedEvent } from './exited.ts';
import type { Servers } from './servers.ts';
import { FREED, type Host, programOf, SPAWN_PAUSE } from './serving.ts';
import { startPatiently } from './start-patiently.ts';

/** Counted at the gates from here on, until it ends or is withdrawn. */
export class ConnectionChild implements StartHandlers {
  readonly #host: Host;
  readonly #peer: Peer;
  readonly #address: AddressKey;
  readonly #acceptedAt: number;
  /** Of the line that tells the start, where a rule asks for one. */
  #level: Level | null = null;
  /** Those among whom it is known, from its start on. */
  #servers: Servers | null = null;

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
    const { servers, service, world } = this.#host;
    this.#servers = servers;
    servers?.starts();
    if (service.startRetries > 0)
      startPatiently({ launcher, start, retries: service.startRetries, servers }, this, world);
    else {
      world.starts.begin();
      launcher.start(start, this);
    }
  }

  /** It is not to be started: the peer is turned away after all. */
  refused(reason: RefusalReason, level: Level | null): void {
    this.#host.admission.withdrew(this.#address);
    this.#host.refuse(reason, this.#peer, level);
    this.#host.apply(FREED);
  }

  /** The peer went away before anything was done for it. */
  left(): void {
    this.#host.admission.withdrew(this.#address);
    this.#host.apply(FREED);
  }

  /** The peer was served without a process. */
  closed(): void {
    this.#host.admission.ended(this.#address);
    this.#host.apply(FREED);
  }

  started(pid: number): void {
    const { service, tells, world } = this.#host;
    world.starts.end();
    this.#servers?.started(pid, { peer: this.#peer, address: this.#address });
    if (!tells) return;
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
    this.#servers?.failed();
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
    if (!isForWantOfProcesses(failure)) {
      this.#host.apply(FREED);
      return;
    }
    if (service.log !== null) this.#host.refuse('start-failed', this.#peer);
    // Not this service's fault, and the next caller would meet the same.
    this.#host.apply(SPAWN_PAUSE);
  }

  exited(exit: Exit): void {
    const { admission, service, tells, world } = this.#host;
    admission.ended(this.#address);
    this.#servers?.exited(exit.pid);
    if (tells) {
      const durationMs = world.clock.now() - this.#acceptedAt;
      world.emit(exitedEvent(service, exit, { durationMs, wait: false }));
    }
    this.#host.apply(FREED);
  }
}

/** No process, no memory: there was never anything to start. */
export function isForWantOfProcesses({ step }: StartFailure): boolean {
  return step === 'clone' || step === 'close-range';
}
