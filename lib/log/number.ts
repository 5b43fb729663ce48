/** Numbers as logs write them. */

/** Milliseconds come with fifteen digits; three behind the point are µs, and nobody measured more. */
export function thousandths(value: number): number {
  return Number.isInteger(value) ? value : Math.round(value * 1000) / 1000;
}
