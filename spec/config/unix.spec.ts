import { describe, expect, it } from '@jest/globals';
import { loadText } from '../fixtures/config.ts';

const path = `/run/${'x'.repeat(120)}`;

describe('Unix sockets of inetd.conf', () => {
  it.each([
    { dialect: 'auto', mode: 0o666 },
    { dialect: 'debian', mode: 0o666 },
    { dialect: 'bsd', mode: 0o666 },
    { dialect: 'freebsd', mode: 0o200 },
    { dialect: 'netbsd', mode: 0o755 },
    { dialect: 'busybox', mode: 0o755 },
  ] as const)('case 85 (reading): the mode is $mode in $dialect', async ({ dialect, mode }) => {
    const { services } = await loadText('/run/t.sock stream unix nowait root /bin/x x', dialect);
    expect(services[0]?.sockets[0]).toMatchObject({
      address: { kind: 'unix', path: '/run/t.sock' },
      file: { mode },
    });
    expect(services[0]?.name).toBe('/run/t.sock');
  });

  it.each(['auto', 'debian', 'busybox'] as const)(
    "case 86 (reading): FreeBSD's prefix counts in %s",
    async (dialect) => {
      const text = ':root:daemon:0660:/run/t.sock stream unix nowait root /bin/x x';
      const { services, diagnostics } = await loadText(text, dialect);
      expect(services[0]?.sockets[0]?.file).toEqual({ mode: 0o660, owner: { uid: 0, gid: 1 } });
      expect(diagnostics).toEqual([]);
    },
  );

  it.each([
    { number: 86, first: ':root:daemon:0999:/run/t.sock', code: 'inetd/bad-unix-mode', marked: '0999' },
    {
      number: 86,
      first: ':nosuch:daemon:0660:/run/t.sock',
      code: 'inetd/unknown-user',
      marked: ':nosuch:daemon:0660:/run/t.sock',
    },
    {
      number: 86,
      first: ':root:nosuch:0660:/run/t.sock',
      code: 'inetd/unknown-group',
      marked: ':root:nosuch:0660:/run/t.sock',
    },
    { number: 89, first: path, code: 'inetd/path-too-long', marked: path },
    { number: 85, first: 'run/t.sock', code: 'inetd/bad-path', marked: 'run/t.sock' },
  ])('case $number (reading): $code', async ({ first, code, marked }) => {
    const { services, diagnostics } = await loadText(`${first} stream unix nowait root /bin/x x`);
    expect(services).toEqual([]);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    const [{ source, span } = { source: { text: '' }, span: { start: 0, end: 0 } }] = diagnostics;
    expect(source.text.slice(span.start, span.end)).toBe(marked);
  });

  it('case 92 (reading): datagrams over a Unix socket', async () => {
    const { services } = await loadText('/run/t.sock dgram unix wait root /bin/x x');
    expect(services.map(({ name, activation }) => [name, activation])).toEqual([
      ['dgram:/run/t.sock', 'wait'],
    ]);
  });

  it('case 93 (reading): a host before the path is ignored with a notice', async () => {
    const { services, diagnostics } = await loadText(
      '127.0.0.1:/run/a:b.sock stream unix nowait root /bin/x x',
    );
    expect(services.map(({ name }) => name)).toEqual(['/run/a:b.sock']);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['inetd/host-ignored', 'note'],
    ]);
  });

  it('never splits a path at a colon, and never opens a path for tcp', async () => {
    const { services, diagnostics } = await loadText(
      '/run/a:b.sock stream unix nowait root /bin/x x\n/run/c.sock stream tcp nowait root /bin/x x\n',
    );
    expect(services.map(({ name }) => name)).toEqual(['/run/a:b.sock']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/bad-path']);
  });

  it('gives sockets away only as root', async () => {
    const text = ':root:daemon:0660:/run/t.sock stream unix nowait caller /bin/x x';
    const refused = await loadText(text, 'auto', { callerUid: 1000 });
    expect(refused.diagnostics.map(({ code }) => code)).toEqual(['inetd/not-your-user']);
    const own = await loadText(text, 'auto', { callerUid: 1000, asCaller: true });
    expect(own.services[0]?.sockets[0]?.file).toEqual({ mode: 0o660 });
  });
});
