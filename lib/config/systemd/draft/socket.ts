/** A .socket unit while its files are read. */

import type {
  ListenTarget,
  SocketCommand,
  SocketFiles,
  SocketOptions,
  SocketUnit,
} from '../../../model/socket-unit.ts';
import type { Command } from '../../../model/unit.ts';
import type { Assignment } from '../text/lines.ts';
import { type ExecDraft, execDraft } from './exec.ts';

/** A listener and the line that asks for it. */
export interface DraftTarget {
  readonly target: ListenTarget;
  readonly by: Assignment;
}

type Kept = 'atTriggerLimit' | 'interruptsRestart' | 'deferTrigger' | 'deferTriggerMaxMs' | 'instanceNaming';

/** What [Socket] says; null: nothing, and the default depends on the rest. */
export interface SocketDraft extends Open<Pick<SocketUnit, Kept>> {
  readonly listen: DraftTarget[];
  readonly options: Open<SocketOptions>;
  bindIpv6Only: 'default' | 'both' | 'ipv6-only';
  readonly files: Open<Omit<SocketFiles, 'symlinks'>> & { readonly symlinks: string[] };
  accept: boolean;
  service: string | null;
  maxConnections: number;
  maxConnectionsPerSource: number;
  triggerIntervalMs: number;
  triggerBurst: number | null;
  pollIntervalMs: number;
  pollBurst: number | null;
  flushPending: boolean;
  fdName: string | null;
  passFdsToExec: boolean;
  timeoutMs: number;
  readonly commands: Record<SocketCommand, Command[]>;
  readonly exec: ExecDraft;
}

/** The same fields, open to change. */
type Open<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The defaults (systemd.socket(5)). */
export function socketDraft(): SocketDraft {
  return {
    listen: [],
    options: { backlog: 2_147_483_647 },
    bindIpv6Only: 'default',
    files: { user: null, group: null, mode: 0o666, directoryMode: 0o755, symlinks: [], removeOnStop: false },
    accept: false,
    service: null,
    maxConnections: 64,
    maxConnectionsPerSource: 0,
    triggerIntervalMs: 2000,
    triggerBurst: null,
    atTriggerLimit: 'fail',
    interruptsRestart: false,
    deferTrigger: 'no',
    deferTriggerMaxMs: Number.POSITIVE_INFINITY,
    instanceNaming: 'v252',
    pollIntervalMs: 2000,
    pollBurst: null,
    flushPending: false,
    fdName: null,
    passFdsToExec: false,
    timeoutMs: 90_000,
    commands: { startPre: [], startPost: [], stopPre: [], stopPost: [] },
    exec: execDraft(),
  };
}
