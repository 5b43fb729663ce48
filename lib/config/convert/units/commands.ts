/** The ExecStart= line of a service. */

import { basename } from 'node:path';
import type { Program, Redirect, Service } from '../../../model/service.ts';
import { argument, word } from './words.ts';

/** The program with its own argv[0]; a relay for a redirected service. null: superd answers itself. */
export function execStart({ action, limits }: Service): string | null {
  switch (action.kind) {
    case 'exec':
      return programLine(action);
    case 'redirect':
      return relayLine(action, limits.children);
    case 'builtin':
    case 'sensor':
      return null;
  }
}

/** argv[0] is no place for variables. */
function programLine({ program, argv: [name = '', ...args] }: Program): string {
  const head = name === program ? [word(program)] : [word(`@${program}`), word(name)];
  return [...head, ...args.map(argument)].join(' ');
}

const TCPD = '/usr/sbin/tcpd';

/**
 * The line that would have hosts.allow and hosts.deny asked by tcpd(8), which runs the program whose path is its argv[0], and
 * knows it by the name of its file. null: it cannot.
 */
export function tcpdAdvice({ action, wrap, activation }: Service): string | null {
  if (wrap === null || action.kind !== 'exec' || activation === 'wait') return null;
  if (basename(action.program) !== wrap.daemon) return null;
  const [, ...args] = action.argv;
  return `ExecStart=${[`@${TCPD}`, word(action.program), ...args.map(argument)].join(' ')}`;
}

/** superd proxy, or systemd-socket-proxyd(8) in its place. */
function relayLine({ host, port }: Redirect, most: number | null): string {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return `superd proxy --connections-max=${most ?? MANY} ${argument(place)}`;
}

/** No limit. */
const MANY = 999_999_999;
