/** The lines of the character generator (RFC 864). */

/** A line with its CR LF. */
export const LINE_BYTES = 74;
/** After so many lines the pattern begins again. */
export const LINE_COUNT = 95;

const COLUMNS = 72;

/** All lines, one after the other: line k is 72 of the 95 printable characters in turn, from the k-th on. */
export const chargenLines: Uint8Array = linesOf({ first: 0x20, count: 95 });

/** As chargenLines, but of the 93 characters from `!` to `}`, which is xinetd's ring: after it, line 93 is line 0. */
export const xinetdLines: Uint8Array = linesOf({ first: 0x21, count: 93 });

function linesOf(ring: { readonly first: number; readonly count: number }): Uint8Array {
  return Uint8Array.from({ length: LINE_COUNT * LINE_BYTES }, (_, at) => {
    const [line, column] = [Math.floor(at / LINE_BYTES), at % LINE_BYTES];
    if (column < COLUMNS) return ring.first + ((line + column) % ring.count);
    return column === COLUMNS ? 0x0d : 0x0a;
  });
}
