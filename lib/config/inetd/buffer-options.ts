/** Buffer sizes behind the protocol: `tcp,sndbuf=64k,rcvbuf=1m`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../spelling.ts';
import type { BufferSizes } from './entry.ts';
import { partOf, type Word } from './words.ts';

const options = ['sndbuf', 'rcvbuf'] as const;
const scales: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 * 1024 };
/** setsockopt(2) takes an int. */
const largest = 2 ** 31 - 1;

/** Reads the options of a protocol word; null when one is reported as wrong. */
export function readBuffers(
  word: Word,
  pieces: readonly string[],
  diagnostics: Diagnostics,
): BufferSizes | null {
  const buffers: { -readonly [K in keyof BufferSizes]: BufferSizes[K] } = {};
  let sound = true;
  for (const piece of pieces) {
    const at = word.text.indexOf(`,${piece}`) + 1;
    const [name = '', value = ''] = piece.split('=');
    const option = options.find((candidate) => candidate === name);
    const size = option === undefined ? null : readSize(value);
    if (
      option === undefined ||
      size === null ||
      buffers[option] !== undefined ||
      piece.split('=').length !== 2
    ) {
      const example = "write one 'sndbuf=64k' and one 'rcvbuf=64k' at most; k is 1024 bytes, m is 1024 k";
      const help = option === undefined ? didYouMean(name, options, example) : example;
      const span = partOf(word, at, at + piece.length);
      diagnostics.error('inetd/bad-buffer', span, `'${piece}' is no buffer size`, help);
      sound = false;
    } else buffers[option] = size;
  }
  return sound ? buffers : null;
}

/** Bytes, written with or without `k` or `m`; null when it is no size from 1 byte to 2 GiB. */
export function readSize(text: string): number | null {
  const [, digits, suffix = ''] = /^([0-9]{1,10})([a-z]*)$/.exec(text) ?? [];
  const scale = scales[suffix];
  if (digits === undefined || scale === undefined) return null;
  const size = Number(digits) * scale;
  return size >= 1 && size <= largest ? size : null;
}
