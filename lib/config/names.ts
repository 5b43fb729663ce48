/** The names that configuration files use for numbers: an interface, so that readers stay pure. */

import type { Account } from '../model/service.ts';

/** Looks names up at load; nothing here is asked per connection. `null` always means: no such name. */
export interface Names {
  /** A port by the official name or an alias of /etc/services, for one transport. */
  port(name: string, transport: 'tcp' | 'udp'): number | null;
  /** The official name of a port in /etc/services. */
  serviceName(port: number, transport: 'tcp' | 'udp'): string | null;
  /** A number by a name of /etc/protocols (raw sockets). */
  protocol(name: string): number | null;
  /** A program number by a name of /etc/rpc. */
  rpcProgram(name: string): number | null;
  /** A network by a name of /etc/networks, as four octets. */
  network(name: string): string | null;
  /** A user with its primary group and all its groups. */
  user(name: string): Account | null;
  userById(uid: number): Account | null;
  /** The number of a group. */
  group(name: string): number | null;
  /** The addresses of a host name, numeric; an empty list and the resolver's text when it has none. */
  host(name: string): Promise<{ readonly addresses: readonly string[]; readonly problem: string | null }>;
}
