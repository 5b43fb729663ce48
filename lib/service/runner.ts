/** One service at run time: carries out what its state machine says. */

import { Admission } from '../access/admission.ts';
import type { Level, RefusalReason } from '../log/events.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Service } from '../model/service.ts';
import type { Listener } from '../net/listener.ts';
import type { Cancel } from '../sys/clock.ts';
import { errnoText } from '../sys/errno.ts';
import { SystemError } from '../sys/errors.ts';
import type { Fd } from '../sys/socket.ts';
import { endServers } from './ending.ts';
import { Listeners } from './listeners.ts';
import { peerKey } from './peer-key.ts';
import { RefusalLog } from './refusal-log.ts';
import { Registration } from './registration.ts';
import { Servers } from './servers.ts';
import type { Host, Room, Serving, World } from './serving.ts';
import { servingOf } from './serving-of.ts';
import { type Action, bindRetryMs, type Policy, type ServiceEvent, type State, step } from './state.ts';

/** Owns the listeners of a service and its way of serving. Outlives changes of its definition. */
export class Runner implements Host {
  readonly world: World;
  readonly admission: Admission;
  readonly #listeners: Listeners;
  readonly #registration: Registration;
  readonly #refusals: RefusalLog;
  #service: Service;
  /** A changed definition that waits for the server that has the listeners now. */
  #next: Service | null = null;
  #serving: Serving;
  /** Ways of serving of definitions before this one, while they still do something for their callers. */
  #former: readonly Serving[] = [];
  #servers: Servers | null = null;
  #state: State = { name: 'closed' };
  #cancel: Cancel | null = null;
  /** The portmapper's answer, while it is awaited. It never rejects. */
  #registering: Promise<void> = Promise.resolve();
  /** The end of the RPC registration, once it has begun. */
  #withdrawn: Promise<void> = Promise.resolve();
  /** What was said last about a bind that fails, so that it is said once. */
  #problem = '';

  constructor(service: Service, world: World) {
    this.world = world;
    this.#service = service;
    this.admission = new Admission(service, world.house);
    this.#listeners = new Listeners(world, (listener) => this.#readable(listener));
    this.#registration = new Registration(world);
    this.#refusals = new RefusalLog(world);
    this.#serving = servingOf(this);
  }

  get service(): Service {
    return this.#service;
  }

  /** The definition to compare a reload with. */
  get definition(): Service {
    return this.#next ?? this.#service;
  }

  get serving(): Serving {
    return this.#serving;
  }

  get state(): State {
    return this.#state;
  }

  get tells(): boolean {
    return this.world.connections || this.#service.log !== null;
  }

