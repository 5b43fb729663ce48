import { describe, expect, it } from '@jest/globals';
import { loadText } from '../fixtures/config.ts';

describe('RPC entries of inetd.conf', () => {
  it.each([
    { number: 94, first: 'rstatd/2-4', rpc: { name: 'rstatd', program: 100001, low: 2, high: 4 } },
    { number: 97, first: '100001/1', rpc: { name: '100001', program: 100001, low: 1, high: 1 } },
  ])('case $number (reading): $first', async ({ first, rpc }) => {
    const { services, diagnostics } = await loadText(`${first} dgram rpc/udp wait root /bin/x x`);
    expect(services.map((service) => service.rpc)).toEqual([rpc]);
    expect(services[0]?.sockets[0]?.address).toMatchObject({ family: 4, port: 0 });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    { dialect: 'auto', rpc: undefined },
    { dialect: 'debian', rpc: undefined },
    { dialect: 'freebsd', rpc: { low: 1, high: 1 } },
    { dialect: 'solaris', rpc: { low: 1, high: 1 } },
  ] as const)('case 96 (reading): no version in $dialect', async ({ dialect, rpc }) => {
    const { services, diagnostics } = await loadText('rstatd dgram rpc/udp wait root /bin/x x', dialect);
    if (rpc === undefined) expect(services).toEqual([]);
    else expect(services[0]?.rpc).toMatchObject(rpc);
    expect(diagnostics.map(({ code }) => code)).toEqual(rpc === undefined ? ['inetd/rpc-version'] : []);
  });

  it.each([
    ['stream rpc/tcp', 'rstatd/1', []],
    ['stream rpc/*', 'rstatd/1', []],
    ['stream rpc/circuit_v', 'rstatd/1', []],
    ['dgram rpc/circuit_v,datagram_v', 'rstatd/1', []],
    ['dgram rpc/tcp', 'rstatd/1', ['inetd/type-protocol']],
    ['dgram rpc/udp', 'rstatd/4-2', ['inetd/rpc-version']],
    ['dgram rpc/udp', 'rstatd/x', ['inetd/rpc-version']],
    ['dgram rpc/udp', 'nosuch/1', ['inetd/unknown-rpc']],
    ['tli rpc/ticotsord', '300100/1', ['inetd/bad-socket-type', 'inetd/bad-protocol']],
  ])('%s with %s: %j', async (fields, first, codes) => {
    const { services, diagnostics } = await loadText(`${first} ${fields} wait root /bin/x x`);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(services).toHaveLength(codes.length === 0 ? 1 : 0);
  });

  it('keeps two programs apart, though both let the kernel choose their port', async () => {
    const text = 'rstatd/1 dgram rpc/udp wait root /bin/x x\nrusersd/1 dgram rpc/udp wait root /bin/y y\n';
    expect((await loadText(text)).services).toHaveLength(2);
    expect((await loadText(text + text)).services).toHaveLength(2);
  });
});

describe('tcpmux entries of inetd.conf', () => {
  const entry = 'tcpmux/go stream tcp nowait root /bin/x h';

  it('case 98 (reading): gnu adds the listener and says so', async () => {
    const { services, diagnostics } = await loadText(entry, 'gnu');
    expect(services.map(({ name, mux }) => [name, mux])).toEqual([
      ['tcpmux/tcp46', undefined],
      ['tcpmux/go', { name: 'go', plus: false }],
    ]);
    expect(services[0]?.sockets[0]?.address).toEqual({
      kind: 'inet',
      family: 6,
      host: '::',
      port: 1,
      dual: true,
    });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['inetd/tcpmux-inserted', 'note'],
    ]);
  });

  it.each(['auto', 'netbsd', 'freebsd'] as const)(
    'case 98 (reading): %s warns that nobody listens',
    async (dialect) => {
      const { services, diagnostics } = await loadText(entry, dialect);
      expect(services.map(({ sockets }) => sockets)).toEqual([[]]);
      expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
        ['inetd/tcpmux-unreachable', 'warning'],
      ]);
    },
  );

  it.each([
    ['tcpmux/+go', { name: 'go', plus: true }],
    ['tcpmux/go', { name: 'go', plus: false }],
  ])('case 100 (reading): %s', async (first, mux) => {
    const text = `tcpmux stream tcp nowait root internal\n${first} stream tcp wait root /bin/x h\n`;
    const { services, diagnostics } = await loadText(text);
    expect(services.at(-1)).toMatchObject({ mux, activation: 'nowait', sockets: [] });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    'tcpmux/x dgram udp nowait root /bin/x x',
    'tcpmux/ stream tcp nowait root /bin/x x',
    'tcpmux/x stream tcp,sndbuf=1k nowait root /bin/x x',
    'tcpmux/x stream tcp nowait root internal',
    'tcpmux/\u0007 stream tcp nowait root /bin/x x',
  ])('case 104 (reading): %s', async (text) => {
    const { services, diagnostics } = await loadText(text);
    expect(services).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/bad-mux']);
  });
});
