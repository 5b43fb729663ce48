import { describe, expect, it } from '@jest/globals';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import { loadText, memoryFiles, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const given = 'protocol = tcp4, wait = no, user = root, exec = /bin/x';

describe('Key-value entries of inetd.conf', () => {
  it.each(['auto', 'netbsd', 'debian'] as const)(
    'case 106 (reading): %s takes the family from the default host',
    async (dialect) => {
      const { services, diagnostics } = await loadText(
        '127.0.0.1:\ndaytime on protocol = tcp, user = root;\n',
        dialect,
      );
      expect(services.map(({ name }) => name)).toEqual(['127.0.0.1:daytime/tcp4']);
      expect(diagnostics).toEqual([]);
    },
  );

  it('case 107 (reading): without an address the family is ambiguous, the file goes on', async () => {
    const text = 'daytime on protocol = tcp, user = root;\ndiscard on protocol = tcp4, user = root;\n';
    const { services, diagnostics, rejected } = await loadText(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/ambiguous-family']);
    expect(services.map(({ name }) => name)).toEqual(['discard/tcp4']);
    expect(rejected.map(({ origin }) => origin)).toEqual([{ file: 'inetd.conf', line: 1, word: 'daytime' }]);
  });

  it('case 108 (reading): off is checked and not started', async () => {
    const off = await loadText(`4711 off ${given};\n`);
    expect([off.services, off.diagnostics, off.rejected]).toEqual([[], [], []]);
    const wrong = await loadText('4711 off protocol = tcp4, wait = no, user = nosuch, exec = /bin/x;\n');
    expect(wrong.diagnostics.map(({ code }) => code)).toEqual(['inetd/unknown-user']);
  });

  it('case 109 (reading): values with quotes, escapes and comments over two lines', async () => {
    const text = `4711 on ${given}, args = a 'b c'\n "d\\x41" e#c\n;\n`;
    const { services, diagnostics } = await loadText(text);
    expect(services[0]?.action).toMatchObject({ argv: ['a', 'b c', 'dA', 'e'] });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    { number: 110, text: `4711 on ${given}, colour = red;`, code: 'inetd/unknown-option', marked: 'colour' },
    {
      number: 111,
      text: '4711 on protocol=tcp4, wait=no, exec=/bin/x;',
      code: 'inetd/missing-option',
      marked: '4711',
    },
    { number: 112, text: `4711 on ${given}, user = nobody;`, code: 'inetd/option-twice', marked: 'user' },
    { number: 110, text: `4711 on ${given} /bin/y;`, code: 'inetd/option-values', marked: '/bin/y' },
    { number: 110, text: `4711 on args =, ${given};`, code: 'inetd/option-values', marked: 'args' },
    {
      number: 110,
      text: '4711 on protocol=tcp4, wait=maybe, user=root, exec=/x;',
      code: 'inetd/bad-wait',
      marked: 'maybe',
    },
    { number: 110, text: `4711 on ${given}, ip_max = many;`, code: 'inetd/bad-option-value', marked: 'many' },
    {
      number: 110,
      text: `4711 on ${given}, recvbuf = 99999999999;`,
      code: 'inetd/bad-option-value',
      marked: '99999999999',
    },
    {
      number: 110,
      text: `4711 on ${given}, args = "\\x00";`,
      code: 'inetd/bad-option-value',
      marked: '"\\x00"',
    },
    {
      number: 111,
      text: '4711 on protocol=tcp4, wait=no, user=root;',
      code: 'inetd/missing-option',
      marked: '4711',
    },
    {
      number: 111,
      text: '4711 on protocol=unix, wait=no, user=root, exec=/x;',
      code: 'inetd/missing-option',
      marked: '4711',
    },
    {
      number: 112,
      text: `127.0.0.1:4711 on bind = 127.0.0.1, ${given};`,
      code: 'inetd/option-twice',
      marked: '127.0.0.1',
    },
  ])('case $number (reading): $code at $marked', async ({ text, code, marked }) => {
    const { services, diagnostics } = await loadText(`${text}\n4712 on ${given};\n`);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    const span = diagnostics[0]?.span ?? { start: 0, end: 0 };
    expect(text.slice(span.start, span.end)).toBe(marked);
    expect(services.map(({ name }) => name)).toEqual(['4712/tcp4']);
  });

  it.each([
    ["args = 'b", "'b"],
    ['args = "\\q"', '\\q'],
    ['args = "\\x4"', '\\x4"'],
    ['args + 1', '+'],
    ['args = a, ;', ';'],
  ])('case 113 (reading): %s drops the rest of the file', async (end, marked) => {
    const text = `4711 on ${given}, ${end}\n;\n4712 on ${given};\n4713 stream tcp4 nowait root /bin/x\n`;
    const tree = { '/a': text, '/b': '4714 stream tcp4 nowait root /bin/x\n' };
    const loaded = await loadInetd(['/a', '/b'], settingsOf(), fixtureNames(), memoryFiles(tree));
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['inetd/key-value-syntax']);
    const span = loaded.diagnostics[0]?.span ?? { start: 0, end: 0 };
    expect(text.slice(span.start, span.end).split('\n')[0]).toBe(marked);
    expect(loaded.services.map(({ name }) => name)).toEqual(['4714/tcp4']);
    const words = loaded.rejected.map(({ origin }) => origin.word);
    expect(words).toEqual(expect.arrayContaining(['4711', '4712', '4713']));
  });

  it('case 113 (reading): the end of the file in an entry is said', async () => {
    const { diagnostics } = await loadText(`4711 on ${given}`);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "expected ',' or ';', found the end of the file",
    ]);
  });

  it('case 114 (reading): several on a line, and a positional one behind', async () => {
    const text = `4711 on ${given}; 4712 on ${given}; 4713 stream tcp4 nowait root /bin/x\n\targ\n`;
    const { services, diagnostics } = await loadText(text);
    expect(services.map(({ name }) => name)).toEqual(['4711/tcp4', '4712/tcp4', '4713/tcp4']);
    expect(services[2]?.action).toMatchObject({ argv: ['arg'] });
    expect(diagnostics).toEqual([]);
  });

  it('refuses a NUL byte in the service too', async () => {
    const { services, diagnostics } = await loadText(
      '/run/a\0b on protocol=unix, socktype=stream, wait=no, user=root, exec=/bin/x;\n',
    );
    expect(services).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/nul-byte']);
  });

  it('reads a host that stands apart, and leaves a comment alone', async () => {
    const { services, diagnostics } = await loadText(`# x: 1 on ${given};\n127.0.0.1: 4711 on ${given};\n`);
    expect(services.map(({ name }) => name)).toEqual(['127.0.0.1:4711/tcp4']);
    expect(diagnostics).toEqual([]);
  });

  it('counts the lines that an entry takes', async () => {
    const { services } = await loadText(`4711 on\n# c\n${given}\n;\n\n4712 on ${given};\n`);
    expect(services.map(({ origin }) => origin.line)).toEqual([1, 6]);
  });

  it.each([
    { number: 119, limits: 'service_max = 5, ip_max = 3', expected: { perMinute: 5, ipMax: 3 } },
    { number: 120, limits: 'ip_max = 0', expected: { perMinute: 256, ipMax: 0 } },
    { number: 121, limits: 'service_max = 0', expected: { perMinute: 0, ipMax: null } },
  ])('case $number (reading): $limits', async ({ limits, expected }) => {
    const { services } = await loadText(
      `4711 on protocol=udp4, wait=yes, user=root, exec=/bin/x, ${limits};\n`,
    );
    expect(services[0]?.limits).toMatchObject(expected);
  });

  it('refuses ip_max for a stream wait server', async () => {
    const { diagnostics } = await loadText(
      '4711 on protocol=tcp4, wait=yes, user=root, exec=/bin/x, ip_max=3;\n',
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/ip-max-wait']);
  });

  it('warns of a wait that contradicts a builtin', async () => {
    const { services, diagnostics } = await loadText('echo on protocol = tcp4, wait = yes, user = root;\n');
    expect(services[0]?.activation).toBe('nowait');
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/wait-ignored']);
  });
});

