/** Columns of text. */

const GAP = '  ';

/** The widest a column gets: a longer cell pushes its own row only. */
const MAX_WIDTH = 40;

/** Lines of aligned cells, without blanks at their ends. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, Math.min(cell.length, MAX_WIDTH));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}
