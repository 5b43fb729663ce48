/** Numbers from rounds: pure statistics. */

/** The rounds of one figure in short; in the figure's own unit. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Sums up at least one value; null when there is none. */
export function summarize(values: readonly number[]): Summary | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return null;
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? min) + (sorted[Math.ceil(middle)] ?? max)) / 2;
  return { median, min, max };
}

/** Ratio of two figures; null when one is missing or the divisor is 0. */
export function ratio(figure: number | null, to: number | null): number | null {
  return figure === null || to === null || to === 0 ? null : figure / to;
}

/** The order of one round: everybody goes first once, so that nobody always follows the same one. */
export function rotate<T>(items: readonly T[], round: number): readonly T[] {
  const first = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
