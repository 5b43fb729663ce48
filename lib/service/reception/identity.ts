/** Whom the caller's host names as the user of a connection, told as an event. */

import { formatPeer, type Peer } from '../../model/peer.ts';
import type { Service } from '../../model/service.ts';
import { type Fd, localAddress } from '../../sys/socket.ts';
import type { Host } from '../serving.ts';
import { askIdent, type IdentAnswer } from '../wrap/ident.ts';

/** How long a caller may wait for its host's answer, ms (xinetd.conf(5), USERID). */
const TIMEOUT_MS = 30_000;

/** A connection; `required`: without an answer nobody is served. */
export interface Unidentified {
  readonly fd: Fd;
  readonly peer: Peer;
  readonly required: boolean;
}

/** Asks and tells; true when the host named somebody. It never rejects. */
export async function tellIdentity(
  { world }: Host,
  { label, name: service }: Service,
  { fd, peer, required }: Unidentified,
): Promise<boolean> {
  const answer = await ask(fd, peer, world.clock);
  const user = answer.kind === 'user' ? answer.text : null;
  const problem = answer.kind === 'problem' ? answer.problem : null;
  world.emit({ event: 'identified', service, label, peer: formatPeer(peer), user, problem, required });
  return user !== null;
}

function ask(fd: Fd, client: Peer, clock: Host['world']['clock']): Promise<IdentAnswer> {
  const server = localAddress(fd);
  if (client.kind !== 'inet' || server.kind !== 'inet') {
    return Promise.resolve({ kind: 'problem', problem: 'no server' });
  }
  return askIdent({ client, server }, TIMEOUT_MS, clock);
}
