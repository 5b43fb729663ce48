/** superd-unit.5 beside the tables that it describes. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Directive } from '../lib/config/systemd/directives/directive.ts';
import { execDirectives } from '../lib/config/systemd/directives/exec.ts';
import { installDirectives } from '../lib/config/systemd/directives/install.ts';
import { serviceDirectives } from '../lib/config/systemd/directives/service.ts';
import { socketDirectives } from '../lib/config/systemd/directives/socket.ts';
import { unitDirectives } from '../lib/config/systemd/directives/unit.ts';
import { EXIT } from '../lib/exec/unit/exit-names.ts';
import { loadTree } from './fixtures/units.ts';

const page = readFileSync(join(import.meta.dirname, '../man/superd-unit.5.scd'), 'utf8').replace(
  /\\(.)/g,
  '$1',
);

/** The text behind a heading, up to the next one of its kind or a greater one. */
function part(heading: string, level: '#' | '##'): string {
  const [, text = ''] = page.split(`\n${level} ${heading}\n`);
  return text.split(level === '#' ? /\n# / : /\n##? /)[0] ?? '';
}

type Tier = Directive<unknown>['tier'];
type Tiers = Readonly<Record<string, readonly string[]>>;

const WORDS: Readonly<Record<Tier, string>> = {
  used: 'Honoured',
  silent: 'No meaning here',
  unsupported: 'Not supported',
  isolation: 'Refused',
  resources: 'Not applied yet',
};

/** The keys of each tier, an indented paragraph below its word. */
function described(heading: string): Tiers {
  const terms = part(heading, '##').matchAll(/^\*([A-Z][a-z ]+)\*\n((?:\t.*\n?)+)/gm);
  return Object.fromEntries(
    [...terms].map(([, word = '', keys = '']) => [word, keys.trim().split(/,\s+/).sort()]),
  );
}

/** Those of a table that another one does not have already. */
function known(
  table: ReadonlyMap<string, { readonly tier: Tier }>,
  without: (key: string) => boolean,
): Tiers {
  const tiers: Record<string, string[]> = {};
  for (const [key, { tier }] of table) {
    const keys = tiers[WORDS[tier]] ?? [];
    tiers[WORDS[tier]] = keys;
    if (!without(key)) keys.push(key);
  }
  return Object.fromEntries(
    Object.entries(tiers).flatMap(([word, keys]) => (keys.length === 0 ? [] : [[word, keys.sort()]])),
  );
}

describe('superd-unit.5', () => {
  const nothing = () => false;
  const shared = (key: string) => execDirectives.has(key);

  it.each([
    { heading: '[Unit]', table: unitDirectives, without: (key: string) => key.startsWith('Assert') },
    { heading: '[Socket]', table: socketDirectives, without: shared },
    { heading: '[Service]', table: serviceDirectives, without: shared },
    { heading: '[Socket] and [Service]: processes', table: execDirectives, without: nothing },
    { heading: '[Install]', table: installDirectives, without: nothing },
  ])('has every key of $heading in its group', ({ heading, table, without }) => {
    expect(described(heading)).toEqual(known(table, without));
  });

  it('an Assert is there for each Condition, and the other way round', () => {
    const tests = (word: string) =>
      [...unitDirectives.keys()].filter((key) => key.startsWith(word)).map((key) => key.slice(word.length));
    expect(tests('Assert').sort()).toEqual(tests('Condition').sort());
  });

  it('has a paragraph for each key of superd', () => {
    const own = [...socketDirectives.keys(), ...serviceDirectives.keys()].filter((key) =>
      key.startsWith('X-'),
    );
    const terms = part('KEYS OF SUPERD', '#').match(/^\*X-\w+(?=\*=)/gm) ?? [];
    expect(terms.map((term) => term.slice(1)).sort()).toEqual([...new Set(own)].sort());
  });

  it('has the numbers of all steps', () => {
    const rows = part('EXIT CODES', '#').matchAll(/^\|- (\d+)\n:- (\w+)$/gm);
    expect(Object.fromEntries([...rows].map(([, code, name = '']) => [name, Number(code)]))).toEqual(EXIT);
  });

  it('tells the deliberate differences by their numbers', () => {
    const terms = part('DIFFERENCES', '#').match(/^\*D-\d+\*$/gm);
    expect(terms).toEqual(Array.from({ length: 14 }, (_, i) => `*D-${i + 1}*`));
  });

  it('has an example that is served as it stands', async () => {
    const [socket = '', service = ''] = [...part('EXAMPLE', '#').matchAll(/```\n(\[[^`]*)```/g)].map(
      ([, text = '']) => text,
    );
    const loaded = await loadTree({ '/u/hello.socket': socket, '/u/hello@.service': service }, [
      '/u/hello.socket',
    ]);
    expect(loaded.diagnostics).toEqual([]);
    expect(loaded.start).toEqual(['hello.socket']);
  });

  it.each(['NAME', 'SYNOPSIS', 'DESCRIPTION', 'FILES', 'EXAMPLE', 'SEE ALSO'])('has %s', (title) => {
    expect(part(title, '#').trim()).not.toBe('');
  });
});