describe('.include', () => {
  const entry = (port: number) => `${port} stream tcp4 nowait root /bin/x x\n`;
  const names = fixtureNames();
  const read = (tree: Parameters<typeof memoryFiles>[0]) =>
    loadInetd(['/etc/inetd.conf'], settingsOf(), names, memoryFiles(tree));

  it('case 115 (reading): sorted, with the default host, which ends with the included file', async () => {
    const { services, diagnostics } = await read({
      '/etc/inetd.conf': `127.0.0.1:\n.include conf.d/*.conf\n${entry(3)}`,
      '/etc/conf.d': ['b.conf', 'a.conf', 'c.txt', '.d.conf'],
      '/etc/conf.d/a.conf': `${entry(1)}10.9.9.9:\n${entry(4)}`,
      '/etc/conf.d/b.conf': entry(2),
      '/etc/conf.d/c.txt': entry(5),
      '/etc/conf.d/.d.conf': entry(6),
    });
    expect(services.map(({ name, origin }) => [name, origin.file])).toEqual([
      ['127.0.0.1:1/tcp4', '/etc/conf.d/a.conf'],
      ['10.9.9.9:4/tcp4', '/etc/conf.d/a.conf'],
      ['127.0.0.1:2/tcp4', '/etc/conf.d/b.conf'],
      ['127.0.0.1:3/tcp4', '/etc/inetd.conf'],
    ]);
    expect(diagnostics).toEqual([]);
  });

  it('case 116 (reading): a file that includes itself', async () => {
    const { services, diagnostics } = await read({ '/etc/inetd.conf': `.include inetd.conf\n${entry(1)}` });
    expect(services).toHaveLength(1);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['inetd/include-cycle', 'warning'],
    ]);
  });

  it('case 117 (reading): a pattern that matches nothing', async () => {
    const { diagnostics } = await read({
      '/etc/inetd.conf': `.include nothing-*\n.include nothing\n${entry(1)}`,
    });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['.include\n', 'inetd/bad-include'],
    ['.inculde x\n', 'inetd/unknown-directive'],
    ['.include a b\n', 'inetd/bad-include'],
  ])('%j is reported, and the file goes on', async (line, code) => {
    const { services, diagnostics } = await loadText(`${line}${entry(1)}`);
    expect(services).toHaveLength(1);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });
});

describe('#@', () => {
  const text =
    '#@ ipsec ah/require\n1 stream tcp4 nowait root /bin/x x\n#@ ipsec esp/use\n2 stream tcp4 nowait root /bin/x x\n#@\n3 stream tcp4 nowait root /bin/x x\n';

  it('case 118 (reading): is one warning for a file', async () => {
    const { services, diagnostics } = await loadText(text);
    expect(services).toHaveLength(3);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['inetd/ipsec', 'warning']]);
  });

  it('case 118 (reading): --strict leaves the entries under it out', async () => {
    const { services, rejected } = await loadText(text, 'auto', { strict: true });
    expect(services.map(({ name }) => name)).toEqual(['3/tcp4']);
    expect(rejected.map(({ origin }) => origin.line)).toEqual([2, 4]);
  });
});
