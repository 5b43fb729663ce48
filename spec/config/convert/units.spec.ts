import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesOf } from '../../../lib/config/convert/entries.ts';
import type { Conversion, LossId } from '../../../lib/config/convert/losses.ts';
import { allowedOf } from '../../../lib/config/convert/units/access.ts';
import { toUnits } from '../../../lib/config/convert/units/to-units.ts';
import { argument, word } from '../../../lib/config/convert/units/words.ts';
import { dialects } from '../../../lib/config/inetd/dialects.ts';
import type { Dialect } from '../../../lib/config/settings.ts';
import { parseCommandLine } from '../../../lib/config/systemd/text/command-line.ts';
import { substitute } from '../../../lib/config/systemd/text/substitute.ts';
import { splitWords } from '../../../lib/config/systemd/text/words.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { read } from './convert.ts';
import { inetd, xinetd } from './texts.ts';
import { readPairs, UNIT_FACETS } from './units.ts';

const dialect = fc.constantFrom(...(Object.keys(dialects) as Dialect[]));

/** What so many texts cannot but lose somewhere. */
const INETD_OFTEN: readonly LossId[] = ['L1', 'L8', 'L10', 'L11', 'L20', 'L21', 'L22', 'L27', 'L29', 'L35'];
// biome-ignore format: a table
const XINETD_OFTEN: readonly LossId[] = ['L3', 'L5', 'L6', 'L9', 'L10', 'L11', 'L12', 'L13', 'L14', 'L15', 'L16', 'L17', 'L18', 'L19', 'L23', 'L24', 'L33'];

async function convert(
  text: string,
  file = 'xinetd.conf',
  from: Dialect = 'auto',
): Promise<readonly Conversion[]> {
  const { services } = await read(file, text, { dialect: from });
  return toUnits(services, { names: fixtureNames() });
}

describe('Converting to units and reading them', () => {
  it.each([
    ['inetd.conf', inetd, INETD_OFTEN],
    ['xinetd.conf', xinetd, XINETD_OFTEN],
  ] as const)(
    'gives the services of %s again, or says what is lost',
    async (file, text, often) => {
      const seen = { written: 0, losses: new Set<LossId>() };
      await fc.assert(
        fc.asyncProperty(text, dialect, async (source, from) => {
          const { services } = await read(file, `${source}\n`, { dialect: from });
          for (const entry of entriesOf(services)) {
            const [conversion] = toUnits([entry], { names: fixtureNames() });
            if (conversion === undefined) throw new Error('nothing came of it');
            for (const { id } of conversion.losses) seen.losses.add(id);
            if (conversion.text === null) expect(conversion.losses).not.toEqual([]);
            else {
              await isKept(conversion);
              seen.written += 1;
            }
          }
        }),
        { numRuns: 3000 },
      );
      // Else the texts would try nothing.
      expect(seen.written).toBeGreaterThan(150);
      expect(often.filter((id) => !seen.losses.has(id))).toEqual([]);
    },
    60_000,
  );

  it('is what the example of a mail server looks like', async () => {
    const [conversion] = await convert(
      'service ftp\n{\nsocket_type = stream\nwait = no\nuser = games\nflags = NAMEINARGS\nserver = /usr/sbin/popd\nserver_args = in.popd -d\ninstances = 40\nper_source = 4\ncps = 30 10\nonly_from = 10.1.0.0\nlog_type = SYSLOG daemon\nlog_on_success += PID HOST\n}\n',
    );
    expect(conversion?.files?.map(({ name }) => name)).toEqual(['ftp.socket', 'ftp@.service']);
    for (const line of [
      'ListenStream=[::]:21',
      'BindIPv6Only=both',
      'Accept=yes',
      'MaxConnections=40',
      'MaxConnectionsPerSource=4',
      'IPAddressDeny=any',
      'IPAddressAllow=10.1.0.0/16',
      'TriggerLimitBurst=30',
      'TriggerLimitIntervalSec=1s',
      'StandardInput=socket',
      'User=games',
      'ExecStart=@/usr/sbin/popd in.popd -d',
      'KillMode=process',
      'CollectMode=inactive-or-failed',
    ]) {
      expect(conversion?.text).toMatch(new RegExp(`^${line.replace(/[[\]./@+?]/g, '\\$&')}$`, 'm'));
    }
    const ids = new Set(conversion?.losses.map(({ id }) => id));
    expect(['L8', 'L9', 'L11', 'L12', 'L16'].filter((id) => !ids.has(id as LossId))).toEqual([]);
  });

  it('names no two units the same', async () => {
    const conversions = await convert(
      '2323 stream tcp4 nowait root /bin/cat cat\n127.0.0.1:2323 dgram udp wait root /bin/cat cat\n/run/a b stream unix nowait root /bin/cat cat\n',
      'inetd.conf',
    );
    const names = conversions.flatMap(({ files = [] }) => files.map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('The words of a unit', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[\0\ufffd]/.test(one));

  it('arguments are read as they were, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(text), (words) => {
        const line = ['@/bin/x', 'x', ...words.map(argument)].join(' ');
        const { commands, remarks } = parseCommandLine(line, unspecified);
        expect({ line, remarks }).toEqual({ line, remarks: [] });
        expect(commands).toHaveLength(1);
        expect(substitute(commands[0]?.argv ?? [], () => 'meant').argv).toEqual(['x', ...words]);
      }),
      { numRuns: 3000 },
    );
  });

  it('words of lists are read as they were', () => {
    fc.assert(
      fc.property(fc.array(text), (words) => {
        const { words: again, trouble } = splitWords(words.map(word).join(' '));
        expect(trouble).toBeNull();
        expect(again.map((one) => one.text.replaceAll('%%', '%'))).toEqual(words);
      }),
      { numRuns: 3000 },
    );
  });

  /** A `%` that is not doubled would stand for something. */
  function unspecified(one: string) {
    const plain = one.replaceAll('%%', '');
    return plain.includes('%') ? { problem: 'a specifier' } : { value: one.replaceAll('%%', '%') };
  }
});

