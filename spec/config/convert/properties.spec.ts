import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesOf } from '../../../lib/config/convert/entries.ts';
import type { LossId } from '../../../lib/config/convert/losses.ts';
import { dialects } from '../../../lib/config/inetd/dialects.ts';
import type { Dialect } from '../../../lib/config/settings.ts';
import type { Service } from '../../../lib/model/service.ts';
import { read, readAgain, type Target, write } from './convert.ts';
import { FACETS, facetsWith, UNSEEN } from './facets.ts';
import { inetd, xinetd } from './texts.ts';

const dialect = fc.constantFrom(...(Object.keys(dialects) as Dialect[]));
const target = fc.record({ to: fc.constantFrom('inetd' as const, 'xinetd' as const), dialect });

/** What so many texts cannot but lose somewhere. */
const INETD_OFTEN: readonly LossId[] = ['L3', 'L5', 'L8', 'L10', 'L11', 'L20', 'L26', 'L28', 'L29', 'L36'];
const XINETD_OFTEN: readonly LossId[] = [
  'L5',
  'L8',
  'L9',
  'L10',
  'L11',
  'L12',
  'L13',
  'L14',
  'L15',
  'L16',
  'L17',
  'L18',
  'L24',
  'L32',
];

describe('Converting and reading again', () => {
  it.each([
    ['inetd.conf', inetd, INETD_OFTEN],
    ['xinetd.conf', xinetd, XINETD_OFTEN],
  ] as const)(
    'gives the services of %s again, or says what is lost',
    async (file, text, often) => {
      const seen = { services: 0, written: 0, losses: new Set<LossId>() };
      await fc.assert(
        fc.asyncProperty(text, dialect, target, async (source, from, to) => {
          const { services } = await read(file, `${source}\n`, { dialect: from });
          for (const entry of entriesOf(services)) {
            seen.services += 1;
            if (await isKept(entry, to, seen.losses)) seen.written += 1;
          }
        }),
        { numRuns: 2500 },
      );
      // Else the rows above would try nothing.
      expect(seen.services).toBeGreaterThan(700);
      expect(seen.written).toBeGreaterThan(400);
      expect(often.filter((id) => !seen.losses.has(id))).toEqual([]);
    },
    60_000,
  );
});

/** Compares a service with what its text is read as; false: it is not converted, which is told. */
async function isKept(entry: Service, to: Target, seen: Set<LossId>): Promise<boolean> {
  const conversions = write([entry], to);
  const ids = new Set(conversions.flatMap(({ losses }) => losses.map(({ id }) => id)));
  for (const id of ids) seen.add(id);
  if (conversions.some(({ text }) => text === null)) {
    expect(ids.size).toBeGreaterThan(0);
    return false;
  }
  const { loaded, text, entries } = await readAgain(conversions, to);
  // GNU's inetd opens the tcpmux port by itself.
  const again = entries.find(({ mux }) => (mux === undefined) === (entry.mux === undefined));
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  expect({ text, rejected: loaded.rejected, errors: errors.map(({ message }) => message) }).toEqual({
    text,
    rejected: [],
    errors: [],
  });
  if (again === undefined) throw new Error(`nothing is read of\n${text}`);
  const changed = Object.entries(FACETS).filter(([, { of }]) => !isDeepStrictEqual(of(entry), of(again)));
  const unexplained = changed.filter(([, { losses }]) => !losses.some((id) => ids.has(id)));
  const shown = unexplained.map(([name, { of }]) => ({ name, was: of(entry), is: of(again) }));
  const names = changed.map(([name]) => name);
  const empty = [...ids].filter(
    (id) => !UNSEEN.includes(id) && !facetsWith(id).some((name) => names.includes(name)),
  );
  expect({ text, unexplained: shown, empty }).toEqual({ text, unexplained: [], empty: [] });
  return true;
}
