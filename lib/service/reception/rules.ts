/** The rules that may need a look-up: a service's lists by name, then hosts.allow and hosts.deny. */

import type { AddressKey } from '../../access/address-key.ts';
import type { Level, RefusalReason } from '../../log/events.ts';
import type { Peer } from '../../model/peer.ts';
import type { Service } from '../../model/service.ts';
import type { Fd } from '../../sys/socket.ts';
import type { Host } from '../serving.ts';
import { GRANTED, type Granted, type Outcome } from '../wrap/outcome.ts';

/** What becomes of a caller; `gone`: he does not listen any more. */
export type Answer =
  | Granted
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly level: Level | null }
  | { readonly kind: 'gone' };

/** Whom it is about; `fd` is the connection, null for the sender of a datagram. */
export interface Asked {
  readonly fd: Fd | null;
  readonly peer: Peer;
  readonly address: AddressKey;
  /** The lists want his name. */
  readonly byName: boolean;
}

/** The answer at once, unless something must be looked up or done first. It never rejects. */
export function askRules(host: Host, service: Service, asked: Asked): Answer | Promise<Answer> {
  if (!asked.byName) return askWrappers(host, service, asked);
  return askLists(host, asked).then((answer) =>
    answer.kind === 'granted' ? askWrappers(host, service, asked) : answer,
  );
}

async function askLists({ admission, world }: Host, { address, peer }: Asked): Promise<Answer> {
  const name = peer.kind === 'inet' ? await world.names.known(peer.address) : null;
  const verdict = admission.decideByName(address, name);
  return verdict === 'admit' ? GRANTED : { kind: 'refused', reason: verdict, level: null };
}

function askWrappers({ world }: Host, service: Service, { fd, peer }: Asked): Answer | Promise<Answer> {
  if (service.wrap === null) return GRANTED;
  const outcome = world.wrappers.ask(service, { fd, peer });
  return outcome instanceof Promise ? outcome.then(answerOf) : answerOf(outcome);
}

function answerOf(outcome: Outcome): Answer {
  return outcome.kind === 'granted' ? outcome : { ...outcome, reason: 'wrappers' };
}
