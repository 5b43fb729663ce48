/** The lines of the character generator (RFC 864). */

/** A line with its CR LF. */
export const LINE_BYTES = 74;
/** After so many lines the pattern begins again. */
export const LINE_COUNT = 95;

/** All lines, one after the other: line k is 72 of the 95 printable characters in turn, from the k-th on. */
export const chargenLines: Uint8Array = Uint8Array.from({ length: LINE_COUNT * LINE_BYTES }, (_, at) => {
  const [line, column] = [Math.floor(at / LINE_BYTES), at % LINE_BYTES];
  if (column < 72) return 0x20 + ((line + column) % LINE_COUNT);
  return column === 72 ? 0x0d : 0x0a;
});
