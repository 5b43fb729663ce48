/** Readers of values that only processes have (systemd.exec(5)). */

import type { EnvironmentFile, ExecSettings, StandardStream } from '../../../model/exec-settings.ts';
import type { NamedDirectory } from '../draft/exec.ts';
import { escapeAt } from '../text/word-escapes.ts';
import { absolutePath, integer } from './simple.ts';
import { mapped, type Read, type ValueReader } from './value.ts';

/** WorkingDirectory=: `-` lets it be missing, `~` is the user's home. */
export function workingDirectory(text: string): Read<ExecSettings['workingDirectory']> {
  const optional = text.startsWith('-');
  const place = optional ? text.slice(1) : text;
  if (place === '~') return { value: { path: 'home', optional } };
  return mapped(absolutePath, (path) => ({ path, optional }))(place);
}

/** One word of Environment=. */
export function variable(text: string): Read<string> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/^[A-Za-z_][A-Za-z0-9_]*=[^\0-\x08\x0b-\x1f\x7f]*$/.test(text)) return { value: text };
  return { problem: `'${text}' is no NAME=VALUE` };
}

/** The name of a variable. */
export function variableName(text: string): Read<string> {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return { value: text };
  return { problem: `'${text}' is no name of a variable` };
}

/** What UnsetEnvironment= takes: a name, or one with exactly this value. */
export function variableOrName(text: string): Read<string> {
  return text.includes('=') ? variable(text) : variableName(text);
}

/** EnvironmentFile=: `-` lets it be missing. */
export function environmentFile(text: string): Read<EnvironmentFile> {
  const optional = text.startsWith('-');
  return mapped(absolutePath, (path) => ({ path, optional }))(optional ? text.slice(1) : text);
}

/** CPUAffinity=: processors and ranges of them. */
export function processors(text: string): Read<readonly number[]> {
  const found: number[] = [];
  for (const part of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const [, low = '', high = low] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (low === '' || Number(high) < Number(low) || Number(high) > 8191)
      return { problem: `'${part}' is no processor and no range of them` };
    for (let at = Number(low); at <= Number(high); at += 1) found.push(at);
  }
  return { value: found };
}

/** CPUSchedulingPolicy=: by name or by the number of sched(7). */
export const cpuPolicy = named(['other', 'fifo', 'rr', 'batch', null, 'idle']);

/** IOSchedulingClass=: by name or by the number of ioprio_set(2). */
export const ioClass = named(['none', 'realtime', 'best-effort', 'idle']);

/** SyslogLevel=: by name or number (syslog(3)). */
export const syslogLevel: ValueReader<number> = (text) => {
  const at = LEVELS.indexOf(text);
  return at === -1 ? integer(0, 7)(text) : { value: at };
};

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

function named<Name extends string>(names: readonly (Name | null)[]): ValueReader<Name> {
  return (text) => {
    const found = names.find((name, at) => name !== null && (name === text || String(at) === text));
    if (found !== undefined && found !== null) return { value: found };
    const known = names.filter((name) => name !== null).join(' ');
    return { problem: `'${text}' is not known here: known are ${known}` };
  };
}

/** StandardInput=; `data` is what StandardInputText= and StandardInputData= give. */
export function inputStream(text: string): Read<StandardStream | 'data'> {
  if (text === 'data') return { value: text };
  const plain = PLAIN_INPUT.get(text);
  if (plain !== undefined) return { value: { kind: plain } };
  return namedStream(text, 'stdin', ['file']) ?? noStream(text, INPUTS);
}

/** A reader of StandardOutput= or StandardError=; `own` is the name of a descriptor that has none. */
export function outputStream(own: 'stdout' | 'stderr'): ValueReader<StandardStream> {
  return (text) => {
    const plain = PLAIN_OUTPUT.get(text);
    if (plain !== undefined) return { value: { kind: plain } };
    return namedStream(text, own, ['file', 'append', 'truncate']) ?? noStream(text, OUTPUTS);
  };
}

type Plain = 'null' | 'inherit' | 'socket' | 'log';

const INPUTS = 'null, socket, data, file:PATH and fd:NAME';
const OUTPUTS = 'inherit, null, journal, socket, file:PATH, append:PATH, truncate:PATH and fd:NAME';

const PLAIN_INPUT: ReadonlyMap<string, Plain> = new Map<string, Plain>(
  Object.entries<Plain>({
    null: 'null',
    socket: 'socket',
  }),
);

/** There is one log: superd's own. */
const PLAIN_OUTPUT: ReadonlyMap<string, Plain> = new Map<string, Plain>(
  Object.entries<Plain>({
    inherit: 'inherit',
    null: 'null',
    socket: 'socket',
    journal: 'log',
    syslog: 'log',
    kmsg: 'log',
    'journal+console': 'log',
    'syslog+console': 'log',
    'kmsg+console': 'log',
  }),
);

function namedStream(
  text: string,
  own: string,
  modes: readonly ('file' | 'append' | 'truncate')[],
): Read<StandardStream> | null {
  if (text === 'fd') return { value: { kind: 'fd', name: own } };
  const colon = text.indexOf(':');
  const [word, rest] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon === -1) return null;
  if (word === 'fd') return rest === '' ? null : { value: { kind: 'fd', name: rest } };
  const mode = modes.find((one) => one === word);
  if (mode === undefined) return null;
  const path = absolutePath(rest);
  if ('problem' in path) return path;
  return { value: { kind: 'file', path: path.value, mode: mode === 'file' ? 'write' : mode } };
}

function noStream(text: string, known: string): { readonly problem: string } {
  const tty = /^tty(-force|-fail)?$/.test(text);
  return { problem: tty ? `'${text}' is not supported` : `'${text}' is not known here: known are ${known}` };
}

/** StandardInputText=: C escapes filled in, a newline behind it. */
export function inputText(text: string): Read<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length; ) {
    const found = text[at] === '\\' ? escapeAt(text, at) : null;
    const next = text.indexOf('\\', at);
    const end = found !== null ? at + found.length : next === -1 ? text.length : next;
    if (end === at) return { problem: `'${text.slice(at, at + 4)}' is no escape sequence` };
    parts.push(Buffer.from(found?.value ?? text.slice(at, end)));
    at = end;
  }
  return { value: Buffer.concat([...parts, Buffer.from('\n')]) };
}

/** StandardInputData=: Base64. */
export function inputData(text: string): Read<Uint8Array> {
  const plain = text.replace(/\s+/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(plain) && plain.length % 4 === 0)
    return { value: Buffer.from(plain, 'base64') };
  return { problem: 'the data is no Base64' };
}

/** A word of RuntimeDirectory= and its kin: a path below the directory of its kind, and perhaps one of a link to it. */
export function ownDirectory(text: string): Read<NamedDirectory> {
  const [name = '', link, ...more] = text.split(':');
  if (more.length > 0 || !isBelow(name) || (link !== undefined && !isBelow(link))) {
    return { problem: `'${text}' is no relative path without '..'` };
  }
  return { value: { name, link: link ?? null } };
}

/** ConfigurationDirectory= takes no links (systemd.exec(5)). */
export function plainDirectory(text: string): Read<NamedDirectory> {
  const found = ownDirectory(text);
  if ('problem' in found || found.value.link === null) return found;
  return { problem: `'${text}': only directories of other kinds can have links` };
}

function isBelow(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
