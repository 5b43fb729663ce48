/** `superd explain UNIT`: what a unit listens to, and everything that each of its commands does before its program runs. */

import type { UnitStore } from '../config/systemd/store.ts';
import { printable } from '../diagnostics/render.ts';
import { describe, FIXED_STEPS } from '../exec/describe.ts';
import type { ChildDefaults, Operation } from '../exec/plan.ts';
import type { CommandKind } from '../exec/unit/command.ts';
import { BASES } from '../exec/unit/directories.ts';
import { exitText } from '../exec/unit/exit-names.ts';
import { type CommandPlan, planCommand } from '../exec/unit/plan-command.ts';
import { type CommandStart, findFacts, type Given } from '../exec/unit/start-command.ts';
import type { Source } from '../exec/unit/streams.ts';
import { formatTarget } from '../model/listen-target.ts';
import type { Unit } from '../model/socket-unit.ts';
import type { Command } from '../model/unit.ts';
import { alignColumns } from './table.ts';

/** The lines of one unit. */
export function explainUnit(unit: Unit, store: UnitStore, defaults: ChildDefaults): string {
  const { head } = unit;
  const place = head.origin === null ? '' : `  (${head.origin.file}:${head.origin.line})`;
  const commands = Object.entries(unit.commands) as [CommandKind, readonly Command[]][];
  return [
    `${head.name}${place}`,
    ...head.dropIns.map((path) => line('drop-in', path)),
    ...(head.load === 'loaded' ? [] : [line(head.load, head.problem ?? '')]),
    ...(unit.kind === 'socket' ? listenLines(unit) : unit.sockets.map((name) => line('socket', name))),
    ...unit.exec.directories.flatMap(({ kind, links = [], mode, names }) => [
      ...names.map((name) =>
        line('own', `${BASES[kind]}/${name}, mode ${mode.toString(8).padStart(4, '0')}`),
      ),
      ...links.map(({ name, to }) => line('link', `${BASES[kind]}/${name}, to ${BASES[kind]}/${to}`)),
    ]),
    ...commands.flatMap(([kind, list]) =>
      list.flatMap((command) => commandLines(startOf(unit, store, kind, command), defaults)),
    ),
  ]
    .map((text) => `${printable(text)}\n`)
    .join('');
}

function line(word: string, text: string): string {
  return `  ${word.padEnd(8)} ${text}`;
}

function listenLines(unit: Extract<Unit, { readonly kind: 'socket' }>): readonly string[] {
  const how = unit.accept ? 'superd accepts, each connection gets an instance of' : 'the first caller starts';
  return [
    ...unit.listen.map((target) => line('listen', formatTarget(target))),
    line('service', `${how} ${unit.service}`),
  ];
}

/** What a command is started with, as far as it can be told beforehand. */
function startOf(unit: Unit, store: UnitStore, kind: CommandKind, command: Command): CommandStart {
  const passes = unit.kind === 'socket' ? { passes: unit.passFdsToExec } : {};
  const sockets = unit.kind === 'socket' ? (unit.passFdsToExec ? listeners(unit) : []) : given(unit, store);
  const [invocation, told, watchdogUs] = ['', [], null];
  const files = unit.kind === 'service' && kind === 'start' ? unit.openFiles : [];
  const stored = files.map(({ name }) => ({ fd: -1, name }));
  return { unit, command, kind, ...passes, sockets, invocation, told, watchdogUs, stored };
}

/** A service without sockets of its own that wants one has the connection of a caller. */
function given(unit: Extract<Unit, { readonly kind: 'service' }>, store: UnitStore): readonly Given[] {
  const { standardError, standardInput, standardOutput } = unit.exec;
  const wantsOne = [standardInput, standardOutput, standardError].some(({ kind }) => kind === 'socket');
  const sockets = unit.sockets.flatMap((name) => {
    const found = store.unit(name);
    return found?.kind === 'socket' && !found.accept ? listeners(found) : [];
  });
  return sockets.length === 0 && wantsOne ? [{ fd: -1, name: 'connection' }] : sockets;
}

function listeners({ fdName, listen }: Extract<Unit, { readonly kind: 'socket' }>): readonly Given[] {
  return listen.map(() => ({ fd: -1, name: fdName }));
}

/** `ExecStartPre=` of `startPre`. */
function keyOf(kind: CommandKind): string {
  return `Exec${kind.charAt(0).toUpperCase()}${kind.slice(1)}=`;
}

function commandLines(start: CommandStart, defaults: ChildDefaults): readonly string[] {
  const title = `  ${keyOf(start.kind)}${start.command.program}`;
  const facts = findFacts(start, defaults);
  if ('reason' in facts) {
    const exit = facts.exit === null ? '' : ` (${exitText(facts.exit)})`;
    return [title, line('fails', `${facts.reason}${exit}`)];
  }
  const planned = planCommand(start, facts);
  if ('problem' in planned) return [title, line('fails', planned.problem)];
  const files = start.unit.openFiles?.map(({ path }) => path) ?? [];
  const names = [...start.sockets.map(({ name }) => name), ...files];
  return [title, ...planLines(planned, names)];
}

function planLines({ plan, sources }: CommandPlan, names: readonly string[]): readonly string[] {
  const steps = [
    ...FIXED_STEPS.map(({ text }) => [text, 'always']),
    ...plan.operations.map((operation) => [stepText(operation, sources, names), operation.because]),
  ];
  const environ = [
    ...Object.entries(plan.environment)
      .filter(([name]) => name !== 'INVOCATION_ID')
      .map(([name, value]) => `${name}=${value}`),
    'INVOCATION_ID, SYSTEMD_EXEC_PID and what each start tells',
  ];
  return [
    line('argv', plan.argv.map((word) => JSON.stringify(word)).join(' ')),
    line('environ', environ.join(', ')),
    '  child',
    ...alignColumns(steps.map(([what = '', because = ''], i) => [`${i + 1}.`.padStart(5), what, because])),
  ];
}

function stepText(operation: Operation, sources: readonly Source[], names: readonly string[]): string {
  const source = operation.op === 'dup' ? sources[operation.slot] : undefined;
  if (operation.op !== 'dup' || source === undefined) return describe(operation);
  return `dup2(${sourceText(source, names)}, ${operation.descriptor})`;
}

function sourceText(source: Source, names: readonly string[]): string {
  switch (source.from) {
    case 'file':
      return source.path;
    case 'log':
      return 'the log';
    case 'data':
      return 'its data';
    case 'given':
      return names[source.index] ?? 'a descriptor';
  }
}
