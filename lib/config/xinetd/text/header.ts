/** The lines that begin something: service NAME, defaults, include FILE, includedir DIRECTORY. */

import { closest } from '../../spelling.ts';
import { readAssignment } from './assignment.ts';
import type { Word } from './block.ts';
import { type Keyword, keywordOf } from './items.ts';
import type { Line } from './lines.ts';

/** The parts of such a line; `rest` is what no keyword takes, and an opening brace. */
export interface Header {
  readonly keyword: Keyword;
  /** Of defaults and where it is missing: undefined. */
  readonly name: Word | undefined;
  readonly rest: readonly Word[];
}

/** The header that a line is; null when it is none. A brace that touches the word defaults is a word of its own. */
export function headerOf({ words }: Line): Header | null {
  const [first, ...behind] = words;
  const [glued, brace] = splitBrace(first);
  if (brace !== null && keywordOf(glued) === 'defaults') {
    return { keyword: 'defaults', name: undefined, rest: [brace, ...behind] };
  }
  const keyword = keywordOf(first);
  if (keyword === null || readAssignment(words).kind === 'assignment') return null;
  const [name, ...rest] = behind;
  return keyword === 'defaults' ? { keyword, name: undefined, rest: behind } : { keyword, name, rest };
}

/** Whether a line begins something. */
export function isHeader(line: Line): boolean {
  return headerOf(line) !== null;
}

/** The keyword that was probably meant where a block follows, at most two slips away; null: no block or no such word. */
export function meantKeyword({ words }: Line, next: Line | null): 'service' | 'defaults' | null {
  const last = words.at(-1);
  if (last === undefined || words[0].text === '{') return null;
  if (last.text !== '{' && next?.words[0].text !== '{') return null;
  const meant = closest(words[0].text, ['service', 'defaults']);
  const names = words.filter(({ text }) => text !== '{').length - 1;
  if (meant === 'defaults' && names === 0) return 'defaults';
  return meant === 'service' && names > 0 ? 'service' : null;
}

/** A word and the brace that ends it, if one does. */
export function splitBrace(word: Word): readonly [Word, Word | null] {
  const { text, span } = word;
  if (text.length < 2 || !text.endsWith('{')) return [word, null];
  const at = span.end - 1;
  return [
    { text: text.slice(0, -1), span: { start: span.start, end: at } },
    { text: '{', span: { start: at, end: span.end } },
  ];
}
