/** Refusals, counted all and told a few times: a flood of callers must not become a flood of lines. */

import { explainAccess } from '../access/explain.ts';
import { Window } from '../access/window.ts';
import type { Level, RefusalReason } from '../log/events.ts';
import { hostOf } from '../log/names.ts';
import { formatPeer, type Peer } from '../model/peer.ts';
import type { Service } from '../model/service.ts';
import { peerKey } from './peer-key.ts';
import type { World } from './serving.ts';

const LINES = { burst: 5, intervalMs: 10_000 };

/** At most so many lines in the interval for one service; the first one after it says how many were left out. */
export class RefusalLog {
  readonly #world: World;
  readonly #lines = new Window(LINES);
  #count = 0;
  #suppressed = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Every refusal so far. */
  get count(): number {
    return this.#count;
  }

  add(refusal: Refusal): void {
    this.#count += 1;
    if (this.#lines.admit(this.#world.clock.now())) {
      const suppressed = this.#suppressed;
      this.#suppressed = 0;
      this.#emit(refusal, suppressed);
      return;
    }
    this.#suppressed += 1;
    // What a service's own log holds is that log's to limit.
    if (refusal.service.log !== null) this.#emit(refusal, 0, true);
  }

  #emit({ service, reason, peer, level }: Refusal, suppressed: number, hidden = false): void {
    const { label, name, wrap } = service;
    this.#world.emit({
      event: 'refused',
      service: name,
      label,
      peer: formatPeer(peer),
      reason,
      limit: limitOf(service, reason),
      suppressed,
      ...(level === null ? {} : { level }),
      ...(hidden ? { hidden } : {}),
      ...(reason === 'wrappers' && wrap !== null ? { daemon: wrap.daemon } : {}),
    });
    if (!hidden && reason === 'address' && isOnBothLists(service, peer)) this.#sayMatch(service, peer);
  }

  /** The message that administrators of xinetd look for. */
  #sayMatch({ name }: Service, peer: Peer): void {
    const match = `only_from list and no_access list match equally the address ${hostOf(formatPeer(peer))}`;
    this.#world.emit({ event: 'message', level: 'err', message: `Service=${name}: ${match}` });
  }
}

/** Who was turned away from what. */
interface Refusal {
  readonly service: Service;
  readonly reason: RefusalReason;
  readonly peer: Peer;
  readonly level: Level | null;
}

/** Whether both lists mean the caller's address: he is refused, whichever is more exact (xinetd.conf(5), only_from). */
function isOnBothLists({ access }: Service, peer: Peer): boolean {
  if (access.only === null || access.never.length === 0) return false;
  const { never, only } = explainAccess(access, peerKey(peer), null);
  return never !== null && only !== null;
}

function limitOf({ access, limits }: Service, reason: RefusalReason): number | null {
  switch (reason) {
    case 'rate':
      return limits.perSecond?.rate ?? limits.perMinute;
    case 'per-address-rate':
      return limits.perAddressPerMinute;
    case 'per-address-children':
      return limits.perAddressChildren;
    case 'ip-max':
      return limits.ipMax;
    case 'ftp-data':
    case 'wrappers':
    case 'loop':
    case 'start-failed':
    case 'hours':
    case 'sensor':
    case 'address':
    case 'ident':
    case 'process-limit':
      return null;
    case 'load':
      return access.maxLoad;
    case 'children':
      return limits.children;
  }
}
