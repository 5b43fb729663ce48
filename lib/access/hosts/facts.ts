/** What is known of one request: what came with the connection, and what was asked about it since. */

import { type Groups, groupsOf, quadOf } from './address.ts';
import { fold } from './fold.ts';
import type { OptionOf } from './options.ts';
import { PARANOID, UNKNOWN } from './text-pattern.ts';

/** One end of a connection. An address that there is none of (Unix, the server's end of a datagram) is null. */
export interface Endpoint {
  readonly address: string | null;
  readonly port: number | null;
}

/** Somebody wants to be served. `daemon` is the name that the rules use: argv[0], often without its directory. */
export interface Request {
  readonly daemon: string;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** RFC 931 asks about streams only. */
  readonly transport: 'stream' | 'dgram';
  /** What `%p` stands for. */
  readonly pid: number;
}

/** A question that must be answered before the request can be decided. */
export type Need =
  | { readonly need: 'name'; readonly host: HostFacts }
  | { readonly need: 'user'; readonly timeoutMs: number }
  | { readonly need: 'netgroup'; readonly group: string; readonly host: string }
  | { readonly need: 'aclexec'; readonly option: OptionOf<'aclexec'>; readonly command: string };

/** What matching gives: a verdict, or the question that it depends on. */
export type Answer = boolean | Need;

/** How long an RFC 931 look-up may take unless the rule says otherwise, hosts_options(5). */
export const USER_TIMEOUT_MS = 10_000;

/** One end of the connection as the patterns see it. */
export class HostFacts {
  /** `unknown` without one. An IPv4-mapped address is the IPv4 address. */
  readonly address: string;
  readonly port: number | null;
  #name: string | null = null;
  #folded: string | null = null;
  #quad: number | null | undefined;
  #groups: Groups | null | undefined;

  constructor({ address, port }: Endpoint) {
    this.address = address === null ? UNKNOWN : fold(unmapped(address));
    this.port = port;
    if (address === null) this.name = UNKNOWN;
  }

  /** As it was found, `unknown` or `paranoid`; null as long as nobody asked. A name that is an address is a lie. */
  get name(): string | null {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name === '' ? UNKNOWN : NUMERIC.test(name) || name.includes(':') ? PARANOID : name;
    this.#folded = fold(this.#name);
  }

  /** The name as patterns compare it. */
  get foldedName(): string | null {
    return this.#folded;
  }

  /** The question after the name. */
  get needName(): Need {
    return { need: 'name', host: this };
  }

  /** The IPv4 address as a number, null when it is none. */
  get quad(): number | null {
    if (this.#quad === undefined) this.#quad = quadOf(this.address);
    return this.#quad;
  }

  /** The groups of an IPv6 address, null when it is none. */
  get groups(): Groups | null {
    if (this.#groups === undefined) this.#groups = groupsOf(this.address);
    return this.#groups;
  }
}

/** A request and every answer about it. Make one for each connection; it serves for the log and the banner too. */
export class Facts {
  readonly request: Request;
  readonly daemon: string;
  readonly client: HostFacts;
  readonly server: HostFacts;
  readonly netgroups = new Map<string, boolean>();
  readonly statuses = new Map<OptionOf<'aclexec'>, number>();
  #user: string | null = null;
  #folded: string | null = null;

  constructor(request: Request) {
    this.request = request;
    this.daemon = fold(request.daemon);
    this.client = new HostFacts(request.client);
    this.server = new HostFacts(request.server);
    const asks = request.transport === 'stream' && request.client.address !== null;
    if (!asks || request.server.address === null) this.user = UNKNOWN;
  }

  /** The caller's user name as RFC 931 told it, or `unknown`; null as long as nobody asked. */
  get user(): string | null {
    return this.#user;
  }

  set user(user: string) {
    this.#user = user === '' ? UNKNOWN : user;
    this.#folded = fold(this.#user);
  }

  /** The user as patterns compare it. */
  get foldedUser(): string | null {
    return this.#folded;
  }
}

/** The key of an answer in `netgroups`. */
export function netgroupKey(group: string, host: string): string {
  return `${group}\n${host}`;
}

/** What inet_aton(3) takes for an address. */
const NUMERIC = /^(0x[\da-f]+|\d+)(\.(0x[\da-f]+|\d+)){0,3}$/i;

/** `::ffff:192.0.2.7` is 192.0.2.7. */
function unmapped(address: string): string {
  if (!address.startsWith('::')) return address;
  const quad = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return quad?.[1] ?? address;
}
