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

/** Sequences of digits behind a letter, each with its base and whether it is a byte. */
const DIGITS = [
  { pattern: /\\x([0-9a-fA-F]{2})/y, base: 16, isByte: true },
  { pattern: /\\u([0-9a-fA-F]{4})/y, base: 16, isByte: false },
  { pattern: /\\U([0-9a-fA-F]{8})/y, base: 16, isByte: false },
  { pattern: /\\([0-3][0-7]{2})/y, base: 8, isByte: true },
] as const;

/** The sequence that begins with the backslash at `at`; null: it is none, or stands for what no text can hold. */
export function escapeAt(text: string, at: number): Escape | null {
  const letter = LETTERS[text.charAt(at + 1)];
  if (letter !== undefined) return { value: letter, length: 2 };
  for (const { pattern, base, isByte } of DIGITS) {
    const [sequence, digits] = matchAt(pattern, text, at) ?? [];
    if (sequence === undefined || digits === undefined) continue;
    const code = Number.parseInt(digits, base);
    if (code === 0 || code > 0x10ffff || (!isByte && code >= 0xd800 && code < 0xe000)) return null;
    const value = isByte && code > 0x7f ? Uint8Array.of(code) : String.fromCodePoint(code);
    return { value, length: sequence.length };
  }
  return null;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  const here = new RegExp(pattern);
  here.lastIndex = at;
  return here.exec(text);
}
