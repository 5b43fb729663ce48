import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dialects } from '../../lib/config/inetd/dialects.ts';
import type { Entry } from '../../lib/config/inetd/entry.ts';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import { parseInetdConf } from '../../lib/config/inetd/parse.ts';
import { printEntry } from '../../lib/config/inetd/print.ts';
import type { Dialect } from '../../lib/config/settings.ts';
import { memoryFiles, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const dialect = fc.constantFrom(...(Object.keys(dialects) as Dialect[]));

/** Pieces that make the readers work harder than random letters do. */
// biome-ignore format: a table
const pieces = [
  'daytime', '4711', '127.0.0.1:', '[::1]:', '::1:', ':root:daemon:0660:/run/x', '/run/x', 'rstatd/1-3', 'tcpmux/+x', '*:',
  'stream', 'dgram', 'raw', 'stream,2', 'stream:f,a', 'tcp', 'tcp46', 'udp6', 'unix', 'rpc/udp', 'tcp,sndbuf=64k,rcvbuf=1',
  'wait', 'nowait', 'nowait.4', 'nowait:0', 'nowait/1/2/3', 'root', 'nobody:daemon', 'internal', '/bin/x', 'x',
  'on', 'off', 'protocol', '=', 'tcp4', ',', ';', 'user', 'args', 'exec', 'bind', 'ipsec', "'a b'", '"c d"', '"', "'",
  '"\\x41\\n"', '\\', '\\\n', '#', '#@ p', '.include', '*', '\n', '\n', '\n\t', '\r\n', ' ', ' ', ' ', '\t', '\0', '\f', '\ufffd', 'é',
];

const fields = fc.tuple(
  fc.constantFrom(
    'daytime',
    '4711',
    '127.0.0.1:80',
    '[::1],*:80',
    '/run/x',
    ':root:daemon:0660:/run/x',
    'tcpmux/+x',
    'r/1-3',
    'h: 1',
  ),
  fc.constantFrom('stream', 'dgram', 'stream,2', 'seqpacket'),
  fc.constantFrom('tcp', 'tcp46', 'udp6only', 'unix', 'rpc/udp', 'rpc/tcp', 'tcp4,sndbuf=64k,rcvbuf=1m'),
  fc.constantFrom('wait', 'nowait', 'nowait.4', 'nowait:0', 'nowait/1/2/3', 'nowait/0/5', 'wait.1'),
  fc.constantFrom('root', 'nobody:daemon', 'a.b/c'),
  fc.constantFrom('internal', '/bin/x', '"/bin/a b"'),
  fc.array(
    fc.constantFrom(
      'a',
      "'a b'",
      '"a\'b c"',
      "'x\" y'",
      '""',
      'a\\',
      "'b",
      'c"',
      '#d',
      'e\\\n',
      '\r',
      '\\ ',
      '\n\t',
      '"""',
    ),
    { maxLength: 4 },
  ),
);
const positional = fields.map(([first, ...rest]) => [first, ...rest.flat()].join(' '));

const value = fc.stringMatching(/^[ -~\u00e9]{0,8}$/).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const keyValue = fc
  .record({
    head: fc.constantFrom('4711 on', '127.0.0.1:4711 on', '127.0.0.1,[::1]:4711 off', 'echo on', '/run/x on'),
    protocol: fc.constantFrom('tcp4', 'tcp', 'udp', 'unix, socktype = stream', 'rpc/tcp'),
    wait: fc.constantFrom('yes', 'no'),
    limits: fc.constantFrom(
      '',
      ', service_max = 0',
      ', accept_max = 0, service_max = 3',
      ', ip_max = 2',
      ', sndbuf = 4k',
    ),
    args: fc.array(value, { minLength: 1, maxLength: 3 }),
    ipsec: fc.constantFrom('', ', ipsec = ""', ", ipsec = 'a b'"),
  })
  .map(
    ({ head, protocol, wait, limits, args, ipsec }) =>
      `${head} protocol = ${protocol}, wait = ${wait}, user = root, group = 'g h', exec = /bin/x, args = ${args.join(' ')}${limits}${ipsec};`,
  );

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join('')),
  fc.array(fc.oneof(positional, keyValue), { maxLength: 4 }).map((lines) => lines.join('\n')),
);

