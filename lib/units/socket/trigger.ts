/** Accept=no: a caller starts the service, which gets the sockets themselves (systemd.socket(5)). */

import { say } from '../messages.ts';
import type { UnitRunner } from '../types.ts';
import type { Reception } from './callers.ts';
import { flush } from './flush.ts';
import type { Port } from './port.ts';

/** The socket unit around its trigger. */
export interface Triggering extends Reception {
  /** The service is on its way, or units that may not be disturbed stand against it (DeferTrigger=). */
  became(what: 'triggered' | 'deferred'): void;
}

/** Asks for the service, as often as the limits allow. */
export class Trigger {
  readonly #at: Triggering;
  #count = 0;

  constructor(at: Triggering) {
    this.#at = at;
  }

  /** How often the service was asked for. */
  get count(): number {
    return this.#count;
  }

  /** The port is readable: somebody calls. */
  pull(port: Port): void {
    const { fail, home, runner, triggers } = this.#at;
    const now = home.world.clock.now();
    if (home.hasJob(runner.name, 'stop')) flush([port], home.world.accepted);
    else if (!port.polls.admit(now)) this.#slowDown(port, port.polls.left(now));
    else if (triggers.admit(now)) this.startService();
    else if (runner.unit.atTriggerLimit === 'pause') this.#rest(now);
    else {
      this.#say('trigger-limit');
      fail('trigger-limit-hit');
    }
  }

  /** Nothing happens to a service that has the descriptors, or will have them without another start. */
  startService(): void {
    const { became, fail, home, runner } = this.#at;
    const { service } = runner.unit;
    const found = home.find(service);
    if (this.#defers()) return;
    const coming = (found !== null && this.#isComing(found)) || home.hasJob(service, 'start');
    const problem = coming ? null : home.request('start', service, 'replace');
    if (problem === null) {
      this.#count += 1;
      became('triggered');
      return;
    }
    this.#say('problem', `Failed to queue service startup job: ${problem}`);
    fail('resources');
  }

  #slowDown(port: Port, forMs: number): void {
    // Else a service that dies at once would never use up how often it may be triggered.
    this.#at.triggers.hold(forMs);
    this.#at.ports.pause(port, forMs);
    this.#say('poll-limit', port.address);
  }

  /** All callers wait until the interval of the limit ends. */
  #rest(now: number): void {
    const { ports, triggers } = this.#at;
    for (const port of ports.list) ports.pause(port, triggers.left(now));
    this.#say('trigger-pause');
  }

  /** Also between two lives of its own (RestartSec=). */
  #isComing({ active, sub }: UnitRunner): boolean {
    if (sub === 'auto-restart' && this.#at.runner.unit.interruptsRestart) return false;
    return active === 'active' || active === 'activating' || active === 'reloading';
  }

  /** DeferTrigger=: whoever runs against the service is not disturbed. */
  #defers(): boolean {
    const { became, home, runner } = this.#at;
    const { deferTrigger, service } = runner.unit;
    if (deferTrigger === 'no' || home.disturbs?.(service) !== true) return false;
    if (runner.sub !== 'deferred') this.#say('deferred', service);
    became('deferred');
    return true;
  }

  #say(saying: Parameters<typeof say>[2], ...args: readonly (string | number)[]): void {
    say(this.#at.home.world.emit, this.#at.runner.unit.head, saying, ...args);
  }
}
