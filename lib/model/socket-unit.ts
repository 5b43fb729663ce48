/** A .socket unit (systemd.socket(5)). */

import type { Access } from './access.ts';
import type { ExecSettings } from './exec-settings.ts';
import type { ServiceUnit } from './service-unit.ts';
import type { Command, Ms, UnitHead, WindowLimit } from './unit.ts';

/** Where a socket unit listens; one for each Listen…= line, in the order of the text. */
export type ListenTarget =
  | {
      readonly kind: 'inet';
      readonly family: 4 | 6;
      readonly host: string;
      readonly port: number;
      readonly type: 'stream' | 'dgram';
    }
  | { readonly kind: 'unix'; readonly path: string; readonly type: 'stream' | 'dgram' | 'seqpacket' }
  | { readonly kind: 'abstract'; readonly name: string; readonly type: 'stream' | 'dgram' | 'seqpacket' }
  | {
      readonly kind: 'vsock';
      readonly cid: number | null;
      readonly port: number;
      readonly type: 'stream' | 'dgram' | 'seqpacket';
    }
  | { readonly kind: 'fifo'; readonly path: string }
  | { readonly kind: 'special'; readonly path: string }
  | { readonly kind: 'netlink'; readonly family: string; readonly group: number }
  | { readonly kind: 'message-queue'; readonly name: string };

/** Socket options; undefined: not set. Times in seconds, sizes in bytes, as given to setsockopt(2). */
export interface SocketOptions {
  readonly protocol?: 'udplite' | 'sctp' | 'mptcp';
  readonly v6Only?: boolean;
  readonly backlog: number;
  readonly device?: string;
  readonly reusePort?: boolean;
  readonly freeBind?: boolean;
  readonly transparent?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveTimeSec?: number;
  readonly keepAliveIntervalSec?: number;
  readonly keepAliveProbes?: number;
  readonly deferAcceptSec?: number;
  readonly noDelay?: boolean;
  readonly broadcast?: boolean;
  readonly passCredentials?: boolean;
  readonly passPidfd?: boolean;
  readonly passSecurity?: boolean;
  readonly passPacketInfo?: boolean;
  readonly acceptFileDescriptors?: boolean;
  readonly timestamping?: 'us' | 'ns';
  readonly priority?: number;
  readonly receiveBuffer?: number;
  readonly sendBuffer?: number;
  readonly mark?: number;
  readonly tos?: number;
  readonly ttl?: number;
  readonly congestion?: string;
  readonly pipeSize?: number;
  readonly queueMessages?: number;
  readonly queueMessageSize?: number;
  readonly writable?: boolean;
}

/** The files of Unix sockets and FIFOs. Owners are names or numbers as written, looked up at the start. */
export interface SocketFiles {
  readonly user: string | null;
  readonly group: string | null;
  readonly mode: number;
  readonly directoryMode: number;
  readonly symlinks: readonly string[];
  readonly removeOnStop: boolean;
}

/** The lines of commands of a socket. */
export const SOCKET_COMMANDS = ['startPre', 'startPost', 'stopPre', 'stopPost'] as const;
/** One of them: `startPre` is ExecStartPre=. */
export type SocketCommand = (typeof SOCKET_COMMANDS)[number];

/** The listeners of a service, and when it is started for them. */
export interface SocketUnit {
  readonly kind: 'socket';
  readonly head: UnitHead;
  readonly listen: readonly ListenTarget[];
  readonly options: SocketOptions;
  readonly files: SocketFiles;
  readonly accept: boolean;
  /** With accept the template, `foo@.service`; else the service. */
  readonly service: string;
  readonly maxConnections: number;
  /** 0: no limit. */
  readonly maxConnectionsPerSource: number;
  readonly triggerLimit: WindowLimit;
  /** What happens when it is hit: the unit fails, or waits until its interval ends. */
  readonly atTriggerLimit: 'fail' | 'pause';
  /** A caller ends the delay before the next restart of the service. */
  readonly interruptsRestart: boolean;
  /** DeferTrigger=: units that conflict with the service run on, and it waits for their end. */
  readonly deferTrigger: 'no' | 'yes' | 'patient';
  readonly deferTriggerMaxMs: Ms;
  /** How the instances of Accept=yes are named: `v258` with the cookie of the connection. */
  readonly instanceNaming: 'v252' | 'v258';
  readonly pollLimit: WindowLimit;
  readonly flushPending: boolean;
  readonly fdName: string;
  readonly passFdsToExec: boolean;
  readonly timeoutMs: Ms;
  readonly commands: Readonly<Record<SocketCommand, readonly Command[]>>;
  /** Of its own commands. */
  readonly exec: ExecSettings;
  readonly access: Access;
}

/** A unit that superd runs. */
export type Unit = SocketUnit | ServiceUnit;
