/** A socket unit, once everything has been read (systemd.socket(5)). */

import type { Access } from '../../../model/access.ts';
import type { SocketOptions, SocketUnit } from '../../../model/socket-unit.ts';
import type { UnitHead, WindowLimit } from '../../../model/unit.ts';
import type { SocketDraft } from '../draft/socket.ts';
import { execSettings } from './exec.ts';

/** The unit that a draft stands for. `service` is the one that it starts. */
export function socketUnit(
  draft: SocketDraft,
  { head, service, access }: { readonly head: UnitHead; readonly service: string; readonly access: Access },
): SocketUnit {
  const { accept, files, triggerBurst, pollBurst } = draft;
  return {
    kind: 'socket',
    head,
    listen: draft.listen.map(({ target }) => target),
    options: optionsOf(draft),
    files,
    accept,
    service,
    maxConnections: draft.maxConnections,
    maxConnectionsPerSource: draft.maxConnectionsPerSource,
    triggerLimit: windowLimit(draft.triggerIntervalMs, triggerBurst ?? (accept ? 200 : 20)),
    atTriggerLimit: draft.atTriggerLimit,
    interruptsRestart: draft.interruptsRestart,
    deferTrigger: draft.deferTrigger,
    deferTriggerMaxMs: draft.deferTriggerMaxMs,
    instanceNaming: draft.instanceNaming,
    pollLimit: windowLimit(draft.pollIntervalMs, pollBurst ?? (accept ? 150 : 15)),
    flushPending: draft.flushPending,
    fdName: draft.fdName ?? (accept ? 'connection' : head.name),
    passFdsToExec: draft.passFdsToExec,
    timeoutMs: draft.timeoutMs,
    commands: draft.commands,
    exec: execSettings(draft.exec),
    access,
  };
}

/** A limit; 0 of either lifts it. */
export function windowLimit(intervalMs: number, burst: number): WindowLimit {
  return intervalMs === 0 || burst === 0 ? null : { intervalMs, burst };
}

function optionsOf({ options, bindIpv6Only }: SocketDraft): SocketOptions {
  return bindIpv6Only === 'default' ? options : { ...options, v6Only: bindIpv6Only === 'ipv6-only' };
}
