/** The commands of an Exec…= line (systemd.service(5), COMMAND LINES). */

import type { Command } from '../../../model/unit.ts';
import type { Read } from '../values/value.ts';
import { type Prefixes, prefixesOf } from './command-prefixes.ts';
import { type BadWord, behindSeparators, isSeparator, type Word, wordAt } from './words.ts';

/** Something wrong, at offsets of the line. A fatal one keeps the unit from being loaded. */
export interface Remark {
  readonly fatal: boolean;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** The commands that could be read; whatever stands behind a remark that spoils its command is left out. */
export interface CommandLine {
  readonly commands: readonly Command[];
  readonly remarks: readonly Remark[];
}

/** Reads a line that is not empty; `expand` fills specifiers into a word. Variables stay for `substitute`. */
export function parseCommandLine(text: string, expand: (word: string) => Read<string>): CommandLine {
  const commands: Command[] = [];
  const remarks: Remark[] = [];
  const scope: Scope = { text, expand, remarks };
  let at: number | null = 0;
  while (at !== null) {
    const read = commandAt(scope, at);
    if (read === null) break;
    commands.push(read.command);
    at = read.next;
  }
  return { commands, remarks };
}

interface Scope {
  readonly text: string;
  readonly expand: (word: string) => Read<string>;
  readonly remarks: Remark[];
}

/** `next`: where the command behind a lone `;` begins; null: the line ends. Null where there is none, or a spoilt one. */
function commandAt(
  scope: Scope,
  at: number,
): { readonly command: Command; readonly next: number | null } | null {
  const first = exactWord(scope, at, true);
  if (first === null) return null;
  const prefixes = prefixesOf(first.text);
  if (prefixes.obsolete) remark(scope, first, false, "'!!' has no effect");
  const fatal = !prefixes.ignoreFailure;
  const path = scope.expand(prefixes.rest);
  if ('problem' in path) return spoilt(scope, first, fatal, path.problem);
  const problem = prefixes.shell ? null : problemOf(path.value);
  if (problem !== null) return spoilt(scope, first, fatal, `'${path.value}': ${problem}`);
  const rest = argumentsFrom(scope, first.end, fatal);
  if (rest === null) return null;
  const command = commandOf(prefixes, path.value, rest.words);
  if (command === null) return spoilt(scope, first, fatal, 'there is nothing to run, or no argv[0]');
  return { command, next: rest.next };
}

function commandOf(prefixes: Prefixes, path: string, words: readonly string[]): Command | null {
  const { ignoreFailure, substitute, privileges, ownArgv0, shell } = prefixes;
  const marks = { ignoreFailure, substitute, privileges };
  if (shell) {
    const line = [path, ...words].filter((word, at) => at > 0 || word !== '').join(' ');
    if (line === '') return null;
    const argv = [ownArgv0 ? '-sh' : 'sh', '-c', line];
    return { ...marks, program: '/bin/sh', argv, shell };
  }
  if (ownArgv0 && words.length === 0) return null;
  return { ...marks, program: plainPath(path), argv: ownArgv0 ? words : [path, ...words] };
}

interface Arguments {
  readonly words: readonly string[];
  readonly next: number | null;
}

function argumentsFrom(scope: Scope, from: number, fatal: boolean): Arguments | null {
  const { text, expand } = scope;
  const words: string[] = [];
  let at = from;
  for (;;) {
    at = behindSeparators(text, at);
    if (isAlone(text, at, ';')) return { words, next: at + 1 };
    if (isAlone(text, at, '\\;')) {
      words.push(';');
      at += 2;
      continue;
    }
    const word = exactWord(scope, at, fatal);
    if (word === null) return at < text.length ? null : { words, next: null };
    const expanded = expand(word.text);
    if ('problem' in expanded) return spoilt(scope, word, fatal, expanded.problem);
    words.push(expanded.value);
    at = word.end;
  }
}

function isAlone(text: string, at: number, word: string): boolean {
  const behind = text.charAt(at + word.length);
  return text.startsWith(word, at) && (behind === '' || isSeparator(behind));
}

/** A word; one with unknown escapes keeps them as they are written. Null: the line ends, or the quotes do not. */
function exactWord(scope: Scope, at: number, fatal: boolean): Word | null {
  const strict = wordAt(scope.text, at, 'strict');
  if (strict === null || !('bad' in strict)) return strict;
  const relaxed = wordAt(scope.text, at, 'relaxed');
  if (relaxed === null || 'bad' in relaxed) {
    return spoilt(scope, relaxed ?? strict, fatal, 'unbalanced quoting');
  }
  remark(scope, strict, false, 'unknown escape sequences, which are kept as they are written');
  return relaxed;
}

/** Why nothing can be run by such a path; null: something can. */
function problemOf(path: string): string | null {
  if (path === '') return 'the command has no path';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f"'\\]/.test(path)) return 'the path has special characters';
  if (/(^|\/)\.{0,2}$/.test(path)) return 'the path is that of a directory';
  if (!path.startsWith('/') && path.includes('/')) return 'it is neither an absolute path nor a plain name';
  return Buffer.byteLength(path) >= 4096 ? 'the path is too long' : null;
}

/** Without doubled slashes and `.` parts. Bare names are looked for when they are started. */
function plainPath(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, '/');
}

function spoilt(scope: Scope, place: Word | BadWord, fatal: boolean, message: string): null {
  remark(scope, place, fatal, message);
  return null;
}

function remark({ remarks }: Scope, { start, end }: Word | BadWord, fatal: boolean, message: string): void {
  remarks.push({ fatal, message, start, end });
}