describe('Reading any text in any dialect', () => {
  it('returns, and every span lies in the text', () => {
    fc.assert(
      fc.property(text, dialect, (source, way) => {
        const { value: items, diagnostics } = parseInetdConf({ file: 'f', text: source }, { dialect: way });
        for (const { span, help } of diagnostics) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(source.length);
          expect(help).toBeTruthy();
        }
        const lines = source.split('\n').length;
        for (const item of items) {
          if (item.kind === 'include') continue;
          const { line } = item.kind === 'entry' ? item.entry.origin : item.origin;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 700 },
    );
  });

  it('loads any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          text.map((t) => Buffer.from(t)),
        ),
        dialect,
        async (bytes, way) => {
          const loaded = await loadInetd(
            ['/a'],
            settingsOf(way),
            fixtureNames(),
            memoryFiles({ '/a': bytes }),
          );
          expect(loaded.unreadable).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('an entry that is left out is said to be wrong', () => {
    fc.assert(
      fc.property(text, dialect, (source, way) => {
        const { value: items, diagnostics } = parseInetdConf({ file: 'f', text: source }, { dialect: way });
        const isBroken = items.some((item) => item.kind === 'rejected');
        if (isBroken) expect(diagnostics.map(({ severity }) => severity)).toContain('error');
      }),
    );
  });
});

describe('Long files', () => {
  // biome-ignore format: a table
  it.each([
    ['quotes without a partner', '"a '.repeat(50_000)],
    ['quotes of two kinds', `x stream tcp nowait root /bin/x ${'"a\'b '.repeat(50_000)}`],
    ['continued lines', `x\n${' y\n'.repeat(25_000)}`],
    ['joined lines', 'x \\\n'.repeat(25_000)],
    ['key-value entries on one line', 'a on b=c;'.repeat(15_000)],
    ['comment signs', 'a#'.repeat(50_000)],
  ])('%s are read in linear time, by every dialect', (_, source) => {
    for (const way of Object.keys(dialects) as Dialect[]) {
      const { value: items } = parseInetdConf({ file: 'f', text: source }, { dialect: way });
      expect(items.length).toBeGreaterThan(0);
    }
  }, 20_000);
});

describe('Printing an entry and reading it again', () => {
  it('gives the same entry', () => {
    let printed = 0;
    fc.assert(
      fc.property(text, (source) => {
        for (const entry of entriesOf(source)) {
          printed += 1;
          const again = entriesOf(printEntry(entry));
          expect(again.map(meaningOf)).toEqual([meaningOf(entry)]);
        }
      }),
      { numRuns: 700 },
    );
    expect(printed).toBeGreaterThan(50);
  });
});

function entriesOf(source: string): readonly Entry[] {
  const { value: items } = parseInetdConf({ file: 'f', text: source }, { dialect: 'auto' });
  return items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []));
}

/** An entry without where it stands; a policy of `#@` belongs to the lines around a positional entry, not to it. */
function meaningOf(entry: Entry): unknown {
  const { owner } = entry;
  const pair = owner.kind === 'pair' ? [owner.user.text, owner.group?.text ?? null] : owner.word.text;
  return {
    ...entry,
    source: null,
    origin: null,
    spans: null,
    hostsInherited: null,
    ipsec: entry.form === 'positional' ? null : entry.ipsec,
    hosts: entry.hosts.map((host) => ({ ...host, span: null })),
    owner: pair,
    program: entry.program?.text ?? null,
    args: entry.args.map(({ text: argument }) => argument),
  };
}
