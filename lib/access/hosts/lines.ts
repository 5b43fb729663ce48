/** The lines of hosts.allow and hosts.deny: a backslash at the end of one joins the next to it. */

import type { Span } from '../../diagnostics/diagnostic.ts';

/** A line with those that were joined to it. */
export interface Line {
  /** Where it begins, counted from 1. */
  readonly number: number;
  /** The joined text, without line ends and the backslashes before them. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Whether a newline ends it. */
  readonly terminated: boolean;
  /** Whether hosts_access(3) could hold it in its buffer. */
  readonly short: boolean;
}

interface Piece {
  /** Where the piece begins in the source and in the joined text. */
  readonly from: number;
  readonly at: number;
}

/** What hosts_access(3) can hold, the newline included. */
const LONGEST = 2047;

/** All lines, blank ones and comments included. */
export function linesOf(source: string): readonly Line[] {
  const lines: Line[] = [];
  let number = 1;
  for (let from = 0; from < source.length; ) {
    const pieces: Piece[] = [];
    let text = '';
    let short = true;
    let terminated = false;
    const first = number;
    for (let joined = true; joined && from < source.length; ) {
      const newline = source.indexOf('\n', from);
      const end = newline === -1 ? source.length : newline;
      terminated = newline !== -1;
      joined = terminated && end > from && source[end - 1] === '\\';
      short &&= text.length + (end + 1 - from) <= LONGEST;
      pieces.push({ from, at: text.length });
      text += source.slice(from, joined ? end - 1 : end);
      if (joined) terminated = false;
      from = terminated || joined ? end + 1 : source.length;
      number += 1;
    }
    // Backslashes alone at the end of the file are no line.
    if (terminated || text !== '') lines.push({ number: first, text, pieces, terminated, short });
  }
  return lines;
}

/** Where a piece of a joined line stands in the source. */
export function spanIn({ pieces }: Line, start: number, end: number): Span {
  const from = sourceOffset(pieces, start);
  return { start: from, end: end <= start ? from : sourceOffset(pieces, end - 1) + 1 };
}

function sourceOffset(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  for (let high = pieces.length; high - low > 1; ) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle;
  }
  const piece = pieces[low];
  return piece === undefined ? offset : piece.from + offset - piece.at;
}
