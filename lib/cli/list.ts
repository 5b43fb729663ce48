/** `superd list`: what would be served. */

import type { Loaded } from '../config/loaded.ts';
import { recordOf } from '../config/record.ts';
import { printable } from '../diagnostics/render.ts';
import { formatAddress } from '../model/address.ts';
import { actionName, type Service } from '../model/service.ts';
import { alignColumns } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrongEntries } from './wrong.ts';

const HEADER = ['SERVICE', 'ADDRESS', 'SOCKET', 'USER', 'PROGRAM', 'FROM'];

/** Prints a table, or the records of superd-inetd.conf(5) as JSON; 1 when entries had to be left out. */
export function list(
  loaded: Loaded,
  { json, terminal }: { readonly json: boolean; readonly terminal: Terminal },
): number {
  if (json) terminal.out(`${JSON.stringify(loaded.services.map(recordOf), null, 2)}\n`);
  else terminal.out(`${alignColumns([HEADER, ...loaded.services.map(row)]).join('\n')}\n`);
  const wrong = wrongEntries(loaded);
  if (wrong !== null) terminal.err(`superd list: ${wrong}; "superd check" says why\n`);
  return wrong === null ? 0 : 1;
}

function row(service: Service): readonly string[] {
  const { origin, sockets, activation } = service;
  return [
    service.name,
    service.mux === undefined ? sockets.map((socket) => formatAddress(socket.address)).join(' ') : 'tcpmux',
    service.mux === undefined ? `${sockets[0]?.type ?? ''} ${activation}` : 'stream nowait',
    service.account.user,
    service.action.kind === 'builtin' ? 'internal' : actionName(service.action),
    `${origin.file}:${origin.line}`,
  ].map(printable);
}
