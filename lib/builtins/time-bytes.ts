/** The number of the time service (RFC 868). */

const SECONDS_1900_TO_1970 = 2_208_988_800;

/** Seconds since 1900, 4 bytes, the highest first; in 2036 they begin again at 0. `wallMs` counts from 1970. */
export function timeBytes(wallMs: number): Uint8Array {
  const seconds = (Math.floor(wallMs / 1000) + SECONDS_1900_TO_1970) >>> 0; // modulo 2^32
  return Uint8Array.of(seconds >>> 24, (seconds >>> 16) & 255, (seconds >>> 8) & 255, seconds & 255);
}
