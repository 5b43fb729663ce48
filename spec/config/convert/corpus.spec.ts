import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { entriesOf } from '../../../lib/config/convert/entries.ts';
import type { Names } from '../../../lib/config/names.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { read, readAgain, type Target, write } from './convert.ts';

const folder = new URL('../../corpus/', import.meta.url);
const rows = readFileSync(new URL('expect.tsv', folder), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'))
  .filter(([, kind]) => kind === 'inetd' || kind === 'xinetd')
  .map(([file = '']) => file);

const TARGETS: readonly Target[] = [
  { to: 'xinetd', dialect: 'auto' },
  { to: 'inetd', dialect: 'auto' },
  { to: 'inetd', dialect: 'debian' },
  { to: 'inetd', dialect: 'freebsd' },
  { to: 'inetd', dialect: 'gnu' },
];

/** Entries of one file may want each other's ports; a list of the corpus is a whole configuration only once it is read. */
const CLASHES = ['xinetd/duplicate'];

describe('Files found in the wild', () => {
  it('are all there', () => expect(rows.length).toBe(92));

  it.each(rows.flatMap((file) => TARGETS.map((target) => ({ file, ...target }))))(
    '$file becomes $to ($dialect) and can be read again',
    async ({ file, ...target }) => {
      const text = readFileSync(new URL(file.split('/').map(encodeURIComponent).join('/'), folder), 'utf8');
      const names = everyName();
      const tree = { '/etc/xinetd.d': [], '/opt/etc/xinetd.d': [] };
      const { services } = await read(file, text, { dialect: target.dialect, names, tree });
      const conversions = write(services, target, names);
      expect(conversions.length).toBe(entriesOf(services).length);
      for (const { text: written, losses } of conversions) {
        if (written === null) expect(losses.length).toBeGreaterThan(0);
      }
      const { loaded } = await readAgain(conversions, target, names);
      const errors = loaded.diagnostics.filter(
        ({ severity, code }) => severity === 'error' && !CLASHES.includes(code),
      );
      expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    },
  );
});

/** Every user, group, service and host that a file names. */
function everyName(): Names {
  const names = fixtureNames({ everyUser: true });
  const ports = new Map<string, number>();
  const portOf = (name: string) => {
    const port = ports.get(name) ?? 40_000 + ports.size;
    ports.set(name, port);
    return port;
  };
  return {
    ...names,
    port: (name, transport) => names.port(name, transport) ?? (/^\d/.test(name) ? null : portOf(name)),
    group: (name) => names.group(name) ?? 100,
    host: () => Promise.resolve({ addresses: ['192.0.2.1'], problem: null }),
  };
}
