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
  /** A NUL byte, if there is one. */
  readonly nul: Span | null;
  /** Where the next line begins. */
  readonly next: number;
  /** The number of the next line. */
  readonly nextNumber: number;
}

/** Reads the line that begins at `offset`; on a line begun by a key-value entry that is behind its `;`. */
export function readLine(text: string, offset: number, number: number, rules: DialectRules): Line {
  const end = lineEnd(text, offset);
  const start = skipBlanks(text, offset, end);
  const plain = {
    number,
    indented: start > offset,
    empty: end === offset,
    next: nextLine(text, offset),
    nextNumber: number + 1,
  };
  if (start === end || text[start] === '#') {
    const span = { start, end };
    return { ...plain, words: [], span, comment: start === end ? null : span, joints: [], nul: null };
  }
  return rules.backslash === 'data'
    ? { ...plain, ...wordsOf(text, start, end, rules), joints: [] }
    : readJoined(text, offset, start, plain, rules);
}

/** The first offset in `start`…`end` that is no blank. */
export function skipBlanks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(text[at])) at += 1;
  return at;
}

/** The end of the line at `offset`, without its CR and LF. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  const end = newline === -1 ? text.length : newline;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

type Place = Pick<Line, 'number' | 'indented' | 'empty' | 'next' | 'nextNumber'>;
type Content = Pick<Line, 'words' | 'span' | 'comment' | 'nul'>;

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/**
 * A line whose end is escaped: the backslash and the line end vanish, and a word may go on behind them. Words are read
 * from the joined text and then told where they stand in the source.
 */
function readJoined(text: string, offset: number, start: number, place: Place, rules: DialectRules): Line {
  const pieces = [{ from: start, at: 0 }];
  const joints: Span[] = [];
  let joined = '';
  let { next, nextNumber } = place;
  let from = start;
  let end = lineEnd(text, offset);
  while (end > from && text[end - 1] === '\\' && next < text.length) {
    joints.push({ start: end - 1, end });
    joined += text.slice(from, end - 1);
    from = next;
    pieces.push({ from, at: joined.length });
    end = lineEnd(text, from);
    next = nextLine(text, from);
    nextNumber += 1;
  }
  if (joints.length === 0) return { ...place, ...wordsOf(text, start, end, rules), joints };
  joined += text.slice(from, end);
  const content = wordsOf(joined, 0, joined.length, rules);
  const place2 = (span: Span) => spanInPieces(pieces, span);
  return {
    ...place,
    next,
    nextNumber,
    words: content.words.map((word) => ({ ...word, span: place2(word.span) })),
    span: { start, end },
    comment: null,
    joints,
    nul: content.nul && place2(content.nul),
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

function sourceOffset(pieces: readonly Piece[], offset: number): number {
  const piece = pieces.findLast(({ at }) => at <= offset);
  return piece === undefined ? offset : piece.from + offset - piece.at;
}

function wordsOf(text: string, start: number, end: number, rules: DialectRules): Content {
  const words: Word[] = [];
  const line = { end, rules, lonely: new Set<string>() };
  let at = start;
  while (at < end && !(rules.hash === 'comment' && text[at] === '#')) {
    const word = readWord(text, at, line);
    words.push(word);
    at = skipBlanks(text, word.span.end, end);
  }
  const nul = indexBefore(text, '\0', start, end);
  return {
    words,
    span: { start, end },
    comment: null,
    nul: nul === -1 ? null : { start: nul, end: nul + 1 },
  };
}
