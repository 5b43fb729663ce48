/** Text that may be joined of several lines, and where its parts stand in the file. */

import type { Span } from '../../../diagnostics/diagnostic.ts';

/** From offset `at` of the joined text on, characters stand at `start` of the source. */
export interface Piece {
  readonly at: number;
  readonly start: number;
}

/** A text and its pieces, in order; the first one begins at 0. The joined text has a blank for each backslash. */
export interface Joined {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Where characters `start` to `end` (behind the last one) of a joined text stand. */
export function placeIn({ text, pieces }: Joined, start = 0, end = text.length): Span {
  const first = offsetOf(pieces, start);
  return { start: first, end: end > start ? offsetOf(pieces, end - 1) + 1 : first };
}

/** A part of a joined text without its outer blanks. */
export function trimmed({ text, pieces }: Joined, from = 0, to = text.length): Joined {
  let [start, end] = [from, to];
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  const before = pieceAt(pieces, start);
  const inside = pieces.slice(before + 1).filter(({ at }) => at < end);
  return {
    text: text.slice(start, end),
    pieces: [
      { at: 0, start: offsetOf(pieces, start) },
      ...inside.map(({ at, start: place }) => ({ at: at - start, start: place })),
    ],
  };
}

/** What separates words; lines have no other. */
export function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function offsetOf(pieces: readonly Piece[], offset: number): number {
  const piece = pieces[pieceAt(pieces, offset)];
  return piece === undefined ? offset : piece.start + offset - piece.at;
}

/** The last piece that begins at the offset or before. */
function pieceAt(pieces: readonly Piece[], offset: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
