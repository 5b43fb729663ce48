/** hosts_access(5) for the entries of inetd.conf: which of them are asked about, by which name, and tcpd's part. */

import { basename } from 'node:path';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { ProgramOrBuiltin, Service } from '../../model/service.ts';
import type { WrapScope } from '../settings.ts';
import type { DialectRules } from './dialects.ts';
import type { Entry } from './entry.ts';

/** Where tcpd(8) looks for a server that is written without its directory. */
const REAL_DAEMON_DIR = '/usr/sbin';

/** An entry that runs tcpd, as tcpd would go on: with the server of argv[0]. Any other entry as it is. */
export function withoutTcpd(entry: Entry, scope: WrapScope): Entry {
  const { program, args } = entry;
  const [server] = args;
  if (program === null || server === undefined || basename(program.text) !== 'tcpd') return entry;
  if (!scope.tcpd || !isWrapped(entry, scope)) return entry;
  const isPath = server.text.startsWith('/');
  return {
    ...entry,
    program: isPath ? server : { ...server, text: `${REAL_DAEMON_DIR}/${server.text}` },
    args: isPath ? [{ ...server, text: basename(server.text) }, ...args.slice(1)] : args,
  };
}

/** How hosts.allow and hosts.deny name the service; null when they are not asked about it. */
export function wrapOf(
  entry: Entry,
  action: ProgramOrBuiltin,
  { rules, scope }: { readonly rules: DialectRules; readonly scope: WrapScope },
  diagnostics: Diagnostics,
): Service['wrap'] {
  if (isWrapped(entry, scope)) return { daemon: daemonName(entry, action, rules) };
  if (entry.program === null || scope.programs === 'none' || isDatagram(entry)) return null;
  const help = "write 'nowait', or let the server apply hosts.allow and hosts.deny itself";
  const message = 'hosts.allow and hosts.deny are not asked: a wait server accepts the connections itself';
  diagnostics.note('inetd/wait-unwrapped', entry.spans.wait, message, help);
  return null;
}

function isWrapped(entry: Entry, { programs, builtins }: WrapScope): boolean {
  if (entry.program === null) return builtins;
  if (isDatagram(entry)) return programs === 'all' && entry.type === 'dgram';
  return programs !== 'none' && entry.activation === 'nowait';
}

function isDatagram({ type }: Entry): boolean {
  return type === 'dgram' || type === 'raw';
}

function daemonName(
  { args, serviceText }: Entry,
  action: ProgramOrBuiltin,
  { wrapName }: DialectRules,
): string {
  if (action.kind === 'builtin') return serviceText;
  switch (wrapName) {
    case 'argv':
      return action.argv[0] ?? '';
    case 'argv-or-service':
      return args[0]?.text ?? serviceText;
    case 'program':
      return basename(action.program);
  }
}
