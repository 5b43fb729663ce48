/** What works, but not as its text may suggest. */

import type { ListenTarget } from '../../../model/socket-unit.ts';
import {
  type Draft,
  lastLine,
  placeOf,
  type WholeServiceDraft,
  type WholeSocketDraft,
} from '../draft/draft.ts';
import type { DraftTarget } from '../draft/socket.ts';
import type { Remark, Remarks } from '../remarks.ts';

/** Remarks on one unit by itself. */
export function lintUnit(draft: Draft, remarks: Remarks): void {
  const found =
    draft.type === 'socket'
      ? SOCKET_LINTS.flatMap((lint) => lint(draft) ?? [])
      : SERVICE_LINTS.flatMap((lint) => lint(draft) ?? []);
  for (const remark of found) remarks.add(remark);
}

type Lint<Whole> = (draft: Whole) => Remark | readonly Remark[] | null;

const SOCKET_LINTS: readonly Lint<WholeSocketDraft>[] = [ownerWithoutFile, samePort, reusedPort, oldPath];
const SERVICE_LINTS: readonly Lint<WholeServiceDraft>[] = [typographicDash, otherType, oldPath, oldLog];

/** SocketUser= and its kin are about files: there is none where only the network is listened on. */
function ownerWithoutFile(draft: WholeSocketDraft): readonly Remark[] {
  if (draft.own.listen.some(({ target }) => FILES.includes(target.kind))) return [];
  return ['SocketUser', 'SocketGroup', 'SocketMode'].flatMap((key) => {
    const at = lastLine(draft, key);
    if (at === null) return [];
    const message = `${key}= has no effect: the unit listens on no file`;
    const help = 'owners and modes belong to Unix sockets, FIFOs and message queues';
    return [{ severity: 'warning' as const, code: 'unit/no-file', at, message, help }];
  });
}

const FILES: readonly ListenTarget['kind'][] = ['unix', 'fifo', 'message-queue'];

/** `[::]` takes IPv4 too unless BindIPv6Only= says otherwise: the second socket cannot be bound. */
function samePort({ own }: WholeSocketDraft): readonly Remark[] {
  const seen = new Map<string, DraftTarget>();
  return own.listen.flatMap((listener) => {
    const keys = claims(listener.target, own.bindIpv6Only === 'ipv6-only');
    const other = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
    for (const key of keys) seen.set(key, listener);
    if (other === undefined || own.options.reusePort === true) return [];
    const message = `the address is taken already by ${placeOf(other.by)}: the unit will not start`;
    const help = "one line 'ListenStream=PORT' serves IPv4 and IPv6; two lines need BindIPv6Only=ipv6-only";
    return [{ severity: 'warning' as const, code: 'unit/same-port', at: listener.by, message, help }];
  });
}

function claims(target: ListenTarget, v6Only: boolean): readonly string[] {
  if (target.kind !== 'inet') return [];
  const own = `${target.type} ${target.port} ${target.family} ${target.host}`;
  return target.host === '::' && !v6Only ? [own, `${target.type} ${target.port} 4 0.0.0.0`] : [own];
}

function reusedPort(draft: WholeSocketDraft): Remark | null {
  const at = draft.own.options.reusePort === true ? lastLine(draft, 'ReusePort') : null;
  if (at === null) return null;
  const message =
    'ReusePort= shares the port with other units and processes only: a unit has one socket for each line';
  return { severity: 'note', code: 'unit/reuse-port', at, message };
}

/** Word processors make one of two hyphens; no program takes it for an option. */
function typographicDash(draft: WholeServiceDraft): readonly Remark[] {
  return [...draft.lines].flatMap(([key, lines]) =>
    (key.startsWith('Exec') ? lines : [])
      .filter(({ value }) => /(^|\s)[\u2010-\u2015\u2212]/.test(value.text))
      .map((at) => ({
        severity: 'warning' as const,
        code: 'unit/dash',
        at,
        message: 'a word begins with a dash that is no hyphen-minus',
        help: "write '-': programs know their options by it",
      })),
  );
}

/** Where /run was before 2011. */
function oldPath({ lines }: Draft): readonly Remark[] {
  return [...lines].flatMap(([key, all]) =>
    (key.startsWith('Listen') || key === 'PIDFile' ? all : [])
      .filter(({ value }) => value.text.startsWith('/var/run/'))
      .map((at) => ({
        severity: 'warning' as const,
        code: 'unit/var-run',
        at,
        message: `${key}= has a path below /var/run/, which is /run/ now`,
        help: `write '${at.value.text.slice('/var'.length)}'`,
      })),
  );
}

function oldLog({ lines }: WholeServiceDraft): readonly Remark[] {
  return ['StandardOutput', 'StandardError'].flatMap((key) =>
    (lines.get(key) ?? [])
      .filter(({ value }) => value.text.startsWith('syslog'))
      .map((at) => ({
        severity: 'warning' as const,
        code: 'unit/old-log',
        at,
        message: `${key}=${at.value.text} is read as journal: there is one log`,
        help: "write 'journal'",
      })),
  );
}

function otherType(draft: WholeServiceDraft): Remark | null {
  if (draft.own.type !== 'dbus') return null;
  const message = 'Type=dbus is treated as simple: superd does not watch the message bus';
  return { severity: 'warning', code: 'unit/dbus', at: lastLine(draft, 'Type'), message };
}
