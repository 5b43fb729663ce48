/** What the command line says about the reading of inetd.conf files. */

import type { SpecifierHost } from './systemd/text/specifiers.ts';

/** Whose reading of a text decides where dialects truly conflict; `auto` is superd's own (inetd.conf(5), DIALECTS). */
export type Dialect = 'auto' | 'bsd' | 'debian' | 'netbsd' | 'freebsd' | 'gnu' | 'busybox' | 'solaris';

/** What hosts.allow and hosts.deny are asked about (hosts_access(5)). */
export interface WrapScope {
  /** Programs: none, those that are started for one connection, or also those that datagrams go to. */
  readonly programs: 'none' | 'streams' | 'all';
  readonly builtins: boolean;
  /** An entry in that scope that runs tcpd is served without it: superd asks by itself. */
  readonly tcpd: boolean;
}

/** Command-line values that entries without a value of their own inherit; undefined: the dialect's default. */
export interface InetdSettings {
  readonly dialect: Dialect;
  /** -R: starts per 60 s; null: no limit. */
  readonly perMinute?: number | null;
  /** -c: children at once of one service. */
  readonly children?: number | null;
  /** -C: connections of one address per minute. */
  readonly perAddressPerMinute?: number | null;
  /** -s: children at once of one address. */
  readonly perAddressChildren?: number | null;
  /** -q: the accept queue. */
  readonly backlog?: number;
  /** -a: the default host of every file. */
  readonly bindAddress?: string;
  /** --strict: entries under an IPsec policy are not started. */
  readonly strict: boolean;
  /** --environment and --resolve of GNU inetd. */
  readonly tcpEnvironment: 'none' | 'addresses' | 'resolve';
  readonly wrap: WrapScope;
  /** The user that runs superd: another user's entries are refused unless this is root. */
  readonly callerUid: number;
  /** --as-caller: without root, entries of another user run as the caller instead of being refused. */
  readonly asCaller: boolean;
}

/** What the command line says about the reading of xinetd.conf files. */
export interface XinetdSettings {
  /** --strict-xinetd: what xinetd 2.3.15 makes of a text, its slips included. */
  readonly strict: boolean;
  /** -inetd_compat: the defaults block also protects what inetd.conf defines. */
  readonly defaultsForInetd?: boolean;
  /** The daemon's own variables, which passenv chooses from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As in InetdSettings. */
  readonly callerUid: number;
  readonly asCaller: boolean;
}

/** What the command line and the machine say about the reading of units. */
export interface UnitSettings {
  /** Where units are looked for, the strongest folder first. */
  readonly paths: readonly string[];
  /** Also in the folders of systemd. */
  readonly systemd: boolean;
  /** Units that are enabled in these folders are started, beside those that are named. */
  readonly enabled: boolean;
  /** What specifiers stand for; asked once when there are units at all. */
  readonly host: () => SpecifierHost;
}

/** The settings of every language. */
export interface Settings {
  readonly inetd: InetdSettings;
  readonly xinetd: XinetdSettings;
  /** undefined: files of units are not read. */
  readonly units?: UnitSettings;
  /** Where NAME.d folders with drop-ins are, the strongest first; undefined: nowhere. */
  readonly dropInFolders?: readonly string[];
}
