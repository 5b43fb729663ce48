/** Lines and words of inetd.conf: comments, joined lines, quotes, and where each word stands. */

import type { Span } from '../../diagnostics/diagnostic.ts';
import type { DialectRules } from './dialects.ts';
import { indexBefore, isBlank, readWord, type Word } from './words.ts';

/** A line, with the lines that a backslash joined to it. A comment and a blank line have no words. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  readonly words: readonly Word[];
  /** Begins with a blank or a tab. */
  readonly indented: boolean;
  /** Without any character: what ends a continuation. */
  readonly empty: boolean;
  /** From its first character that is no blank to the last one, without the line end. */
  readonly span: Span;
  /** A comment that begins the line: from `#` to the end. */
  readonly comment: Span | null;
  /** The backslashes that joined lines. */
  readonly joints: readonly Span[];
  /** Where the next line begins. */
  readonly next: number;
  /** The number of the next line. */
  readonly nextNumber: number;
}

/** Reads the line that begins at `offset`; on a line begun by a key-value entry that is behind its `;`. */
export function readLine(text: string, offset: number, number: number, rules: DialectRules): Line {
  const end = lineEnd(text, offset);
  const start = skipBlanks(text, offset, end);
  if (rules.backslash !== 'data' && text[end - 1] === '\\' && text[start] !== '#' && end > start) {
    return readJoined(text, offset, number, rules);
  }
  const span = { start, end };
  const isComment = start < end && text[start] === '#';
  return {
    number,
    words: isComment || start === end ? [] : wordsOf(text, start, end, rules),
    indented: start > offset,
    empty: end === offset,
    span,
    comment: isComment ? span : null,
    joints: [],
    next: nextLine(text, offset),
    nextNumber: number + 1,
  };
}

/** The first offset in `start`…`end` that is no blank. */
export function skipBlanks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

/** The end of the line at `offset`, without its CR and LF. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  const end = newline === -1 ? text.length : newline;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/**
 * A line whose end is escaped: the backslash and the line end vanish, and a word may go on behind them. Words are read
 * from the joined text and then told where they stand in the source.
 */
function readJoined(text: string, offset: number, number: number, rules: DialectRules): Line {
  const start = skipBlanks(text, offset, text.length);
  const pieces: Piece[] = [{ from: start, at: 0 }];
  const joints: Span[] = [];
  let joined = '';
  let next = nextLine(text, offset);
  let from = start;
  let end = lineEnd(text, offset);
  while (end > from && text[end - 1] === '\\' && next < text.length) {
    joints.push({ start: end - 1, end });
    joined += text.slice(from, end - 1);
    from = next;
    pieces.push({ from, at: joined.length });
    end = lineEnd(text, from);
    next = nextLine(text, from);
  }
  joined += text.slice(from, end);
  const words = wordsOf(joined, 0, joined.length, rules);
  return {
    number,
    words: words.map((word) => ({ ...word, span: spanInPieces(pieces, word.span) })),
    indented: start > offset,
    empty: false,
    span: { start, end },
    comment: null,
    joints,
    next,
    nextNumber: number + joints.length + 1,
  };
}

interface Piece {
  /** Where the piece begins in the source and in the joined text. */
  readonly from: number;
  readonly at: number;
}

function spanInPieces(pieces: readonly Piece[], span: Span): Span {
  const start = sourceOffset(pieces, span.start);
  return { start, end: span.end === span.start ? start : sourceOffset(pieces, span.end - 1) + 1 };
}

/** Looks for the last piece that begins at or before the offset, by halves: a file may join very many lines. */
function sourceOffset(pieces: readonly Piece[], offset: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece === undefined ? offset : piece.from + offset - piece.at;
}

function wordsOf(text: string, start: number, lineEnd: number, rules: DialectRules): readonly Word[] {
  const hash = rules.hash === 'comment' ? indexBefore(text, '#', start, lineEnd) : -1;
  const end = hash === -1 ? lineEnd : hash;
  const line = { end, quotes: rules.quotes, lonely: new Set<string>() };
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    const word = readWord(text, at, line);
    words.push(word);
    at = skipBlanks(text, word.span.end, end);
  }
  return words;
}
