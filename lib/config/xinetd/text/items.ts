/** What stands in one file of xinetd.conf, in its order. */

import type { Span } from '../../../diagnostics/diagnostic.ts';
import type { Origin } from '../../../model/service.ts';
import type { Block, Word } from './block.ts';

/** `lost` is what looks like an entry but has no name that anybody could know it by. */
export type Item =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'include' | 'includedir'; readonly path: Word; readonly span: Span }
  | { readonly kind: 'lost'; readonly origin: Origin };

/** The words that begin a line outside of blocks; letters of any case. */
export const KEYWORDS = ['service', 'defaults', 'include', 'includedir'] as const;
export type Keyword = (typeof KEYWORDS)[number];

/** The keyword that a word is. */
export function keywordOf({ text }: Word): Keyword | null {
  const word = text.toLowerCase();
  return KEYWORDS.find((keyword) => keyword === word) ?? null;
}
