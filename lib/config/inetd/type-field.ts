/** The socket type, with NetBSD's suffixes: `stream,ACCEPT_MAX` and `stream:FILTER,ARGUMENT`. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { SocketType } from '../../model/address.ts';
import { didYouMean } from '../spelling.ts';
import { partOf, type Word } from './words.ts';

/** The type; `children` is accept_max where it is written, null for no limit. */
export interface TypeField {
  readonly type: SocketType;
  readonly children?: number | null;
}

const types: ReadonlySet<string> = new Set<SocketType>(['stream', 'dgram', 'seqpacket', 'raw', 'rdm']);

/** Reads the field; null when it is reported as wrong. */
export function readType(word: Word, diagnostics: Diagnostics): TypeField | null {
  const [, base = '', max, filter] = /^([^,:]*)(?:,([^:]*))?(?::(.*))?$/s.exec(word.text) ?? [];
  if (!isType(base)) return refuse(word, base, diagnostics);
  if (base !== 'stream' && (max !== undefined || filter !== undefined)) {
    const help = `write '${base}' alone`;
    diagnostics.error('inetd/bad-socket-type', word.span, 'only stream takes an addition', help);
    return null;
  }
  if (filter !== undefined) remarkOnFilter(word, diagnostics);
  if (max === undefined) return { type: base };
  if (/^[0-9]{1,9}$/.test(max)) return { type: base, children: Number(max) === 0 ? null : Number(max) };
  const help = "write the number of children at once, as in 'stream,5'";
  const span = partOf(word, base.length + 1, base.length + 1 + max.length);
  diagnostics.error('inetd/bad-counter', span, `'${max}' is no number`, help);
  return null;
}

/** Says that an accept filter does nothing here. */
export function remarkOnFilter({ span }: Pick<Word, 'span'>, diagnostics: Diagnostics): void {
  const help = 'Linux has no accept filters: the service is called as soon as a client connects';
  diagnostics.note('inetd/accept-filter', span, 'the accept filter is not used', help);
}

function isType(text: string): text is SocketType {
  return types.has(text);
}

function refuse(word: Word, base: string, diagnostics: Diagnostics): null {
  const span = partOf(word, 0, base.length);
  if (base === 'tli' || base === 'xti') {
    const help = "Linux has no TLI: write 'stream' with tcp or 'dgram' with udp";
    diagnostics.error('inetd/bad-socket-type', span, `a ${base} endpoint cannot be opened`, help);
  } else {
    const help = didYouMean(base, types, 'write stream, dgram, seqpacket or raw');
    diagnostics.error('inetd/bad-socket-type', span, `'${base}' is no type of socket`, help);
  }
  return null;
}
