/** The environment of children: the daemon's own, cleaned once at start, and what services and starts add to it. */

import type { ChildSetup } from '../model/service.ts';

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

/** The daemon's environment: without what inetd takes out, and with it. What speaks to superd alone is in neither. */
export interface Inheritable {
  readonly environment: Environment;
  readonly wholeEnvironment: Environment;
}

/** What the children of a service get before what a start adds. */
export function ownEnvironment(setup: ChildSetup, inheritable: Inheritable): Environment {
  const { inherit, set } = setup.environment;
  return withoutStarted({ ...inheritedBy(inherit, inheritable), ...set }, setup);
}

function inheritedBy(
  inherit: ChildSetup['environment']['inherit'],
  { environment, wholeEnvironment }: Inheritable,
): Environment {
  if (inherit === 'cleaned') return environment;
  if (inherit === 'all') return wholeEnvironment;
  return Object.fromEntries(Object.entries(wholeEnvironment).filter(([name]) => inherit.includes(name)));
}

/** The caller's address as a start gives it cannot be overridden: of two variables of one name the first one counts. */
export function withoutStarted(environment: Environment, { tcpEnvironment }: ChildSetup): Environment {
  if (tcpEnvironment !== 'remote-host') return environment;
  const { [REMOTE_HOST]: _, ...others } = environment;
  return others;
}

/** xinetd's only variable about a caller (xinetd.conf(5), env). */
const REMOTE_HOST = 'REMOTE_HOST';

/** How many variables a start adds at most: the slots that a plan keeps for them. */
export function startedSlots({ tcpEnvironment }: ChildSetup): number {
  return STARTED_SLOTS[tcpEnvironment];
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

/** The variable of a child that serves this address, as NAME=value (xinetd.conf(5), env). */
export function remoteHost(address: string): string {
  return `${REMOTE_HOST}=${address}`;
}

const STARTED_SLOTS: Readonly<Record<ChildSetup['tcpEnvironment'], number>> = {
  none: 0,
  addresses: 5,
  resolve: 7,
  'remote-host': 1,
};
