import { describe, expect, it } from '@jest/globals';
import { expectationOf, loadText, type ReadingCase, readingOf } from '../fixtures/config.ts';

const end = 'nowait root /bin/x x';
const v4 = 'stream 0.0.0.0:4711';
const v6 = 'stream [::]:4711';

const cases: readonly (ReadingCase & { readonly number: number })[] = [
  ...(['auto', 'debian'] as const).map((dialect) => ({
    number: 45,
    because: `tcp is a pair in ${dialect}`,
    text: `4711 stream tcp ${end}`,
    dialect,
    sockets: [v4, v6],
    codes: [],
  })),
  ...(['netbsd', 'freebsd', 'gnu', 'busybox', 'bsd', 'solaris'] as const).map((dialect) => ({
    number: 45,
    because: `tcp is IPv4 only in ${dialect}`,
    text: `4711 stream tcp ${end}`,
    dialect,
    sockets: [v4],
    codes: [],
  })),
  {
    number: 46,
    because: 'an IPv4 host leaves the IPv6 half out silently',
    text: `127.0.0.1:4711 stream tcp ${end}`,
    sockets: ['stream 127.0.0.1:4711'],
    codes: [],
  },
  { number: 47, because: 'tcp4', text: `4711 stream tcp4 ${end}`, sockets: [v4], codes: [] },
  { number: 48, because: 'tcp6', text: `4711 stream tcp6 ${end}`, sockets: [v6], codes: [] },
  ...(['gnu', 'busybox', 'solaris'] as const).map((dialect) => ({
    number: 48,
    because: `tcp6 takes IPv4 too in ${dialect}`,
    text: `4711 stream tcp6 ${end}`,
    dialect,
    sockets: [`${v6} dual`],
    codes: [],
  })),
  ...(['auto', 'gnu', 'netbsd'] as const).map((dialect) => ({
    number: 49,
    because: `tcp46 in ${dialect}`,
    text: `4711 stream tcp46 ${end}`,
    dialect,
    sockets: [`${v6} dual`],
    codes: [],
  })),
  {
    number: 50,
    because: 'tcp4 and tcp6',
    text: `4711 stream tcp4 ${end}\n4711 stream tcp6 ${end}`,
    sockets: [v4, v6],
    codes: [],
  },
  {
    number: 51,
    because: 'udp6 is IPv6 only',
    text: '4711 dgram udp6 wait root /bin/x x',
    sockets: ['dgram [::]:4711'],
    codes: [],
  },
  {
    number: 51,
    because: "Debian's udp6 is dual",
    text: '4711 dgram udp6 wait root /bin/x x',
    dialect: 'debian',
    sockets: ['dgram [::]:4711 dual'],
    codes: [],
  },
  ...(['auto', 'gnu'] as const).map((dialect) => ({
    number: 52,
    because: `tcp6only in ${dialect}`,
    text: `4711 stream tcp6only ${end}`,
    dialect,
    sockets: [v6],
    codes: [],
  })),
  ...(['auto', 'debian'] as const).map((dialect) => ({
    number: 53,
    because: `a typo is no tcp in ${dialect}`,
    text: `4711 stream tpc ${end}`,
    dialect,
    sockets: [],
    rejected: [1],
    codes: ['inetd/bad-protocol'],
  })),
  ...(['stream udp4', 'dgram tcp', 'seqpacket tcp', 'rdm udp'] as const).map((words) => ({
    number: 54,
    because: `${words} does not fit`,
    text: `4711 ${words} ${end}`,
    sockets: [],
    rejected: [1],
    codes: ['inetd/type-protocol'],
  })),
  {
    number: 55,
    because: 'a named service with tcp46',
    text: 'daytime stream tcp46 nowait root internal',
    sockets: ['stream [::]:13 dual'],
    codes: [],
  },
  {
    number: 56,
    because: 'no type of socket',
    text: `4711 foo tcp4 ${end}`,
    sockets: [],
    rejected: [1],
    codes: ['inetd/bad-socket-type'],
  },
  ...['rcvbuf=0', 'foo=5k', 'sndbuf=1k,rcvbuf=1k,sndbuf=1k', 'sndbuf=5kb', 'sndbuf', 'sndbuf=4g'].map(
    (options) => ({
      number: 58,
      because: `${options} is refused`,
      text: `4711 stream tcp4,${options} ${end}`,
      sockets: [],
      rejected: [1],
      codes: ['inetd/bad-buffer'],
    }),
  ),
  {
    number: 60,
    because: '/ttcp is tcp',
    text: `4711 stream tcp/ttcp ${end}`,
    sockets: [v4, v6],
    codes: ['inetd/ttcp'],
  },
  ...['tcp/faith', 'faith/tcp6'].map((word) => ({
    number: 60,
    because: `${word} is dropped`,
    text: `4711 stream ${word} ${end}`,
    sockets: [],
    rejected: [1],
    codes: ['inetd/faith'],
  })),
  {
    number: 63,
    because: 'an accept filter is a notice',
    text: `4711 stream:httpready tcp4 ${end}`,
    sockets: [v4],
    codes: ['inetd/accept-filter'],
  },
];

describe('Protocols and types of inetd.conf', () => {
  it.each(cases)('case $number (reading): $because', async (row) => {
    expect(await readingOf(row)).toEqual(expectationOf(row));
  });

  it.each([
    { number: 57, word: 'tcp4,sndbuf=64k,rcvbuf=16384', sizes: [65536, 16384] },
    { number: 57, word: 'tcp4,rcvbuf=1m', sizes: [undefined, 1_048_576] },
    { number: 59, word: 'tcp4,sndbuf=1000,rcvbuf=2000', sizes: [1000, 2000] },
  ])('case $number (reading): $word', async ({ word, sizes }) => {
    const { services, diagnostics } = await loadText(`4711 stream ${word} ${end}\n`, 'debian');
    const [socket] = services[0]?.sockets ?? [];
    expect([socket?.sendBuffer, socket?.receiveBuffer]).toEqual(sizes);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    { number: 61, text: `4711 stream,2 tcp4 ${end}` },
    { number: 62, text: '4711 on protocol=tcp4, wait=no, user=root, accept_max=2, exec=/bin/x, args=x;' },
  ])('case $number (reading): two children at once', async ({ text }) => {
    const { services } = await loadText(text);
    expect(services.map(({ limits }) => limits.children)).toEqual([2]);
  });

  it('finds what a misspelt word was meant to be', async () => {
    const { diagnostics } = await loadText('4711 steam tpc4 nowiat root /bin/x\n');
    const help = diagnostics.map((diagnostic) => /did you mean '(.*)'\?/.exec(diagnostic.help ?? '')?.[1]);
    expect(help).toEqual(['stream', 'tcp4', 'nowait']);
  });

  it('opens raw sockets by the number of their protocol', async () => {
    const { services } = await loadText(
      'ping raw icmp wait root /bin/x x\nping6 raw ipv6-icmp wait root /bin/x x\n',
    );
    const sockets = services.flatMap((service) => service.sockets);
    expect(
      sockets.map(({ protocol, address }) => [protocol, address.kind === 'inet' && address.family]),
    ).toEqual([
      [1, 4],
      [58, 6],
    ]);
  });

  it('refuses an address of the wrong family, and keeps the others', async () => {
    const { services, diagnostics, rejected } = await loadText(`127.0.0.1,[::1]:4711 stream tcp6 ${end}\n`);
    expect(services.map(({ name }) => name)).toEqual(['[::1]:4711/tcp6']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['inetd/host-family']);
    expect(rejected).toEqual([]);
  });
});
