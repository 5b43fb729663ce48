/** Asks the caller's host which user calls (RFC 931, RFC 1413). What it says is its own claim. */

import { connect } from 'node:net';
import type { Request } from '../../access/hosts/facts.ts';
import { UNKNOWN } from '../../access/hosts/text-pattern.ts';
import type { Clock } from '../../sys/clock.ts';

const IDENT_PORT = 113;

/** RFC 1413 allows 1000 characters. */
const LONGEST_ANSWER = 1000;

/** What libwrap keeps of a name. */
const LONGEST_NAME = 255;

/** The user's name, `unknown` when the host does not say one in time. */
export function identUser(
  { client, server }: Pick<Request, 'client' | 'server'>,
  timeoutMs: number,
  clock: Clock,
  port = IDENT_PORT,
): Promise<string> {
  const [host, localAddress] = [client.address, server.address];
  if (host === null || localAddress === null) return Promise.resolve(UNKNOWN);
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress });
    let answer = '';
    let open = true;
    const end = (user: string) => {
      if (!open) return;
      open = false;
      cancel();
      socket.destroy();
      resolve(user);
    };
    const cancel = clock.after(timeoutMs, () => end(UNKNOWN));
    const ports = { client: client.port ?? 0, server: server.port ?? 0 };
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`${ports.client},${ports.server}\r\n`));
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('\n') || answer.length > LONGEST_ANSWER) end(userIn(answer, ports));
    });
    socket.on('end', () => end(userIn(answer, ports)));
    socket.on('error', () => end(UNKNOWN));
    socket.on('close', () => end(UNKNOWN));
  });
}

/** The name in `6193, 23 : USERID : UNIX : stjohns`, if it is about this connection. */
export function userIn(answer: string, ports: { readonly client: number; readonly server: number }): string {
  const [line = ''] = answer.slice(0, LONGEST_ANSWER).split(/[\r\n]/, 1);
  const match = /^\s*(\d{1,5})\s*,\s*(\d{1,5})\s*:\s*USERID\s*:[^:]+:\s*(\S+)/.exec(line);
  if (match === null || Number(match[1]) !== ports.client || Number(match[2]) !== ports.server)
    return UNKNOWN;
  return (match[3] ?? UNKNOWN).slice(0, LONGEST_NAME);
}