  /** Made when the definition first asks for it: most services have no use for it. */
  get servers(): Servers | null {
    if (this.#servers === null && knowsServers(this.#service)) this.#servers = new Servers(this.world.clock);
    return this.#servers;
  }

  get refused(): number {
    return this.#refusals.count;
  }

  get sockets(): number {
    return this.#listeners.all.length;
  }

  /** Those of its listeners. */
  get descriptors(): readonly Fd[] {
    return this.#listeners.all.map(({ fd }) => fd);
  }

  /** Goes on under a changed definition with the same sockets, at once or when a running server gives them back. */
  replace(service: Service): void {
    if (this.#state.name === 'handed-over' || this.#serving.outlasts?.(service)) this.#next = service;
    else this.#adopt(service);
  }

  apply(event: ServiceEvent): void {
    if (event.name === 'freed' && this.#next !== null && !this.#serving.outlasts?.(this.#next)) {
      this.#adopt(this.#next);
    }
    const { state, actions } = step(this.#state, event, policyOf(this.#service, this.world));
    this.#state = state;
    for (const action of actions) this.#do(action);
  }

  refuse(reason: RefusalReason, peer: Peer, level: Level | null = null): void {
    this.admission.count(reason);
    this.#refusals.add({ service: this.#service, reason, peer, level });
  }

  stall({ whenRoom }: Room): void {
    this.#listeners.unwatch();
    whenRoom(() => {
      if (this.#state.name === 'listening') this.#listeners.watch();
    });
  }

  /** Resolves when a closed service is gone from the portmapper too. It never rejects. */
  get withdrawn(): Promise<void> {
    return this.#withdrawn;
  }

  /** The service is gone, or the daemon stops: its servers end where they are told to. It never rejects. */
  async endServers(timeoutMs: number): Promise<void> {
    if (this.#service.servers !== 'end') return;
    for (const serving of [...this.#former, this.#serving]) serving.abandon?.();
    this.#former = [];
    if (this.servers === null) return;
    await endServers(this.servers, { service: this.#service.name, timeoutMs }, this.world);
  }

  #readable(listener: Listener): void {
    // Another listener of the same batch of events may have changed the state.
    if (this.#state.name === 'listening') this.#serving.readable(listener);
  }

  #adopt(service: Service): void {
    this.#next = null;
    this.#listeners.unwatch();
    const former = this.#serving;
    this.#service = service;
    this.admission.replace(service);
    this.#serving = servingOf(this);
    this.#serving.succeed?.(former);
    for (const listener of this.#listeners.all) former.end?.(listener);
    this.#former = [...this.#former, former].filter(({ isBusy }) => isBusy === true);
    this.#tellDisallowed();
    this.#listeners.respecify(service.sockets);
    for (const listener of this.#listeners.all) this.#serving.begin?.(listener);
    if (this.#state.name === 'listening') this.#listeners.watch();
    else if (this.#state.name === 'full' && !this.admission.full) this.apply({ name: 'freed' });
  }

  /** Servers that would not be started any more live on; the log says so. */
  #tellDisallowed(): void {
    const { label, name: service } = this.#service;
    for (const [pid, served] of this.#servers?.all ?? []) {
      if (served === null || this.admission.allows(peerKey(served.peer))) continue;
      this.world.emit({ event: 'disallowed', service, label, pid, peer: formatPeer(served.peer) });
    }
  }

  #do(action: Action): void {
    const { clock, emit } = this.world;
    const { name: service, label, limits } = this.#service;
    switch (action.do) {
      case 'bind':
        this.#bind();
        return;
      case 'watch':
        this.#listeners.watch();
        return;
      case 'unwatch':
        this.#listeners.unwatch();
        return;
      case 'release':
        this.#release();
        return;
      case 'timer':
        this.#cancel?.();
        this.#cancel = clock.after(action.afterMs, () => this.apply({ name: 'timer' }));
        return;
      case 'stop-timer':
        this.#cancel?.();
        this.#cancel = null;
        return;
      case 'say-paused': {
        const { reason, pauseMs } = action;
        emit({
          event: 'paused',
          service,
          label,
          reason,
          limit: reason === 'rate' ? (limits.perSecond?.rate ?? limits.perMinute) : null,
          pauseMs,
        });
        return;
      }
      case 'say-resumed':
        // Only its rates were empty; after another pause they are what they were.
        if (action.reason === 'rate') this.admission.healed();
        emit({ event: 'resumed', service, label, reason: action.reason });
    }
  }

  #bind(): void {
    const { rpc, sockets } = this.#service;
    // Those of an attempt whose registration is still awaited.
    this.#listeners.close();
    try {
      this.#listeners.open(sockets, { share: this.#serving.sharesAddress === true });
    } catch (error) {
      this.#bindFailed(error);
      return;
    }
    if (rpc === undefined) {
      this.#bound();
      return;
    }
    const open = this.#listeners.all;
    // Nobody may wait for the answer any more: closed meanwhile, or tried again.
    const awaited = () => this.#listeners.all === open;
    this.#registering = this.#registration.begin(this.#service, open).then(
      () => {
        if (awaited()) this.#bound();
      },
      (error: unknown) => {
        if (!awaited()) return;
        this.#listeners.close();
        this.#bindFailed(error);
      },
    );
  }

  #bound(): void {
    this.#problem = '';
    for (const listener of this.#listeners.all) this.#serving.begin?.(listener);
    for (const address of this.#listeners.addresses()) {
      this.world.emit({ event: 'listening', service: this.#service.name, address });
    }
    this.apply({ name: 'bound' });
  }

  #bindFailed(error: unknown): void {
    const { name: service, label } = this.#service;
    const failure = error instanceof SystemError ? error : new SystemError('EIO', 'bind', String(error));
    this.apply({ name: 'bind-failed' });
    if (this.#problem === failure.message) return;
    this.#problem = failure.message;
    const { code, syscall: call } = failure;
    const retryMs = this.#state.name === 'unbound' ? bindRetryMs(this.#state.attempt) : 0;
    this.world.emit({
      event: 'bind-failed',
      service,
      label,
      address: failure.what,
      call,
      code,
      reason: errnoText(code),
      retryMs,
    });
  }

  #release(): void {
    const addresses = this.#listeners.addresses();
    for (const listener of this.#listeners.all) this.#serving.end?.(listener);
    this.#listeners.close();
    // A busy server still answers on its port (inetd(8)).
    const busy = this.#service.activation === 'wait' && this.admission.children > 0;
    if (!busy) this.#withdrawn = this.#registering.then(() => this.#registration.end());
    for (const address of addresses)
      this.world.emit({ event: 'closed', service: this.#service.name, address });
  }
}

/** A service that rests after too many starts a second keeps its port, and its time (xinetd.conf(5), cps). */
function policyOf({ limits }: Service, { onTrip }: World): Policy {
  const { perSecond, tripPauseMs } = limits;
  return perSecond === null
    ? { tripPauseMs, onTrip, retries: true }
    : { tripPauseMs: perSecond.pauseMs, onTrip: 'hold', retries: false };
}

/** Servers that end with their service, or whose callers the lists may shut out later. */
function knowsServers({ access, servers }: Service): boolean {
  return servers === 'end' || access.only !== null || access.never.length > 0;
}
