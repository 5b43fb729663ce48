import { describe, expect, it } from '@jest/globals';
import { languageOf } from '../../lib/config/language.ts';
import { load } from '../../lib/config/load.ts';
import type { Loaded } from '../../lib/config/loaded.ts';
import { unitRecords } from '../../lib/config/unit-record.ts';
import { settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';
import { lines, SETTINGS, type UnitFiles, unitFiles } from '../fixtures/units.ts';

function loadAll(tree: UnitFiles, paths: readonly string[]): Promise<Loaded> {
  const xinetd = { strict: false, environment: {}, callerUid: 0, asCaller: false };
  const settings = { inetd: settingsOf(), xinetd, units: { ...SETTINGS, enabled: false } };
  return load(paths, settings, fixtureNames(), unitFiles(tree));
}

const pair: UnitFiles = {
  '/u/web.socket': lines('[Socket]; ListenStream=8080'),
  '/u/web.service': lines('[Service]; ExecStart=/bin/web; User=www'),
};

const inetd = (port: string, protocol: string) => `${port} stream ${protocol} nowait root /bin/x x\n`;

describe('One load of three languages', () => {
  it.each([
    ['a unit', '/u/web.socket', 'units'],
    ['a folder of units', '/u', 'units'],
    ['an empty unit', '/e/x.service', 'units'],
    ['a unit by its text', '/e/unit', 'units'],
    ['an inetd.conf', '/e/inetd.conf', 'inetd'],
  ])('%s is known', async (_, path, language) => {
    const others = { '/e/x.service': '', '/e/unit': '; x\n[Unit]\n', '/e/inetd.conf': inetd('9', 'tcp4') };
    expect(await languageOf(path, unitFiles({ ...pair, ...others }))).toBe(language);
  });

  it.each([
    ['the same port', inetd('8080', 'tcp4'), 0],
    ['one address of it', inetd('127.0.0.1:8080', 'tcp4'), 0],
    ['another port', inetd('8081', 'tcp4'), 1],
  ])('a unit wins over an entry for %s', async (_, text, served) => {
    const loaded = await loadAll({ ...pair, '/e/inetd.conf': text }, ['/e/inetd.conf', '/u']);
    expect(loaded.services).toHaveLength(served);
    const said = loaded.diagnostics
      .filter(({ code }) => code === 'inetd/claimed')
      .map(({ message }) => message);
    const place = "line 1 is not served: the service 'web.socket' of /u/web.socket:1 has";
    expect(said).toEqual(served === 1 ? [] : [expect.stringContaining(place)]);
  });

  it('a unit that is refused or not started takes no address', async () => {
    const refused = {
      ...pair,
      '/u/web.socket': lines('[Socket]; ListenStream=8080; Symlinks=/x'),
      '/e/inetd.conf': inetd('8080', 'tcp4'),
    };
    expect((await loadAll(refused, ['/e/inetd.conf', '/u'])).services).toHaveLength(1);
    const alone = await loadAll({ ...pair, '/e/inetd.conf': inetd('8080', 'tcp4') }, [
      '/e/inetd.conf',
      '/u/web.service',
    ]);
    expect(alone.services).toHaveLength(1);
  });

  it('tells the units as records', async () => {
    const { units, rejected } = await loadAll({ ...pair, '/u/b.service': lines('[Service]; Type=x') }, [
      '/u',
    ]);
    const records = unitRecords(units).map(({ name, state, listen, program, user }) => [
      name,
      state,
      listen,
      program,
      user,
    ]);
    expect(records).toEqual([
      ['b.service', 'refused', [], null, null],
      ['web.service', 'not enabled', [], '/bin/web', 'www'],
      ['web.socket', 'on', ['[::]:8080'], '/bin/web', 'www'],
    ]);
    expect(rejected.map(({ origin }) => origin.word)).toEqual(['b.service']);
  });

  it('has none where nobody asks for units', async () => {
    expect((await loadAll({ '/e/inetd.conf': inetd('9', 'tcp4') }, ['/e/inetd.conf'])).units).toBeUndefined();
  });
});