describe('Allowed networks without the denied ones', () => {
  const network = (address: string, bits: number) =>
    ({ kind: 'network', family: address.includes(':') ? 6 : 4, address, bits }) as const;

  it.each([
    { only: [network('10.0.0.0', 8)], never: [], left: ['10.0.0.0/8'] },
    { only: [network('10.0.0.0', 8)], never: [network('10.0.0.0', 9)], left: ['10.128.0.0/9'] },
    { only: [network('10.0.0.0', 8)], never: [network('0.0.0.0', 0)], left: [] },
    {
      only: [network('10.0.0.0', 30)],
      never: [network('10.0.0.2', 32)],
      left: ['10.0.0.0/31', '10.0.0.3/32'],
    },
    { only: [network('10.0.0.0', 8)], never: [network('2001:db8::', 32)], left: ['10.0.0.0/8'] },
    { only: [network('2001:db8::', 127)], never: [network('2001:db8::1', 128)], left: ['2001:db8::/128'] },
    { only: [], never: [network('10.0.0.0', 8)], left: [] },
  ])('$only without $never is $left', ({ only, never, left }) => {
    expect(allowedOf(only, never)).toEqual(left);
  });
});

/** The units load without a word, and say of the service what the text said, but for what is told. */
async function isKept(conversion: Conversion): Promise<void> {
  const { text, service, losses } = conversion;
  const pairs = await readPairs(conversion);
  const ids = new Set(losses.map(({ id }) => id));
  const isSplit = pairs.length > 1;
  expect(pairs).toHaveLength(isSplit ? service.sockets.length : 1);
  pairs.forEach((pair, i) => {
    const loads = [pair.socket.head.load, pair.server.head.load];
    expect({ text, said: pair.said, loads }).toEqual({ text, said: [], loads: ['loaded', 'loaded'] });
    const piece = isSplit ? { ...service, sockets: service.sockets.slice(i, i + 1) } : service;
    const changed = Object.entries(UNIT_FACETS).flatMap(([name, { was, is, losses: telling }]) => {
      const [before, after] = [was(piece), is(pair)];
      const isTold = telling.some((id) => ids.has(id));
      return isTold || isDeepStrictEqual(before, after) ? [] : [{ name, before, after }];
    });
    expect({ text, changed }).toEqual({ text, changed: [] });
  });
}
