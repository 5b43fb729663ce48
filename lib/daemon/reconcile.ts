/** A reload as data: what stays open, what changes in place, what comes and what goes. */

import { socketKey } from '../model/address.ts';
import { isSame } from '../model/same.ts';
import type { Service } from '../model/service.ts';

/** Services of a reload; `change` keeps the sockets of `old` under the definition `next`. */
export interface Changes {
  readonly keep: readonly Service[];
  readonly change: readonly { readonly old: Service; readonly next: Service }[];
  readonly add: readonly Service[];
  readonly remove: readonly Service[];
}

/** Entries that are broken now: the file and first word tell which service each one was. */
export interface Broken {
  readonly file: string;
  readonly word: string;
}

/**
 * Compares what serves with what was read. Services are the same when their sockets are; a change of anything else
 * happens in place. A service whose entry is among `broken` is kept as it is.
 */
export function reconcile(
  running: readonly Service[],
  read: readonly Service[],
  broken: readonly Broken[],
): Changes {
  const old = new Map(running.map((service) => [serviceKey(service), service]));
  const brokenWords = new Set(broken.map(({ file, word }) => `${file}\0${word}`));
  const keep: Service[] = [];
  const change: { old: Service; next: Service }[] = [];
  const add: Service[] = [];
  for (const next of read) {
    const key = serviceKey(next);
    const was = old.get(key);
    old.delete(key);
    if (was === undefined) add.push(next);
    else if (sameDefinition(was, next)) keep.push(was);
    else change.push({ old: was, next });
  }
  const remove: Service[] = [];
  for (const service of old.values()) {
    const { file, word } = service.origin;
    (brokenWords.has(`${file}\0${word}`) ? keep : remove).push(service);
  }
  return { keep, change, add, remove };
}

/** What makes a service the same one across reloads: its sockets; without any of its own, its RPC or tcpmux name. */
export function serviceKey(service: Service): string {
  const { mux, rpc, sockets } = service;
  if (mux !== undefined) return `tcpmux ${mux.name}`;
  const keys = sockets.map(socketKey).join('\n');
  return rpc === undefined ? keys : `rpc ${rpc.program}/${rpc.low}-${rpc.high} ${keys}`;
}

/** A line that moved in its file is the same definition. */
function sameDefinition(a: Service, b: Service): boolean {
  return isSame({ ...a, origin: null }, { ...b, origin: null });
}
