/** Two entries for one socket: the later one is served. */

import { type Diagnostic, Diagnostics, type Parsed } from '../../diagnostics/diagnostic.ts';
import { formatAddress, socketKey } from '../../model/address.ts';
import type { Service } from '../../model/service.ts';
import type { Entry } from './entry.ts';

/** A service and the entry that defined it. */
export interface Defined {
  readonly entry: Entry;
  readonly service: Service;
}

/** Drops services whose socket a later entry asks for too; one warning for each two entries names both lines. */
export function dropReplaced(defined: readonly Defined[]): Parsed<readonly Defined[]> {
  const last = new Map<string, Defined>();
  const diagnostics: Diagnostic[] = [];
  const warned = new Map<Entry, Set<Entry>>();
  for (const later of defined) {
    const key = keyOf(later.service);
    const earlier = last.get(key);
    if (earlier !== undefined) last.delete(key); // so that the later one stands at its own place
    last.set(key, later);
    if (earlier === undefined || earlier.entry === later.entry) continue;
    const known = warned.get(later.entry) ?? new Set();
    if (!known.has(earlier.entry)) diagnostics.push(...warn(earlier, later));
    warned.set(later.entry, known.add(earlier.entry));
  }
  return { value: [...last.values()], diagnostics };
}

/** What two services cannot both have. The port of an RPC service is chosen by the kernel: its program counts. */
function keyOf({ sockets, mux, rpc }: Service): string {
  if (mux !== undefined) return `tcpmux ${mux.name.toLowerCase()}`; // asked for in any letter case
  const keys = sockets.map(socketKey).join(' ');
  return rpc === undefined ? keys : `rpc ${rpc.program} ${rpc.low}-${rpc.high} ${keys}`;
}

function warn(earlier: Defined, later: Defined): readonly Diagnostic[] {
  const { entry, service } = later;
  const diagnostics = new Diagnostics(entry.source);
  const [socket] = service.sockets;
  const place = socket === undefined ? service.name : formatAddress(socket.address);
  const { file, line } = earlier.entry.origin;
  const message = `line ${entry.origin.line} replaces the service of ${file}:${line} on ${place}`;
  diagnostics.warning('inetd/duplicate', entry.spans.service, message, 'leave one of the two out');
  return diagnostics.all;
}
