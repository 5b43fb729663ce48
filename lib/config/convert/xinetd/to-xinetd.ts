/** Services → blocks of xinetd.conf(5). */

import type { Service } from '../../../model/service.ts';
import { entriesOf } from '../entries.ts';
import { type Conversion, joined, type Loss, lossesOf } from '../losses.ts';
import { ATTRIBUTES } from './attributes.ts';
import { type Block, headerOf, type XinetdTarget } from './block.ts';
import { XINETD_LOSSES } from './losses.ts';
import { type Place, placesOf } from './places.ts';

/** Writes services of any language. What cannot be written is told; it never throws. */
export function toXinetd(services: readonly Service[], target: XinetdTarget): readonly Conversion[] {
  const taken = new Set<string>();
  return entriesOf(services).map((service) => {
    const blocks = placesOf(service).map(
      (place): Block => ({ service, place, target, id: freeId(idOf(service), place, taken) }),
    );
    return joined(service, blocks.map(convert));
  });
}

function convert(block: Block): Conversion {
  const { service } = block;
  const { losses, refused } = lossesOf(XINETD_LOSSES, block);
  if (refused) return { service, text: null, losses, advice: [] };
  const lines = ATTRIBUTES.flatMap(([name, words]) => {
    const written = words(block);
    return written === null ? [] : [{ name, words: written.map(String) }];
  });
  const header = { name: 'service', words: [headerOf(block)] };
  const bad = [header, ...lines].flatMap(({ name, words }) =>
    words.filter((word) => !isWord(word)).map((word): Loss => unwritable(name, word)),
  );
  if (bad.length > 0 || !isName(headerOf(block))) {
    return {
      service,
      text: null,
      losses: bad.length > 0 ? bad : [unwritable('service', headerOf(block))],
      advice: [],
    };
  }
  const body = lines.map(({ name, words }) => `\t${[name.padEnd(15), '=', ...words].join(' ').trimEnd()}\n`);
  return { service, text: `service ${headerOf(block)}\n{\n${body.join('')}}\n`, losses, advice: [] };
}

/** There are no quotes: blanks end a word, and an empty one is none. */
function isWord(word: string): boolean {
  return /^[^\s\0\ufffd]+$/u.test(word);
}

function isName(word: string): boolean {
  return !/^[{}#=]|[{}]$/.test(word);
}

function unwritable(name: string, word: string): Loss {
  return { id: 'L26', detail: `${name} cannot hold the word '${word}'`, general: false };
}

/** The first word of the entry; an xinetd.conf has its id there. */
function idOf(service: Service): string {
  const word = service.origin.word.replace(/[\s\0\ufffd]+/gu, '-');
  return word === '' ? headerOf({ service }) : word;
}

/** Ids differ, as the logs and the dump of xinetd need it: the second `echo` is `echo-dgram`. */
function freeId(wanted: string, place: Place | null, taken: Set<string>): string {
  const typed = `${wanted}-${place?.socket.type ?? 'tcpmux'}`;
  let id = taken.has(wanted) ? typed : wanted;
  for (let count = 2; taken.has(id); count += 1) id = `${typed}-${count}`;
  taken.add(id);
  return id;
}
