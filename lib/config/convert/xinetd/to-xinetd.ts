/** Services → blocks of xinetd.conf(5). */

import type { Service } from '../../../model/service.ts';
import { entriesOf } from '../entries.ts';
import { type Conversion, joined, lossesOf, refused, unwritable } from '../losses.ts';
import { ATTRIBUTES } from './attributes.ts';
import { type Block, headerOf, type XinetdTarget } from './block.ts';
import { XINETD_LOSSES } from './losses.ts';
import { type Place, placesOf } from './places.ts';
import { XINETD_REFUSALS } from './refusals.ts';

/** Writes services of any language. What cannot be written is told; it never throws. */
export function toXinetd(services: readonly Service[], target: XinetdTarget): readonly Conversion[] {
  const taken = new Set<string>();
  return entriesOf(services).map((service) => {
    const blocks = placesOf(service).map(
      (place): Block => ({ service, place, target, id: freeId(idOf(service), place, taken) }),
    );
    return joined(service, blocks.map(convert), '\n');
  });
}

function convert(block: Block): Conversion {
  const { service } = block;
  const refusals = lossesOf(XINETD_REFUSALS, block);
  if (refusals.length > 0) return refused(service, refusals);
  const header = headerOf(block);
  const lines = ATTRIBUTES.flatMap(([name, words]) => {
    const written = words(block);
    return written === null ? [] : [{ name, words: written.map(String) }];
  });
  const bad = lines.flatMap(({ name, words }) =>
    words.filter((word) => !isWord(word)).map((word) => unwritable(`${name} cannot hold the word '${word}'`)),
  );
  if (!isName(header)) return refused(service, [unwritable(`no service can be called '${header}'`)]);
  if (bad.length > 0) return refused(service, bad);
  const body = lines.map(({ name, words }) => `\t${[name.padEnd(15), '=', ...words].join(' ')}\n`);
  const text = `service ${header}\n{\n${body.join('')}}\n`;
  return { service, text, losses: lossesOf(XINETD_LOSSES, block), advice: [] };
}

/** There are no quotes: blanks end a word, and an empty one is none. */
function isWord(word: string): boolean {
  return /^[^\s\0\ufffd]+$/u.test(word);
}

function isName(word: string): boolean {
  return isWord(word) && !/^[{}#=]|[{}]$/.test(word);
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
