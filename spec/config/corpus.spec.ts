import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import { parseInetdConf } from '../../lib/config/inetd/parse.ts';
import { memoryFiles, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

interface Row {
  readonly file: string;
  readonly entries: number;
  readonly enabled: number;
  /** null: openbsd-inetd, by which the others were found, does not read the file. */
  readonly sockets: number | null;
  readonly rejected: number;
}

const folder = new URL('../corpus/', import.meta.url);
const rows = readFileSync(new URL('expect.tsv', folder), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'))
  .filter(([, kind]) => kind === 'inetd')
  .map(([file = '', , entries, enabled, sockets, rejected]): Row => {
    const count = sockets === '-' ? null : Number(sockets);
    return {
      file,
      entries: Number(entries),
      enabled: Number(enabled),
      sockets: count,
      rejected: Number(rejected),
    };
  });

describe('inetd.conf files found in the wild, read as Debian does', () => {
  it('are all there', () => {
    expect(rows.length).toBe(47);
    expect(rows.filter(({ file }) => !existsSync(pathOf(file))).map(({ file }) => file)).toEqual([]);
  });

  it.each(rows)(
    '$file: $entries entries, $enabled enabled, $sockets sockets, $rejected rejected',
    async (row) => {
      const text = readFileSync(pathOf(row.file), 'utf8');
      const { value: items } = parseInetdConf({ file: row.file, text }, { dialect: 'debian' });
      const entries = items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []));
      const rejected = items.flatMap((item) => (item.kind === 'rejected' ? [item.origin] : []));
      // The users of the files were made to exist when the numbers were found.
      const names = fixtureNames({ everyUser: true });
      const loaded = await loadInetd(
        [row.file],
        settingsOf('debian'),
        names,
        memoryFiles({ [row.file]: text }),
      );
      // Without rpcbind an RPC entry gets no socket.
      const sockets = loaded.services
        .filter(({ rpc }) => rpc === undefined)
        .flatMap((service) => service.sockets);
      expect({
        file: row.file,
        entries: entries.length,
        enabled: entries.filter(({ on }) => on).length,
        sockets: row.sockets === null ? null : sockets.length,
        rejected: rejected.length,
      }).toEqual(row);
      const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
      for (const { line } of rejected) {
        expect(errors.map(({ source, span }) => lineOf(source.text, span.start))).toContain(line);
      }
    },
  );

  it('gives a foreign format one diagnostic for each of its lines', async () => {
    const file = 'inetd/VladMattiussi+Superserver/inetd.conf';
    const text = readFileSync(pathOf(file), 'utf8');
    const loaded = await loadInetd(
      [file],
      settingsOf('debian'),
      fixtureNames(),
      memoryFiles({ [file]: text }),
    );
    expect(loaded.rejected.map(({ origin }) => origin.line)).toEqual([1, 2, 3, 4]);
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(Array(4).fill('inetd/too-few-fields'));
  });
});

function pathOf(file: string): URL {
  return new URL(file.split('/').map(encodeURIComponent).join('/'), folder);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
