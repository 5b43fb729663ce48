/** What the entries of each inetd can say, as its own manual page has it; superd reads more of each. */

import type { Dialect } from '../../settings.ts';

/** The forms that a file for one inetd may use. */
export interface Forms {
  /** What may stand behind tcp and udp, the plainest first. */
  readonly families: readonly ('' | '4' | '6' | '46' | '6only')[];
  /** `127.0.0.1:echo`, and how an address of IPv6 stands there. */
  readonly host: 'none' | 'plain' | 'brackets';
  /** `nowait.40` or `nowait/10/60/3`. */
  readonly counters: readonly ('minute' | 'slashes')[];
  /** `stream,5`. */
  readonly acceptMax: boolean;
  readonly buffers: boolean;
  /** `user:group`. */
  readonly group: boolean;
  /** Ports by number. */
  readonly numbers: boolean;
  /** `internal echo`, for a port of another name. */
  readonly namedBuiltin: boolean;
  readonly unix: boolean;
  /** `:user:group:mode:/path`. */
  readonly unixOwner: boolean;
  readonly mux: boolean;
  readonly rpc: boolean;
}

const auto: Forms = {
  families: ['', '4', '6', '46', '6only'],
  host: 'brackets',
  counters: ['minute', 'slashes'],
  acceptMax: true,
  buffers: true,
  group: true,
  numbers: true,
  namedBuiltin: true,
  unix: true,
  unixOwner: true,
  mux: true,
  rpc: true,
};

const bsd: Forms = {
  ...auto,
  families: ['', '4', '6'],
  counters: ['minute'],
  acceptMax: false,
  buffers: false,
  namedBuiltin: false,
  unixOwner: false,
  mux: false,
};

/** The forms by dialect. */
export const FORMS: Readonly<Record<Dialect, Forms>> = {
  auto,
  bsd,
  debian: { ...bsd, families: ['', '4', '6', '46'] },
  netbsd: { ...bsd, acceptMax: true, buffers: true, mux: true },
  freebsd: {
    ...bsd,
    families: ['', '4', '6', '46'],
    host: 'none',
    counters: ['slashes'],
    numbers: false,
    unixOwner: true,
    mux: true,
  },
  gnu: { ...bsd, families: ['', '4', '6', '6only'], host: 'plain', unix: false, mux: true, rpc: false },
  busybox: { ...bsd, families: ['', '6'] },
  solaris: {
    ...bsd,
    families: ['', '6'],
    host: 'none',
    counters: [],
    group: false,
    numbers: false,
    unix: false,
  },
};
