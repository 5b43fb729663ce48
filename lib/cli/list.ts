/** `superd list`: what would be served. */

import type { Loaded } from '../config/loaded.ts';
import { recordOf } from '../config/record.ts';
import { type UnitRecord, unitRecords } from '../config/unit-record.ts';
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
  const records = () => [...loaded.services.map(recordOf), ...unitRecords(loaded.units)];
  const rows = [...loaded.services.map(row), ...unitRecords(loaded.units).flatMap(unitRow)];
  if (json) terminal.out(`${JSON.stringify(records(), null, 2)}\n`);
  else terminal.out(`${alignColumns([HEADER, ...rows]).join('\n')}\n`);
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

/** A service that a socket starts is told with the socket, a template with what makes instances of it. */
function unitRow(unit: UnitRecord): readonly (readonly string[])[] {
  const isTold = unit.kind === 'service' && (unit.sockets.length > 0 || unit.template);
  if (isTold && unit.state !== 'refused') return [];
  const from = unit.origin === null ? '' : `${unit.origin.file}:${unit.origin.line}`;
  const state = unit.state === 'on' ? '' : ` (${unit.state === 'refused' ? unit.load : 'not enabled'})`;
  const socket =
    unit.kind === 'socket' ? `${unit.types.join(' ')} ${unit.accept ? 'nowait' : 'wait'}` : unit.kind;
  const address = unit.listen.length === 0 ? '-' : unit.listen.join(' ');
  return [
    [unit.name, address, socket, unit.user ?? 'root', unit.program ?? '-', `${from}${state}`].map(printable),
  ];
}
