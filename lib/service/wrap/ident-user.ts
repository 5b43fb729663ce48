/** The user whom the rules of hosts.allow and hosts.deny are asked about (RFC 931, RFC 1413): the caller's own claim. */

import type { Request } from '../../access/hosts/facts.ts';
import { UNKNOWN } from '../../access/hosts/text-pattern.ts';
import type { Clock } from '../../sys/clock.ts';
import { hearIdent } from './ident.ts';

/** What libwrap keeps of a name. */
const LONGEST_NAME = 255;

/** The user's name, `unknown` when the host does not say one in time. */
export async function identUser(
  { client, server }: Pick<Request, 'client' | 'server'>,
  timeoutMs: number,
  clock: Clock,
  port?: number,
): Promise<string> {
  if (client.address === null || server.address === null) return UNKNOWN;
  const ports = { client: client.port ?? 0, server: server.port ?? 0 };
  const request = {
    client: { address: client.address, port: ports.client },
    server: { address: server.address, port: ports.server },
  };
  const heard = await hearIdent(request, timeoutMs, clock, port);
  return typeof heard === 'string' ? userIn(heard, ports) : UNKNOWN;
}

/** The name in `6193, 23 : USERID : UNIX : stjohns`, if it is about this connection. */
export function userIn(answer: string, ports: { readonly client: number; readonly server: number }): string {
  const [line = ''] = answer.split(/[\r\n]/, 1);
  const match = /^\s*(\d{1,5})\s*,\s*(\d{1,5})\s*:\s*USERID\s*:[^:]+:\s*(\S+)/.exec(line);
  if (match === null || Number(match[1]) !== ports.client || Number(match[2]) !== ports.server)
    return UNKNOWN;
  return (match[3] ?? UNKNOWN).slice(0, LONGEST_NAME);
}
