/** Sizes in bytes (systemd.syntax(7)): `16M`, `1.5G`, `1M5`. */

import type { Read } from './value.ts';

/** From the largest down: what is added behind a suffix has a smaller one. */
const SUFFIXES = ['E', 'P', 'T', 'G', 'M', 'K', 'B', ''];

/** Bytes; the suffixes are powers of 1024. Precise up to 2^53. */
export function size(text: string): Read<number> {
  const term = /\s*\+?(\d+)(\.\d*)?\s*([EPTGMKB]?)/y;
  let [sum, next] = [0, 0];
  do {
    const [, whole, fraction = '', suffix = ''] = term.exec(text) ?? [];
    const at = SUFFIXES.indexOf(suffix, next);
    if (whole === undefined || at === -1) return { problem: `'${text}' is no size` };
    sum += Number(whole + fraction) * factorAt(at);
    next = at + 1;
  } while (term.lastIndex < text.length);
  return sum < 2 ** 64 ? { value: sum } : { problem: `'${text}' is too large` };
}

function factorAt(at: number): number {
  return 1024 ** Math.max(0, 6 - at);
}

/** Bytes, or `infinity`. */
export function sizeOrInfinity(text: string): Read<number> {
  return text === 'infinity' ? { value: Number.POSITIVE_INFINITY } : size(text);
}

/** Bytes, `infinity`, or a share of the whole from 0 to 1, written as `50%`. */
export function sizeOrShare(text: string): Read<{ readonly bytes: number } | { readonly share: number }> {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(text) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return { value: { share: Number(percent) / 100 } };
  const bytes = sizeOrInfinity(text);
  return 'problem' in bytes ? bytes : { value: { bytes: bytes.value } };
}
