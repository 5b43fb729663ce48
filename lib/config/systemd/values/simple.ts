/** Readers of single values: switches, numbers, modes, words of a list, paths (systemd.syntax(7)). */

import { closest } from '../../spelling.ts';
import type { Read, ValueReader } from './value.ts';

/** `yes`, `no` and their kin, in any letter case. */
export function boolean(text: string): Read<boolean> {
  const word = text.toLowerCase();
  if (TRUE.includes(word)) return { value: true };
  if (FALSE.includes(word)) return { value: false };
  return { problem: `'${text}' is neither yes nor no` };
}

const TRUE = ['1', 'yes', 'y', 'true', 't', 'on'];
const FALSE = ['0', 'no', 'n', 'false', 'f', 'off'];

/** A reader of whole numbers from `low` to `high`, in the notation of C: `0x10`, `0b101`, `0o17`, `017`. */
export function integer(low: number, high: number): ValueReader<number> {
  return (text) => {
    const number = numberIn(text);
    if (number === null) return { problem: `'${text}' is no whole number` };
    if (number >= low && number <= high) return { value: number };
    return { problem: `'${text}' is not from ${low} to ${high}` };
  };
}

/** What 32 bits hold. */
export const unsigned = integer(0, 2 ** 32 - 1);
export const int = integer(-(2 ** 31), 2 ** 31 - 1);

/** A number as strtol(3) reads it with base 0; null: it is none. */
export function numberIn(text: string): number | null {
  const [, sign, prefix = '', digits = ''] = /^([+-]?)(0x|0b|0o|0(?=.))?([0-9a-f]+)$/i.exec(text) ?? [];
  const { base, digit } = BASES[prefix.toLowerCase()] ?? DECIMAL;
  if (!digit.test(digits)) return null;
  const number = Number.parseInt(digits, base);
  return sign === '-' && number !== 0 ? -number : number;
}

const DECIMAL = { base: 10, digit: /^[0-9]+$/ };
const OCTAL = { base: 8, digit: /^[0-7]+$/ };
const BASES: Readonly<Record<string, typeof DECIMAL>> = {
  '0x': { base: 16, digit: /^[0-9a-f]+$/i },
  '0b': { base: 2, digit: /^[01]+$/ },
  '0o': OCTAL,
  '0': OCTAL,
};

/** Permission bits, always octal. */
export function octalMode(text: string): Read<number> {
  const mode = OCTAL.digit.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  return mode <= 0o7777 ? { value: mode } : { problem: `'${text}' is no octal mode up to 7777` };
}

/** A reader of one of these words, exactly as they are written. */
export function oneOf<Word extends string>(words: readonly Word[]): ValueReader<Word> {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return { value: found };
    const near = closest(text, words);
    const meant = near === null ? `known are ${words.join(' ')}` : `did you mean '${near}'?`;
    return { problem: `'${text}' is not known here: ${meant}` };
  };
}

/** The longest path of the system, with its NUL (limits.h). */
const PATH_MAX = 4096;

/** An absolute path in its plain spelling: without doubled slashes, `.` and a slash at the end. */
export function absolutePath(text: string): Read<string> {
  if (!text.startsWith('/')) return { problem: `'${text}' is not an absolute path` };
  if (Buffer.byteLength(text) >= PATH_MAX) return { problem: 'the path is too long' };
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return { value: `/${parts.join('/')}` };
}
