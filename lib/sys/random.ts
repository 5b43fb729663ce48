/** Numbers that nobody can guess. */

/**
 * So many random bytes. Not from node:crypto: that would take 2 MB of every daemon, while this (the Web Crypto API) is
 * loaded by Node when it is first asked.
 */
export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** A random whole number from `low` to below `high`, at most 2^32 apart. */
export function randomInt(low: number, high: number): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return low + Math.floor((word / 2 ** 32) * (high - low));
}
