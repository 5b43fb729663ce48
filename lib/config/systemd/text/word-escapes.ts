/** Escape sequences within words (systemd.syntax(7), the table of QUOTING). */

/** What a sequence stands for: text, or one byte that may be a part of a character. */
export interface Escape {
  readonly value: string | Uint8Array;
  /** How many characters it is written with, the backslash included. */
  readonly length: number;
}

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  s: ' ',
};

interface Digits {
  /** How many characters stand before the digits, the backslash included. */
  readonly before: number;
  readonly count: number;
  readonly base: 8 | 16;
}

const HEXADECIMAL: Readonly<Record<string, Digits>> = {
  x: { before: 2, count: 2, base: 16 },
  u: { before: 2, count: 4, base: 16 },
  U: { before: 2, count: 8, base: 16 },
};

/** Up to `\377`. */
const OCTAL: Digits = { before: 1, count: 3, base: 8 };

/** The sequence that begins with the backslash at `at`; null: it is none, or stands for what no text can hold. */
export function escapeAt(text: string, at: number): Escape | null {
  const next = text.charAt(at + 1);
  const letter = LETTERS[next];
  if (letter !== undefined) return { value: letter, length: 2 };
  const form = next >= '0' && next <= '3' ? OCTAL : HEXADECIMAL[next];
  if (form === undefined) return null;
  const { before, count, base } = form;
  const digits = text.slice(at + before, at + before + count);
  const isNumber = digits.length === count && (base === 8 ? /^[0-7]+$/ : /^[0-9a-f]+$/i).test(digits);
  const code = isNumber ? Number.parseInt(digits, base) : 0;
  const isByte = base === 8 || next === 'x';
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return null;
  const value = isByte && code > 0x7f ? Uint8Array.of(code) : String.fromCodePoint(code);
  return { value, length: before + count };
}
