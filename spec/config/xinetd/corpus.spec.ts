import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Names } from '../../../lib/config/names.ts';
import { loadXinetd } from '../../../lib/config/xinetd/load.ts';
import { parseXinetdConf } from '../../../lib/config/xinetd/text/parse.ts';
import { memoryFiles } from '../../fixtures/config.ts';
import { fixtureNames } from '../../fixtures/names.ts';

interface Row {
  readonly file: string;
  readonly entries: number;
  readonly enabled: number;
  readonly rejected: number;
}

const folder = new URL('../../corpus/', import.meta.url);
const rows = readFileSync(new URL('expect.tsv', folder), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'))
  .filter(([, kind]) => kind === 'xinetd')
  .map(([file = '', , entries, enabled, , rejected]): Row => {
    return { file, entries: Number(entries), enabled: Number(enabled), rejected: Number(rejected) };
  });

describe('xinetd.conf files found in the wild', () => {
  it('are all there', () => {
    expect(rows.length).toBe(45);
    expect(rows.filter(({ file }) => !existsSync(pathOf(file))).map(({ file }) => file)).toEqual([]);
  });

  const cases = [false, true].flatMap((strict) => rows.map((row) => ({ ...row, strict })));
  it.each(cases)(
    '$file, strict $strict: $entries entries, $enabled enabled, $rejected rejected',
    async ({ strict, ...row }) => {
      const text = readFileSync(pathOf(row.file), 'utf8');
      const { value: items } = parseXinetdConf({ file: row.file, text }, { strict });
      const entries = items.filter((item) => item.kind === 'block' && item.block.kind === 'service');
      const loaded = await loadXinetd(
        [row.file],
        { strict, environment: {}, callerUid: 0, asCaller: false },
        everyName(text),
        memoryFiles({ [row.file]: text, '/etc/xinetd.d': [], '/opt/etc/xinetd.d': [] }),
      );
      expect({
        file: row.file,
        entries: entries.length,
        enabled: loaded.services.length,
        rejected: loaded.rejected.length,
      }).toEqual(row);
      expect([loaded.fatal, loaded.unreadable]).toEqual([[], []]);
      const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ message }) => message)).toEqual([]);
    },
  );
});

/** Each user and service name of the files was made to exist when the numbers were found. */
function everyName(text: string): Names {
  const names = fixtureNames({ everyUser: true });
  const blocks = text.matchAll(/^\s*service\s+(\S+)[^}]*/gm);
  const ports = new Map(
    [...blocks].map(([block, name], at) => [
      name,
      Number(/^\s*port\s*=\s*(\d+)/m.exec(block)?.[1] ?? 40_000 + at),
    ]),
  );
  return {
    ...names,
    port: (name, transport) => names.port(name, transport) ?? ports.get(name) ?? null,
    group: (name) => names.group(name) ?? 100,
    host: () => Promise.resolve({ addresses: ['192.0.2.1'], problem: null }),
  };
}

function pathOf(file: string): URL {
  return new URL(file.split('/').map(encodeURIComponent).join('/'), folder);
}
