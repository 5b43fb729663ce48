/** Numbers as logs write them. */

/**
 * Milliseconds come with fifteen digits; three behind the point are µs, and nobody measured more. What is less than one
 * keeps three digits that mean something: a limit of 0.0001 is none of 0.
 */
export function readable(value: number): number {
  if (Number.isInteger(value)) return value;
  return Math.abs(value) < 1 ? Number(value.toPrecision(3)) : Math.round(value * 1000) / 1000;
}
