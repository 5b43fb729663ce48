/** How a diagnostic is shown: as text with a code frame for people, as an object for programs. */

import type { Diagnostic, Severity, Source, Span } from './diagnostic.ts';

/** A diagnostic for programs. Lines and columns count from 1, columns in characters; `end…` is behind the last one. */
export interface DiagnosticRecord {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly help: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A place in a file as people count: from 1, columns in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The longest piece of a source line that is shown, in columns of the terminal. */
const frameWidth = 100;
const tabWidth = 8;

/** `file:line:column: severity: message [code]`, the source line, an underline and the help, without a last newline. */
export function render(
  diagnostic: Diagnostic,
  { colours = false }: { readonly colours?: boolean } = {},
): string {
  const { severity, code, message, help, source, span } = diagnostic;
  const paint = colours ? painted : plain;
  const { line, column } = positionAt(source, span.start);
  const lines = [
    `${printable(source.file)}:${line}:${column}: ${paint(severity, severity)}: ${printable(message)} [${code}]`,
  ];
  if (source.text !== '') {
    const frame = frameOf(source, span);
    const gutter = ' '.repeat(String(line).length);
    lines.push(`${line} | ${frame.text}`);
    lines.push(`${gutter} | ${' '.repeat(frame.indent)}${paint(severity, '^'.repeat(frame.width))}`);
    if (help !== undefined) lines.push(`${gutter} = help: ${printable(help)}`);
  } else if (help !== undefined) {
    lines.push(`  = help: ${printable(help)}`);
  }
  return lines.join('\n');
}

/** A diagnostic as a program reads it. */
export function toJson(diagnostic: Diagnostic): DiagnosticRecord {
  const { severity, code, message, help, source, span } = diagnostic;
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  return {
    severity,
    code,
    message,
    help: help ?? null,
    file: source.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** The line and column of an offset. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: [...source.text.slice(starts[low], offset)].length + 1 };
}

/** Counted once for a source: a long file may have many diagnostics. */
const known = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const counted = known.get(source);
  if (counted !== undefined) return counted;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  known.set(source, starts);
  return starts;
}

/** Text with its control characters written as escapes, so that a file cannot play with the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

interface Frame {
  readonly text: string;
  /** Where the underline begins and how long it is, in columns of the terminal. */
  readonly indent: number;
  readonly width: number;
}

/** One character of the source as it is shown. */
interface Cell {
  readonly text: string;
  readonly marked: boolean;
}

function frameOf({ text }: Source, span: Span): Frame {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.start);
  const lineEnd = newline === -1 ? text.length : newline;
  const from = Math.max(lineStart, span.start - 2 * frameWidth);
  const to = Math.min(lineEnd, span.start + 2 * frameWidth);
  const cells = cutAround(cellsOf(text.slice(from, to), from, span), from > lineStart);
  const first = cells.findIndex((cell) => cell.marked);
  const before = first === -1 ? cells : cells.slice(0, first);
  const marked = cells.filter((cell) => cell.marked);
  return {
    text: textOf(cells).trimEnd(),
    indent: textOf(before).length,
    width: Math.max(1, textOf(marked).length),
  };
}

function cellsOf(line: string, start: number, span: Span): readonly Cell[] {
  const cells: Cell[] = [];
  let offset = start;
  let column = 0;
  for (const character of line) {
    const shown = character === '\t' ? ' '.repeat(tabWidth - (column % tabWidth)) : printable(character);
    cells.push({ text: shown, marked: offset >= span.start && offset < span.end });
    offset += character.length;
    column += shown.length;
  }
  return cells;
}

/** Keeps what is marked and as much before and behind it as fits. */
function cutAround(cells: readonly Cell[], cutBefore: boolean): readonly Cell[] {
  if (!cutBefore && textOf(cells).length <= frameWidth) return cells;
  const marked = cells.findIndex((cell) => cell.marked);
  const start = Math.max(0, (marked === -1 ? cells.length : marked) - frameWidth / 2);
  const kept: Cell[] = cutBefore || start > 0 ? [{ text: '… ', marked: false }] : [];
  let width = 0;
  for (const cell of cells.slice(start)) {
    width += cell.text.length;
    if (width > frameWidth) return [...kept, { text: ' …', marked: false }];
    kept.push(cell);
  }
  return kept;
}

function textOf(cells: readonly Cell[]): string {
  return cells.map((cell) => cell.text).join('');
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

const colourOf: Readonly<Record<Severity, string>> = { error: '31', warning: '33', note: '36' };

function painted(severity: Severity, text: string): string {
  return `\x1b[1;${colourOf[severity]}m${text}\x1b[0m`;
}

function plain(_severity: Severity, text: string): string {
  return text;
}
