/** What a socket unit must fulfil to be started (systemd.socket(5)). */

import { isAccepting } from '../../../model/listen-target.ts';
import { labelDirectives } from '../directives/isolation.ts';
import { lastLine, placeOf, type WholeSocketDraft } from '../draft/draft.ts';
import { accessOf } from '../values/access.ts';
import { type Finding, type Rule, unhonoured } from './finding.ts';

// biome-ignore format: a table
/** The rules, in the order in which they are tried: the first one that is broken refuses the unit. */
export const SOCKET_RULES: readonly Rule<WholeSocketDraft>[] = [
  { load: 'bad-setting', code: 'unit/refused-value', find: unreadableLine },
  { load: 'bad-setting', code: 'unit/no-listen', find: noListen },
  { load: 'error', code: 'unit/dot-dot', find: dotDot },
  { load: 'bad-setting', code: 'unit/cannot-accept', find: cannotAccept },
  { load: 'bad-setting', code: 'unit/accept-service', find: acceptService },
  { load: 'bad-setting', code: 'unit/max-connections', find: noConnections },
  { load: 'bad-setting', code: 'unit/symlinks', find: symlinks },
  { load: 'bad-setting', code: 'unit/queue-sizes', find: queueSizes },
  { load: 'bad-setting', code: 'unit/unhonoured', find: isolation },
];

function unreadableLine({ own }: WholeSocketDraft): Finding | null {
  const [at] = own.exec.broken;
  return at === undefined ? null : { at, message: `${at.key}= cannot be read`, said: true };
}

function noListen({ own }: WholeSocketDraft): Finding | null {
  if (own.listen.length > 0) return null;
  return {
    at: null,
    message: 'the unit has no Listen setting',
    help: "write 'ListenStream=PORT' in [Socket]",
  };
}

function dotDot({ own }: WholeSocketDraft): Finding | null {
  const found = own.listen.find(({ target }) => 'path' in target && target.path.split('/').includes('..'));
  if (found === undefined) return null;
  return { at: found.by, message: "the path has '..' in it", help: 'write the path without it' };
}

/** Datagrams too, although systemd.socket(5) says that Accept= is ignored for them. */
function cannotAccept(draft: WholeSocketDraft): Finding | null {
  if (!draft.own.accept) return null;
  const found = draft.own.listen.find(({ target }) => !isAccepting(target));
  if (found === undefined) return null;
  const accept = lastLine(draft, 'Accept');
  const where = accept === null ? '' : ` (${placeOf(accept)})`;
  return {
    at: found.by,
    message: `${found.by.key}= has no connections to accept, but Accept=yes is set${where}`,
    help: 'leave Accept= out: the service then gets the socket itself',
  };
}

function acceptService(draft: WholeSocketDraft): Finding | null {
  if (!draft.own.accept || draft.own.service === null) return null;
  const accept = lastLine(draft, 'Accept');
  const where = accept === null ? '' : ` (${placeOf(accept)})`;
  return {
    at: lastLine(draft, 'Service'),
    message: `Service= cannot be chosen with Accept=yes${where}`,
    help: 'connections go to the template of the same name; leave Service= out',
  };
}

function noConnections(draft: WholeSocketDraft): Finding | null {
  if (!draft.own.accept || draft.own.maxConnections > 0) return null;
  const help = 'write at least 1; 64 is the default';
  return { at: lastLine(draft, 'MaxConnections'), message: 'MaxConnections=0 admits nobody', help };
}

function symlinks(draft: WholeSocketDraft): Finding | null {
  const { files, listen } = draft.own;
  const count = listen.filter(({ target }) => target.kind === 'unix' || target.kind === 'fifo').length;
  if (files.symlinks.length === 0 || count === 1) return null;
  return {
    at: lastLine(draft, 'Symlinks'),
    message: `Symlinks= needs exactly one path to point at, and the unit listens on ${count}`,
    help: 'give each path a unit of its own',
  };
}

function queueSizes(draft: WholeSocketDraft): Finding | null {
  const { queueMessages = 0, queueMessageSize = 0 } = draft.own.options;
  if (queueMessages > 0 === queueMessageSize > 0) return null;
  return {
    at: lastLine(draft, queueMessages > 0 ? 'MessageQueueMaxMessages' : 'MessageQueueMessageSize'),
    message: 'MessageQueueMaxMessages= and MessageQueueMessageSize= are set both or not at all',
  };
}

/**
 * Settings of processes mean nothing without a command; those of the network are about the listener itself. Whom superd
 * accepts it can choose by address.
 */
function isolation({ own }: WholeSocketDraft): Finding | null {
  const { addressesAllowed: allowed, addressesDenied: denied } = own.exec;
  const hasCommands = Object.values(own.commands).some((lines) => lines.length > 0);
  const canChoose = own.accept && 'value' in accessOf({ allowed, denied });
  return unhonoured(own.exec, (key) =>
    key === 'IPAddressDeny' ? !canChoose : hasCommands || NETWORK.includes(key),
  );
}

const NETWORK = [
  'PrivateNetwork',
  'NetworkNamespacePath',
  'SocketBindDeny',
  'RestrictNetworkInterfaces',
  'IPIngressFilterPath',
  'IPEgressFilterPath',
  'BPFProgram',
  ...labelDirectives.keys(),
];
