/** What the inetd dialects do differently, as data: nothing else in the program asks which dialect it is. */

import type { Dialect } from '../settings.ts';

/** Which sockets a protocol word asks for: IPv4, IPv6 only, or one IPv6 socket that also takes IPv4. */
export type Family = 4 | 6 | 'dual';

/** How quotes are read; each inetd that knows them has its own way. */
export type QuoteRule =
  /** They are ordinary characters. */
  | 'data'
  /** A word that begins with a quote goes to a partner that is followed by a blank or the end. */
  | 'closed-word'
  /** A word that begins with a quote goes to the next such quote, where the next word begins (FreeBSD). */
  | 'leading'
  /** Quotes with a partner make words of their own, also in mid-word (GNU). */
  | 'splitting'
  /** Quotes anywhere in a word are removed, blanks between them are kept (NetBSD). */
  | 'anywhere';

/** One reading of inetd.conf. */
export interface DialectRules {
  /** `#` behind the first word: an ordinary character, or a comment to the end of the line. */
  readonly hash: 'data' | 'comment';
  /** An indented line behind an entry: more of it, an entry of its own, or whichever it looks like. */
  readonly indented: 'continues' | 'starts' | 'either';
  /** A backslash before the end of a line. */
  readonly backslash: 'data' | 'joins' | 'joins-with-warning';
  readonly quotes: QuoteRule;
  /** What `tcp` and `udp` without a digit mean. */
  readonly plain: readonly Family[];
  readonly tcp6: Family;
  readonly udp6: Family;
  /** What a counter of 0 means: `nowait.0`. */
  readonly zeroCounter: 'unlimited' | 'default' | 'never';
  readonly dotCounter: 'read' | 'ignored';
  /** Starts in 60 s of an entry without a counter; null: no limit. */
  readonly perMinute: number | null;
  readonly tripPauseMs: number;
  /** Programs that are no absolute paths: refused, relative to the daemon's directory, or searched for. */
  readonly relativeProgram: 'refused' | 'directory' | 'searched';
  /** The mode of a Unix socket without one of its own. */
  readonly unixMode: number;
  readonly minimumBacklog: number;
  /** The version of an RPC entry that names none; null: it must name one. */
  readonly rpcVersion: number | null;
  /** Builtins may be written as a port or an alias: `7` is `echo`. */
  readonly builtinByPort: boolean;
  readonly tcpmuxBuiltin: boolean;
  /** Opens the tcpmux port for tcpmux entries when no line does. */
  readonly insertsTcpmux: boolean;
  /** A nowait datagram service: one child at a time, or a connected socket for each peer. */
  readonly dgramNowait: 'as-wait' | 'per-peer';
  readonly waitStderr: 'socket' | 'daemon';
  readonly peerArgument: boolean;
  readonly shellFallback: boolean;
  readonly refuseFtpData: boolean;
  readonly refuseLoopback: boolean;
  /** What hosts.allow and hosts.deny call a program: argv[0], the service where none is written, or the program's file. */
  readonly wrapName: 'argv' | 'argv-or-service' | 'program';
  /** Reads hidden files and backups of a directory too. */
  readonly everyFile: boolean;
}

const auto: DialectRules = {
  hash: 'data',
  indented: 'either',
  backslash: 'joins-with-warning',
  quotes: 'closed-word',
  plain: [4, 6],
  tcp6: 6,
  udp6: 6,
  zeroCounter: 'unlimited',
  dotCounter: 'read',
  perMinute: 256,
  tripPauseMs: 600_000,
  relativeProgram: 'refused',
  unixMode: 0o666,
  minimumBacklog: 0,
  rpcVersion: null,
  builtinByPort: true,
  tcpmuxBuiltin: true,
  insertsTcpmux: false,
  dgramNowait: 'as-wait',
  waitStderr: 'socket',
  peerArgument: false,
  shellFallback: false,
  refuseFtpData: false,
  refuseLoopback: false,
  wrapName: 'argv',
  everyFile: false,
};

const bsd: DialectRules = {
  ...auto,
  indented: 'continues',
  backslash: 'data',
  quotes: 'data',
  plain: [4],
  zeroCounter: 'default',
  relativeProgram: 'directory',
  builtinByPort: false,
  refuseFtpData: true,
};

/** The readings by name; `bsd` is 4.3BSD, Net/2 and OpenBSD, `debian` is Debian's openbsd-inetd. */
export const dialects: Readonly<Record<Dialect, DialectRules>> = {
  auto,
  bsd,
  debian: {
    ...bsd,
    plain: [4, 6],
    udp6: 'dual',
    minimumBacklog: 10,
    tcpmuxBuiltin: false,
    refuseLoopback: true,
  },
  netbsd: {
    ...auto,
    indented: 'continues',
    backslash: 'data',
    quotes: 'anywhere',
    plain: [4],
    zeroCounter: 'never',
    perMinute: 40,
    unixMode: 0o755,
    builtinByPort: false,
    wrapName: 'argv-or-service',
  },
  freebsd: {
    ...auto,
    indented: 'continues',
    backslash: 'data',
    quotes: 'leading',
    plain: [4],
    dotCounter: 'ignored',
    unixMode: 0o200,
    rpcVersion: 1,
    wrapName: 'program',
  },
  gnu: {
    ...auto,
    indented: 'starts',
    backslash: 'data',
    quotes: 'splitting',
    plain: [4],
    tcp6: 'dual',
    udp6: 'dual',
    perMinute: 1000,
    relativeProgram: 'directory',
    builtinByPort: false,
    insertsTcpmux: true,
    everyFile: true,
  },
  busybox: {
    ...auto,
    hash: 'comment',
    indented: 'starts',
    backslash: 'joins',
    quotes: 'data',
    plain: [4],
    tcp6: 'dual',
    udp6: 'dual',
    perMinute: null,
    tripPauseMs: 60_000,
    relativeProgram: 'searched',
    unixMode: 0o755,
    builtinByPort: false,
    dgramNowait: 'per-peer',
    waitStderr: 'daemon',
    shellFallback: true,
  },
  solaris: {
    ...auto,
    hash: 'comment',
    indented: 'starts',
    backslash: 'data',
    quotes: 'data',
    plain: [4],
    tcp6: 'dual',
    udp6: 'dual',
    perMinute: 40,
    rpcVersion: 1,
    builtinByPort: false,
    peerArgument: true,
  },
};
