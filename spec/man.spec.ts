/** The manual pages: their options are those of the table, and the compiled pages are those of their sources. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Face, optionsOf, spelling } from '../lib/cli/options.ts';
import { DIALECTS } from '../lib/cli/settings.ts';
import { LOSSES } from '../lib/config/convert/losses.ts';
import { sections as dropIns } from '../lib/config/drop-ins/directives.ts';
import { brokenRecord } from '../lib/config/record.ts';
import { attributes } from '../lib/config/xinetd/attributes.ts';
import { REFUSAL_REASONS } from '../lib/model/refusal.ts';
import { compile } from '../tools/man.js';

const folder = join(import.meta.dirname, '../man');
const sources = readdirSync(folder).filter((file) => file.endsWith('.scd'));

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** The text of one section, without the marks of scdoc(5). */
function section(name: string, title: string): string {
  const [, text = ''] = read(name).split(`\n# ${title}\n`);
  return (text.split('\n# ')[0] ?? '').replace(/\\(.)|[*_]/g, '$1');
}

/** What the OPTIONS of a page begin their paragraphs with. */
function optionsIn(name: string): readonly string[] {
  return section(name, 'OPTIONS')
    .split('\n')
    .filter((line) => line.startsWith('-'));
}

describe('manual pages', () => {
  it.each<{ page: string; faces: readonly Face[] }>([
    { page: 'superd.8.scd', faces: ['run', 'read'] },
    { page: 'inetd.8.scd', faces: ['inetd'] },
    { page: 'xinetd.8.scd', faces: ['xinetd'] },
  ])('$page has the options of $faces, each once', ({ page, faces }) => {
    const expected = new Set(
      faces.flatMap((face) => optionsOf(face).map((option) => spelling(option, face))),
    );
    expect([...optionsIn(page)].sort()).toEqual([...expected].sort());
  });

  it('every dialect and every conflict has its place', () => {
    expect(DIALECTS.filter((dialect) => !section('superd.8.scd', 'OPTIONS').includes(dialect))).toEqual([]);
    const conflicts = section('superd-inetd.conf.5.scd', 'DIALECTS').match(/C\d+/g);
    expect(conflicts).toEqual(Array.from({ length: 23 }, (_, i) => `C${i + 1}`));
  });

  it('superd-xinetd.conf.5 has every attribute in the order of their table, and where it may stand', () => {
    const rows = section('superd-xinetd.conf.5.scd', 'ATTRIBUTES').matchAll(/^\|- (\S+)\n:- .*\n:- (.*)$/gm);
    const described = [...rows].map(
      ([, name = '', meaning = '']) => `${name}${/^D\b/.test(meaning) ? ' D' : ''}`,
    );
    const known = [...attributes].map(
      ([name, { scope }]) => `${name}${scope.startsWith('both') ? ' D' : ''}`,
    );
    expect(described).toEqual(known);
  });

  it('superd.8 has the fields of a record in their order', () => {
    const described = section('superd.8.scd', 'RECORDS')
      .split('\n')
      .filter((line) => /^[a-z]+(, [a-z]+)*$/.test(line))
      .flatMap((line) => line.split(', '));
    expect(described).toEqual(Object.keys(brokenRecord({ origin: { file: '', line: 1, word: '' } })));
  });

  it('superd.8 has every loss of a conversion, and what it is about', () => {
    const rows = section('superd.8.scd', 'CONVERTING').matchAll(/^\|\[ (L\d+)\n:\[ (.*)$/gm);
    expect(Object.fromEntries([...rows].map(([, id = '', about = '']) => [id, about]))).toEqual(LOSSES);
  });

  it('superd.8 has the reasons of refusals in the order of the gates', () => {
    const terms = section('superd.8.scd', 'ADMISSION').match(/^[a-z-]+(, [a-z-]+)*$/gm) ?? [];
    expect(terms.flatMap((line) => line.split(', '))).toEqual([...REFUSAL_REASONS]);
  });

  it('superd.8 has every key of drop-ins', () => {
    const keys = section('superd.8.scd', 'DROP-INS').match(/^[A-Z]\w+=(?=,|$)|(?<=, )\w+=(?=,|$)/gm) ?? [];
    // Limits stand for each other.
    const known = [...dropIns.values()]
      .flatMap((section) => [...section.keys()])
      .filter((key) => !/^Limit/.test(key));
    expect([...keys].sort()).toEqual(known.map((key) => `${key}=`).sort());
  });

  const sections = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'FILES', 'EXAMPLE', 'SEE ALSO'];
  it.each([
    { page: 'superd.8.scd', needed: [...sections, 'OPTIONS', 'SIGNALS', 'ENVIRONMENT', 'EXIT STATUS'] },
    { page: 'inetd.8.scd', needed: [...sections, 'OPTIONS', 'SIGNALS', 'ENVIRONMENT', 'EXIT STATUS'] },
    { page: 'xinetd.8.scd', needed: [...sections, 'OPTIONS', 'SIGNALS', 'ENVIRONMENT', 'EXIT STATUS'] },
    { page: 'superd-inetd.conf.5.scd', needed: [...sections, 'DIALECTS'] },
    { page: 'superd-xinetd.conf.5.scd', needed: [...sections, 'ATTRIBUTES', 'DIFFERENCES', 'STRICT MODE'] },
  ])('$page has its sections', ({ page, needed }) => {
    expect(needed.filter((title) => section(page, title) === '')).toEqual([]);
  });

  const compiled = compile(join(folder, 'superd.8.scd')) === null ? it.skip : it;
  compiled.each(sources)('%s was compiled since it was changed (npm run man)', (source) => {
    expect(read(source.replace(/\.scd$/, ''))).toBe(compile(join(folder, source)));
  });
});
