/** One value of a key-value entry: plain characters and quoted strings with escapes, in any mixture. */

import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Word } from './words.ts';

/** Why the text cannot be told apart. */
export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
  readonly help: string;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  n: '\n',
  t: '\t',
  r: '\r',
  "'": "'",
  '"': '"',
};

/** Whether a value begins with the character. */
export function isValue(character: string | undefined): boolean {
  return character !== undefined && !/[ \t\r\n,;#]/.test(character);
}

/** Reads the value that begins at `start`. */
export function readValue(text: string, start: number): Word | SyntaxProblem {
  let value = '';
  let quoted = false;
  let at = start;
  while (isValue(text[at])) {
    const character = text[at] ?? '';
    if (character === "'" || character === '"') {
      const string = readString(text, at);
      if ('message' in string) return string;
      value += string.text;
      at = string.span.end;
      quoted = true;
    } else {
      value += character;
      at += 1;
    }
  }
  return { text: value, span: { start, end: at }, quoted };
}

/** A quoted string; it closes on its own line. */
function readString(text: string, start: number): Word | SyntaxProblem {
  const quote = text[start];
  const bytes: Buffer[] = [];
  let at = start + 1;
  let plainFrom = at;
  for (; text[at] !== quote; at += 1) {
    if (at >= text.length || text[at] === '\n') return unclosed(start, at);
    if (text[at] !== '\\') continue;
    bytes.push(Buffer.from(text.slice(plainFrom, at)));
    const escaped = readEscape(text, at);
    if ('message' in escaped) return escaped;
    bytes.push(escaped.bytes);
    at = escaped.last;
    plainFrom = at + 1;
  }
  bytes.push(Buffer.from(text.slice(plainFrom, at)));
  // Bytes written as \x.. may together be one character of UTF-8.
  return { text: Buffer.concat(bytes).toString(), span: { start, end: at + 1 }, quoted: true };
}

function readEscape(
  text: string,
  start: number,
): { readonly bytes: Buffer; readonly last: number } | SyntaxProblem {
  const letter = text[start + 1] ?? '';
  const plain = escapes[letter];
  if (plain !== undefined) return { bytes: Buffer.from(plain), last: start + 1 };
  const help = 'known are \\\\ \\n \\t \\r \\\' \\" and \\x with two hex digits';
  if (letter !== 'x') {
    const span = { start, end: Math.min(start + 2, text.length) };
    return { span, message: `unknown escape sequence '\\${letter}'`, help };
  }
  const digits = text.slice(start + 2, start + 4);
  if (/^[0-9A-Fa-f]{2}$/.test(digits)) return { bytes: Buffer.from(digits, 'hex'), last: start + 3 };
  const span = { start, end: Math.min(start + 4, text.length) };
  return { span, message: `'\\x${digits}' has not two hex digits`, help };
}

function unclosed(start: number, end: number): SyntaxProblem {
  const help = 'close the quote on the line where it opens';
  return { span: { start, end: Math.max(end, start + 1) }, message: 'the quote is not closed', help };
}
