/** Where `superd proxy` passes connections on to. */

import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { Target } from '../../service/relay/dial.ts';
import type { Misuse } from '../getopt.ts';

/** A Unix socket, or a host that is looked up for each connection. */
export type Remote = { readonly path: string } | { readonly host: string; readonly port: number };

/** HTTP's, where none is written. */
const USUAL_PORT = 80;

/** `HOST[:PORT]`, `[::1]:PORT`, `/path` or `@abstract`; the port may be the name of a service. */
export function remoteOf(text: string, port: (service: string) => number | null): Remote | Misuse {
  if (/^[/@]./.test(text)) return { path: text };
  const [, bracketed, plain, service] = /^(?:\[([^\]]*)\]|([^:/@\s]*))(?::(.*))?$/.exec(text) ?? [];
  const host = isIP(text) === 6 ? text : (bracketed ?? plain ?? '');
  if (host === '' || (bracketed !== undefined && isIP(bracketed) !== 6))
    return { misuse: `'${text}' is neither HOST[:PORT] nor the path of a socket.` };
  if (service === undefined || host === text) return { host, port: USUAL_PORT };
  const number = /^\d+$/.test(service) ? Number(service) : (port(service) ?? 0);
  if (number >= 1 && number <= 65_535) return { host, port: number };
  return { misuse: `'${service}' is no port.` };
}

/** Asks the resolver without waiting; `found` is called later, or at once for what needs no asking. */
export function resolve(
  remote: Remote,
  found: (result: Target | { readonly problem: string }) => void,
): void {
  if ('path' in remote) {
    found(remote);
    return;
  }
  const { host, port } = remote;
  if (isIP(host) !== 0) {
    found({ addresses: [host], port });
    return;
  }
  lookup(host, { all: true, order: 'verbatim' }, (error, addresses) => {
    if (error !== null) found({ problem: error.code ?? error.message });
    else found({ addresses: addresses.map(({ address }) => address), port });
  });
}
