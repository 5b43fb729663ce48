/** A running server as xinetd's state dump and its views write it (xinetd(8), SIGUSR1). */

import type { ServerView } from './builtin.ts';
import { ctime } from './daytime-text.ts';

/** What of a connection is known: bits of the dump, in hexadecimal. */
const ADDRESS_KNOWN = 1;
const OWN_DESCRIPTOR = 2;

/** One block, with the blank line behind it. */
export function serverText(server: ServerView): string {
  const { listener, pid, service, startedAt } = server;
  const flags = (server.peer?.kind === 'inet' ? ADDRESS_KNOWN : 0) | (listener === null ? OWN_DESCRIPTOR : 0);
  return [
    `${service} server`,
    `pid = ${pid}`,
    `start_time = ${ctime(startedAt)}`,
    'Connection info:',
    `\tservice = ${service}`,
    `\tdescriptor = ${listener ?? -1}`,
    `\tflags = ${flags.toString(16)}`,
    `\tremote_address = ${remoteText(server)}`,
    'log_remote_user = NO',
    'writes_to_log = NO',
    '\n',
  ].join('\n');
}

function remoteText({ mapped, peer }: ServerView): string {
  if (peer?.kind !== 'inet') return '<no address>,0';
  const prefix = mapped && peer.family === 4 ? '::ffff:' : '';
  return `${prefix}${peer.address},${peer.port}`;
}
