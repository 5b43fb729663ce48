/** What is done with a caller: the builtin, or the program with its arguments. */

import { basename, resolve } from 'node:path';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { BuiltinName, ProgramOrBuiltin } from '../../model/service.ts';
import type { Names } from '../names.ts';
import { builtinByName, builtinNames } from './builtin-names.ts';
import type { DialectRules } from './dialects.ts';
import type { Entry } from './entry.ts';
import type { Word } from './words.ts';

/** Whether there is a program at a path, as it was when the configuration was loaded. */
export type ProgramState = 'ok' | 'missing' | 'not-executable';

/** What is known of the system where programs are looked for. */
export interface ProgramContext {
  readonly rules: DialectRules;
  readonly names: Names;
  readonly programs: ReadonlyMap<string, ProgramState>;
  /** Relative programs begin here. */
  readonly directory: string;
}

/** Where a program without a slash is looked for (busybox). */
const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The paths that a program may have, in the order in which they are tried. */
export function programPaths(
  program: string,
  { rules, directory }: Pick<ProgramContext, 'rules' | 'directory'>,
): readonly string[] {
  if (rules.relativeProgram === 'searched' && !program.includes('/')) {
    return searchPath.map((folder) => `${folder}/${program}`);
  }
  return [resolve(directory, program)];
}

/** The action of an entry; null when there is no such builtin, which is reported. */
export function actionOf(
  entry: Entry,
  context: ProgramContext,
  diagnostics: Diagnostics,
): ProgramOrBuiltin | null {
  const args = entry.args.map(({ text }) => text);
  if (entry.program === null) {
    const name = builtinOf(entry, context);
    if (name !== null) return { kind: 'builtin', name, args };
    const known = builtinNames.filter((builtin) => builtin !== 'tcpmux' || context.rules.tcpmuxBuiltin);
    const help = `this dialect has ${known.join(', ')}: write one of these names, or a program`;
    const message = `there is no builtin service '${entry.serviceText}' for ${entry.type}`;
    diagnostics.error('inetd/unknown-builtin', entry.spans.program, message, help);
    return null;
  }
  const program = findProgram(entry.program, context, diagnostics);
  remarkOnDashes(entry.args, diagnostics);
  return { kind: 'exec', program, argv: args.length > 0 ? args : [basename(entry.program.text)] };
}

/** Word processors make one of a hyphen; no program takes it for an option. */
function remarkOnDashes(args: Entry['args'], diagnostics: Diagnostics): void {
  for (const { text, span } of args) {
    if (!/^[\u2010-\u2015\u2212]/.test(text)) continue;
    const message = 'an argument begins with a dash that is no hyphen-minus';
    diagnostics.warning('inetd/dash', span, message, "write '-': programs know their options by it");
  }
}

/**
 * The builtin that the service names: over a Unix socket by the last part of the path. Where that is none, the word behind
 * `internal` may name it (`20007 … internal echo`), which is argv[0] in FreeBSD's `internal auth -r`.
 */
function builtinOf(entry: Entry, { rules, names }: ProgramContext): BuiltinName | null {
  const written = rules.builtinByPort ? builtinByName(entry.args[0]?.text ?? '') : null;
  const builtin = namedBuiltin(entry, rules, names) ?? written;
  if (builtin === 'tcpmux' && !rules.tcpmuxBuiltin) return null;
  const needsStream = builtin === 'tcpmux' || builtin === 'auth';
  return needsStream && entry.type !== 'stream' ? null : builtin;
}

function namedBuiltin(
  { service, protocol }: Entry,
  { builtinByPort }: DialectRules,
  names: Names,
): BuiltinName | null {
  if (service.kind === 'path') return builtinByName(basename(service.path));
  const exact = service.kind === 'name' ? builtinByName(service.name) : null;
  if (exact !== null || !builtinByPort || protocol.kind !== 'inet') return exact;
  const transport = protocol.transport === 'udp' ? 'udp' : 'tcp';
  const port =
    service.kind === 'name'
      ? names.port(service.name, transport)
      : service.kind === 'port'
        ? service.port
        : null;
  return port === null ? null : builtinByName(names.serviceName(port, transport) ?? '');
}

/** The path of the program. A missing one is a warning only: its file system may come later. */
function findProgram({ text, span }: Word, context: ProgramContext, diagnostics: Diagnostics): string {
  const paths = programPaths(text, context);
  const path = paths.find((candidate) => context.programs.get(candidate) === 'ok') ?? paths[0] ?? text;
  if (!text.startsWith('/') && paths.length === 1) {
    const help = 'write the whole path: the directory depends on how superd was started';
    diagnostics.warning('inetd/relative-program', span, `the program is taken to be ${path}`, help);
  }
  const state = context.programs.get(path);
  if (state === 'missing') {
    const where = paths.length > 1 ? `in ${searchPath.join(':')}` : 'at this path';
    const help = `install it, or correct the path; until it is there, callers are closed on`;
    diagnostics.warning('inetd/program-missing', span, `there is no program ${where}`, help);
  } else if (state === 'not-executable') {
    const help = `make it executable: chmod +x ${path}`;
    diagnostics.warning('inetd/program-not-executable', span, 'the program cannot be executed', help);
  }
  return path;
}
