/** The environment of children: the daemon's own, cleaned once at start. */

/**
 * What inetd takes out (Debian's inetd(8), -E keeps it): variables of the administrator's login that would otherwise
 * reach every server. A word that ends in `=` is a whole name, any other a prefix.
 */
const UNWANTED = [
  'CVS',
  'DISPLAY=',
  'EDITOR=',
  'GROUP=',
  'HOME=',
  'IFS=',
  'LD_',
  'LOGNAME=',
  'MAIL=',
  'PATH=',
  'PRINTER=',
  'PWD=',
  'SHELL=',
  'SHLVL=',
  'SSH',
  'TERM',
  'TMP',
  'USER=',
  'VISUAL=',
] as const;

/** What speaks to superd alone and would mislead a child, kept or not (sd_listen_fds(3), sd_notify(3)). */
const OURS = [
  'LISTEN_PID=',
  'LISTEN_FDS=',
  'LISTEN_FDNAMES=',
  'LISTEN_PIDFDID=',
  'NOTIFY_SOCKET=',
  'WATCHDOG_USEC=',
  'WATCHDOG_PID=',
] as const;

/** An environment; the values of the daemon's own are strings already. */
export type Environment = Readonly<Record<string, string>>;

/** The daemon's environment as children get it; `keep` is -E. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv, keep: boolean): Environment {
  const unwanted = keep ? OURS : [...OURS, ...UNWANTED];
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !unwanted.some((word) => `${entry[0]}=`.startsWith(word)),
    ),
  );
}

/** Both ends of a TCP connection, as GNU inetd's --environment tells them. IPv4-mapped addresses are written as IPv4. */
export interface TcpEnds {
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  /** With --resolve: the names, where there are any. */
  readonly localHost?: string;
  readonly remoteHost?: string;
}

/** The variables of inetutils-inetd(8), --environment and --resolve, as NAME=value. */
export function tcpEnvironment(ends: TcpEnds): readonly string[] {
  return [
    'PROTO=TCP',
    `TCPLOCALIP=${ends.local.address}`,
    `TCPLOCALPORT=${ends.local.port}`,
    `TCPREMOTEIP=${ends.remote.address}`,
    `TCPREMOTEPORT=${ends.remote.port}`,
    ...(ends.localHost === undefined ? [] : [`TCPLOCALHOST=${ends.localHost}`]),
    ...(ends.remoteHost === undefined ? [] : [`TCPREMOTEHOST=${ends.remoteHost}`]),
  ];
}

/** How many variables tcpEnvironment gives at most: the slots that a plan keeps for them. */
export const TCP_ENVIRONMENT_SLOTS = 7;
