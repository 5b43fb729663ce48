import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { rules } from '../../lib/diagnostics/rules.ts';

const folder = new URL('../../lib/', import.meta.url);
const used = new Set(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'diagnostics/rules.ts')
    .flatMap(
      (name) =>
        readFileSync(new URL(name, folder), 'utf8').match(
          /(?<=')(drop-in|hosts|inetd|xinetd|unit)\/[a-z0-9-]+(?=')/g,
        ) ?? [],
    ),
);

describe('The catalogue of codes', () => {
  it('has a row for every code that is used', () => {
    expect([...used].filter((code) => !rules.has(code))).toEqual([]);
  });

  it('has no row that nothing uses', () => {
    expect([...rules.keys()].filter((code) => !used.has(code))).toEqual([]);
  });

  it('is in the order of the alphabet and explains every code in sentences', () => {
    expect([...rules.keys()]).toEqual([...rules.keys()].sort());
    for (const [code, { title, why }] of rules) {
      expect([code, title]).toEqual([code, expect.stringMatching(/^[A-Z/%.#a-z].*[^.]$/)]);
      expect([code, why]).toEqual([
        code,
        expect.stringMatching(/^([A-Z%]|superd|xinetd|[a-z]+_[a-z]+).*\.$/),
      ]);
    }
  });
});
