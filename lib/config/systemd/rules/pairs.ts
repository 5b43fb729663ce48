/** What is wrong between units: a socket and its service, and those that one wants to be there. */

import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { SocketUnit } from '../../../model/socket-unit.ts';
import type { Assembled } from '../assemble.ts';
import { PRETENDED_INSTANCE } from '../connection-names.ts';
import { type Draft, lastLine, placeOf } from '../draft/draft.ts';
import { instanceNamed } from '../find.ts';
import { type Remark, Remarks } from '../remarks.ts';
import type { Assignment } from '../text/lines.ts';

/** A socket with the service that it starts; null: there is none. */
export interface Pair {
  readonly socket: Assembled & { readonly unit: SocketUnit };
  readonly service: Assembled | null;
}

/** The service of a socket; a template stands for what tools call `foo@internal.service`. */
export function pairOf(socket: Assembled, find: (name: string) => Assembled | null): Pair | null {
  const { unit } = socket;
  if (unit.kind !== 'socket') return null;
  return {
    socket: { ...socket, unit },
    service: find(instanceNamed(unit.service, PRETENDED_INSTANCE) ?? unit.service),
  };
}

/** Everything about a pair; an error keeps the socket from being started. */
export function lintPair(pair: Pair): readonly Diagnostic[] {
  const { unit, draft } = pair.socket;
  if (unit.head.load !== 'loaded') return [];
  const [line] = draft.lines.values();
  const remarks = new Remarks(
    line?.[0]?.source ?? { file: unit.head.origin?.file ?? unit.head.name, text: '' },
  );
  for (const lint of LINTS) for (const remark of lint(pair)) remarks.add(remark);
  return remarks.all;
}

/** Why a socket cannot be started with its service; null: it can. */
export function contradiction({ socket, service }: Pair): (Remark & { readonly severity: 'error' }) | null {
  if (service === null || socket.unit.accept) return null;
  const [name, other] = [socket.unit.head.name, service.unit.head.name];
  const needs = naming(service.draft, ['Unit.Requires', 'Unit.BindsTo', 'Unit.Requisite'], name);
  const conflict =
    naming(socket.draft, ['Unit.Conflicts'], other) ?? naming(service.draft, ['Unit.Conflicts'], name);
  if (needs === null || conflict === null) return null;
  return {
    severity: 'error',
    code: 'unit/contradiction',
    at: conflict,
    message: `Conflicts= stops the one when the other starts, but ${placeOf(needs)} says that ${other} needs ${name}`,
    help: 'leave the Conflicts= line out; it belongs to sockets with Accept=yes',
  };
}

type Lint = (pair: Pair) => readonly Remark[];

const LINTS: readonly Lint[] = [
  missingService,
  (pair) => [contradiction(pair) ?? []].flat(),
  twoForStandardInput,
  unneeded,
  bootsToo,
  knownPrograms,
];

function missingService({ socket, service }: Pair): readonly Remark[] {
  const { unit, draft } = socket;
  if (service !== null && service.unit.head.load === 'loaded') return [];
  const state = service === null ? 'does not exist' : (service.unit.head.problem ?? 'is not loaded');
  const at = lastLine(draft, 'Service') ?? lastLine(draft, 'Accept') ?? firstListener(draft);
  return [
    {
      severity: 'error',
      code: 'unit/no-service',
      at,
      message: `the service of this socket, ${unit.service}, ${service === null ? state : `cannot be started: ${state}`}`,
      help: unit.accept
        ? 'with Accept=yes each connection gets an instance of the template of the same name'
        : 'it has the same name as the socket, or the one of Service=',
    },
  ];
}

function firstListener(draft: Draft): Assignment | null {
  return draft.type === 'socket' ? (draft.own.listen[0]?.by ?? null) : null;
}

/** Descriptors 0, 1 and 2 are one socket. */
function twoForStandardInput({ socket, service }: Pair): readonly Remark[] {
  const { unit } = socket;
  if (service?.unit.kind !== 'service' || unit.accept || unit.listen.length < 2) return [];
  if (service.unit.exec.standardInput.kind !== 'socket') return [];
  const at = lastLine(service.draft, 'StandardInput');
  const message = `StandardInput=socket needs exactly one listener, and ${unit.head.name} has ${unit.listen.length}`;
  return [{ severity: 'warning', code: 'unit/two-listeners', at, message }];
}

function unneeded({ socket, service }: Pair): readonly Remark[] {
  if (service?.unit.head.stopWhenUnneeded !== true || socket.unit.accept) return [];
  const at = lastLine(service.draft, 'Unit.StopWhenUnneeded');
  const message = 'StopWhenUnneeded=yes stops the service at once: a socket that starts it does not need it';
  const help = 'X-IdleTimeoutSec= stops it when nobody has called for so long';
  return [{ severity: 'warning', code: 'unit/unneeded', at, message, help }];
}

function bootsToo({ socket, service }: Pair): readonly Remark[] {
  if (service === null || socket.unit.accept) return [];
  const targets = ['multi-user.target', 'default.target', 'graphical.target'];
  const target = service.draft.install.wantedBy.find((name) => targets.includes(name));
  if (target === undefined) return [];
  const at = lastLine(service.draft, 'WantedBy');
  const message = `WantedBy=${target} starts the service at boot when it is enabled, not when somebody calls`;
  const help = `leave [Install] to ${socket.unit.head.name}`;
  return [{ severity: 'note', code: 'unit/boots-too', at, message, help }];
}

/** Programs that are known not to take descriptors this way. */
const PROGRAMS: readonly { readonly line: RegExp; readonly message: string; readonly help: string }[] = [
  {
    line: /(^|\/)redis-server(\s|$)/,
    message: 'redis-server does not take sockets from its parent',
    help: "run it by itself and put 'superd proxy' in front",
  },
  {
    line: /(^|\/)gunicorn\b.*\s(--bind|-b)[= ]systemd:/,
    message: "gunicorn does not know '--bind systemd:'",
    help: 'leave --bind out: it takes the sockets by itself',
  },
];

function knownPrograms({ socket, service }: Pair): readonly Remark[] {
  if (service === null || socket.unit.accept) return [];
  const lines = service.draft.lines.get('ExecStart') ?? [];
  return lines.flatMap((at) => {
    const known = PROGRAMS.find(({ line }) => line.test(at.value.text));
    if (known === undefined) return [];
    return [
      {
        severity: 'warning' as const,
        code: 'unit/takes-no-socket',
        at,
        message: known.message,
        help: known.help,
      },
    ];
  });
}

/** The last line of these keys that names a unit. */
function naming(draft: Draft, keys: readonly string[], name: string): Assignment | null {
  const lines = keys.flatMap((key) => draft.lines.get(key) ?? []);
  return lines.findLast(({ value }) => value.text.split(/\s+/).includes(name)) ?? null;
}
