/** What the daemon shows of itself: xinetd's services, servers and the texts of its shell. */

import type { ServiceTable, ServiceView } from './builtin.ts';
import { serverText } from './server-text.ts';

/** More rows are not shown: whoever looks at a daemon that changes all the time must come to an end. */
const MOST_ROWS = 65_536;

/** A line for each service: `NAME PROTOCOL PORT`. */
export function* servicesText(table: ServiceTable): Generator<string> {
  for (const { name, port, protocol } of some(table.services())) yield `${name} ${protocol} ${port}\n`;
}

/** A block for each running server. */
export function* serversText(table: ServiceTable): Generator<string> {
  for (const server of some(table.servers())) yield serverText(server);
}

/** `show run`. */
export function* runningText(table: ServiceTable): Generator<string> {
  yield 'Running services:\n';
  yield 'service  run retry attempts descriptor\n';
  yield* serversText(table);
}

/** `show avail`. */
export function* availableText(table: ServiceTable): Generator<string> {
  yield 'Available services:\n';
  yield 'service    port   bound address    uid redir addr redir port\n';
  for (const service of some(table.services())) yield `${row(service)}\n`;
}

function row({ name, port, host, uid, redirect }: ServiceView): string {
  const own = `${name.padEnd(10)} ${column(port)} ${host.padEnd(16)} ${column(uid)}`;
  return redirect === null ? own : `${own} ${redirect.host.padEnd(16)} ${column(redirect.port)}`;
}

function column(value: number): string {
  return String(value).padEnd(6);
}

function* some<T>(rows: Iterable<T>): Generator<T> {
  let left = MOST_ROWS;
  for (const row of rows) {
    if (left === 0) return;
    left -= 1;
    yield row;
  }
}
