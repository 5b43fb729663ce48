/** The one server of a `wait` service whose callers are passed on to it: it has a private listener. */

import { Admission } from '../../access/admission.ts';
import type { Launcher } from '../../exec/launch.ts';
import type { RefusalReason } from '../../log/events.ts';
import { OPEN_ACCESS } from '../../model/access.ts';
import type { SocketSpec } from '../../model/address.ts';
import type { Peer } from '../../model/peer.ts';
import type { Service } from '../../model/service.ts';
import { Listener } from '../../net/listener.ts';
import type { Cancel } from '../../sys/clock.ts';
import { randomBytes, randomInt } from '../../sys/random.ts';
import { setSignatureKey } from '../../sys/signature.ts';
import { bind, close, type Fd, listen, localPort, moveHigh, openSocket } from '../../sys/socket.ts';
import { HandOver } from '../hand-over.ts';
import type { Servers } from '../servers.ts';
import { FREED, type Host, type Room, type World } from '../serving.ts';
import type { ServiceEvent } from '../state.ts';
import type { Destination } from './passing-on.ts';

/**
 * Handed over as the service's own listener would be: the server runs from the first guest on, and guests who wait when it
 * ends start the next one. What limits the starts of the service limits those of the server too; everything else was asked
 * before a guest came here.
 */
export class PrivateServer implements Host {
  readonly admission: Admission;
  readonly world: World;
  readonly #outer: Host;
  readonly #listener: Listener;
  #service: Service;
  #handOver: HandOver;
  #destination: Destination;
  /** A changed definition that waits for the server that runs now. */
  #next: Definition | null = null;
  #cancel: Cancel | null = null;

  /** Throws the SystemError of a socket that cannot be had. */
  constructor(outer: Host, launcher: Launcher, spec: SocketSpec) {
    const { service, world } = outer;
    this.#outer = outer;
    this.world = world;
    this.#service = behindGates(service);
    this.admission = new Admission(this.#service, world.house);
    this.#handOver = new HandOver(this, launcher);
    const key = randomBytes(KEY_BYTES);
    const { family, fd, host } = openPrivate(spec, key, world.lowest);
    const port = localPort(fd);
    this.#listener = new Listener({ spec, fd, inherited: false }, world.poller, () =>
      this.#handOver.readable(this.#listener),
    );
    this.#listener.watch();
    this.#destination = {
      addresses: [host],
      port,
      name: service.label,
      prepare: (socket) => setSignatureKey(socket, family, key),
    };
  }

  get service(): Service {
    return this.#service;
  }

  /** One has the socket, or is on its way to its program. */
  get isRunning(): boolean {
    return this.admission.children > 0;
  }

  /** How the daemon reaches it. */
  get destination(): Destination {
    return this.#destination;
  }

  get tells(): boolean {
    return this.#outer.tells;
  }

  get servers(): Servers | null {
    return this.#outer.servers;
  }

  /** Goes on under a changed definition, at once or when the server that runs has ended. */
  replace(service: Service, launcher: Launcher): void {
    this.#next = { service, launcher };
    if (this.isRunning) return;
    this.#adopt();
    this.#cancel?.();
    this.#listener.watch();
  }

  apply(event: ServiceEvent): void {
    if (this.isRunning || event.name === 'handed') return;
    this.#adopt();
    if (event.name === 'freed') this.#listener.watch();
    else if (event.name === 'pause' || event.name === 'trip') this.#pause(event);
    // The service may have waited for this, too.
    this.#outer.apply(FREED);
  }

  /** A server that does not start, or too often, is the service's trouble; guests who wait already wait on. */
  #pause(event: Extract<ServiceEvent, { readonly name: 'pause' | 'trip' }>): void {
    const { perSecond, tripPauseMs } = this.service.limits;
    const pauseMs = event.name === 'pause' ? event.pauseMs : (perSecond?.pauseMs ?? tripPauseMs);
    this.#listener.unwatch();
    this.#cancel?.();
    this.#cancel = this.world.clock.after(pauseMs, () => this.#listener.watch());
    this.#outer.apply(event);
  }

  #adopt(): void {
    if (this.#next === null) return;
    const { launcher, service } = this.#next;
    this.#next = null;
    this.#service = behindGates(service);
    this.admission.replace(this.#service);
    this.#handOver = new HandOver(this, launcher);
    this.#destination = { ...this.#destination, name: service.label };
  }

  refuse(reason: RefusalReason, peer: Peer): void {
    this.#outer.refuse(reason, peer);
  }

  stall({ whenRoom }: Room): void {
    this.#listener.unwatch();
    whenRoom(() => this.#listener.watch());
  }

  /** A server that runs keeps its socket; no other one is started. */
  close(): void {
    this.#cancel?.();
    this.#listener.close();
  }
}

interface Definition {
  readonly service: Service;
  readonly launcher: Launcher;
}

/** Who comes here has passed the gates of the service. */
function behindGates(service: Service): Service {
  return {
    ...service,
    wrap: null,
    reception: null,
    access: OPEN_ACCESS,
    limits: {
      ...service.limits,
      children: null,
      perAddressPerMinute: null,
      perAddressChildren: null,
      ipMax: null,
    },
  };
}

const KEY_BYTES = 64;

interface Private {
  readonly fd: Fd;
  readonly family: 4 | 6;
  readonly host: string;
}

/**
 * Loopback is everybody's on this machine, so only the daemon, which knows the key, can connect: nobody gets around the
 * checks. Datagrams cannot be signed: who finds the port on this machine can send to it, from loopback addresses alone.
 * An IPv6 service gets ::1, another one an address of 127/8 that nobody else uses.
 */
function openPrivate({ address, backlog, type }: SocketSpec, key: Uint8Array, lowest: number): Private {
  if (address.kind !== 'inet') throw new TypeError('only internet services are intercepted');
  const { family } = address;
  const host = family === 6 ? '::1' : `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  let fd = openSocket(family, type, 0);
  try {
    fd = moveHigh(fd, lowest);
    if (type === 'stream') setSignatureKey(fd, family, key);
    bind(fd, { kind: 'inet', family, host, port: 0 });
    if (type === 'stream') listen(fd, backlog);
    return { fd, family, host };
  } catch (error) {
    close(fd);
    throw error;
  }
}
