import { once } from 'node:events';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ServerView, ServiceView } from '../../lib/builtins/builtin.ts';
import { ctime } from '../../lib/builtins/daytime-text.ts';
import { isLocalCaller } from '../../lib/builtins/local-caller.ts';
import { serverText } from '../../lib/builtins/server-text.ts';
import { parseXadmin } from '../../lib/builtins/xadmin-line.ts';
import type { Peer } from '../../lib/model/peer.ts';
import { close, openSocket } from '../../lib/sys/socket.ts';
import { converse, open, readAll } from './clients.ts';
import { BuiltinHost, xinetdBuiltin } from './host.ts';
import { ManualClock } from './manual-clock.ts';

const peer: Peer = { kind: 'inet', family: 4, address: '127.0.0.1', port: 55864 };
const server: ServerView = {
  service: 'sl',
  pid: 48,
  startedAt: Date.UTC(2026, 10, 22, 22, 45, 57),
  peer,
  listener: null,
  mapped: true,
};
const services: readonly ServiceView[] = [
  { name: 'ssh', protocol: 'tcp', port: 22, host: '0.0.0.0', uid: 0, redirect: null },
  {
    name: 'a-long-name-of-a-service',
    protocol: 'tcp',
    port: 7004,
    host: '127.0.0.1',
    uid: 65534,
    redirect: { host: 'there', port: 80 },
  },
];
const block = [
  'sl server',
  'pid = 48',
  `start_time = ${ctime(server.startedAt)}`,
  'Connection info:',
  '\tservice = sl',
  '\tdescriptor = -1',
  '\tflags = 3',
  '\tremote_address = ::ffff:127.0.0.1,55864',
  'log_remote_user = NO',
  'writes_to_log = NO',
  '',
  '',
].join('\n');

describe('the text of a running server', () => {
  it('is the block of the state dump', () => {
    expect(serverText(server)).toBe(block);
  });

  it.each<{ of: string; change: Partial<ServerView>; lines: readonly string[] }>([
    {
      of: 'a server that has the listener',
      change: { peer: null, listener: 7 },
      lines: ['\tdescriptor = 7', '\tflags = 0', '\tremote_address = <no address>,0'],
    },
    {
      of: 'a caller of a service for IPv4',
      change: { mapped: false },
      lines: ['\tdescriptor = -1', '\tflags = 3', '\tremote_address = 127.0.0.1,55864'],
    },
    {
      of: 'an IPv6 caller',
      change: { peer: { kind: 'inet', family: 6, address: '2001:db8::7', port: 9 } },
      lines: ['\tdescriptor = -1', '\tflags = 3', '\tremote_address = 2001:db8::7,9'],
    },
    {
      of: 'a caller over a Unix socket',
      change: { peer: { kind: 'unix', path: '' } },
      lines: ['\tdescriptor = -1', '\tflags = 2', '\tremote_address = <no address>,0'],
    },
  ])('of $of says $lines', ({ change, lines }) => {
    expect(
      serverText({ ...server, ...change })
        .split('\n')
        .slice(5, 8),
    ).toEqual(lines);
  });
});

describe('who may look at the daemon', () => {
  it.each([
    { peer, family: 4, local: true },
    { peer: { ...peer, address: '127.9.9.9' }, family: 4, local: true },
    { peer: { ...peer, family: 6, address: '::1' }, family: 6, local: true },
    { peer: { ...peer, address: '10.0.0.127' }, family: 4, local: false },
    { peer: { ...peer, family: 6, address: '127::1' }, family: 6, local: false },
    { peer: { ...peer, family: 6, address: 'fe80::1%lo' }, family: 6, local: false },
    { peer: { kind: 'unix', path: '' }, family: 'unix', local: true },
    { peer: { kind: 'unix', path: '' }, family: 4, local: false },
  ] as const)('$peer over a socket of family $family: $local', ({ peer, family, local }) => {
    const fd = openSocket(family, 'stream', 0);
    expect(isLocalCaller({ fd, peer, closed() {} })).toBe(local);
    close(fd);
  });
});

describe('services and servers', () => {
  const path = join(tmpdir(), `superd-views-${process.pid}.sock`);
  let shown: Iterable<ServerView>;
  let clock: ManualClock;
  let host: BuiltinHost;
  beforeEach(() => {
    shown = [server, { ...server, pid: 49 }];
    clock = new ManualClock();
    host = new BuiltinHost({ services: { services: () => services, servers: () => shown }, clock });
  });
  afterEach(() => host.stop());

  it.each([
    { name: 'services', text: 'ssh tcp 22\na-long-name-of-a-service tcp 7004\n' },
    { name: 'servers', text: block + block.replace('pid = 48', 'pid = 49') },
  ] as const)('$name are shown over TCP and over a Unix socket', async ({ name, text }) => {
    expect((await converse(host.stream(xinetdBuiltin(name)), '')).toString()).toBe(text);
    host.stream(xinetdBuiltin(name), [], { kind: 'unix', path });
    expect((await converse(path, '')).toString()).toBe(text);
    clock.advance(2020);
    expect([host.open, clock.pending]).toEqual([0, 0]);
  });

  it('more of them than a socket takes at once are all shown', async () => {
    const many = Array.from({ length: 20_000 }, (_, pid) => ({ ...server, pid }));
    shown = many;
    const text = (await converse(host.stream(xinetdBuiltin('servers')), '')).toString();
    expect(text.match(/^pid = \d+$/gm)).toEqual(many.map(({ pid }) => `pid = ${pid}`));
  });

  it('a table that grows while it is shown comes to an end', async () => {
    shown = (function* () {
      for (let pid = 1; ; pid++) yield { ...server, pid };
    })();
    const text = (await converse(host.stream(xinetdBuiltin('servers')), '')).toString();
    expect(text.match(/^pid = /gm)?.length).toBe(65_536);
  });

  it('a caller who takes nothing for a minute is closed', async () => {
    shown = Array.from({ length: 60_000 }, (_, pid) => ({ ...server, pid }));
    const socket = await open(host.stream(xinetdBuiltin('servers')));
    socket.pause();
    for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(59_999);
    expect(host.open).toBe(1);
    clock.advance(60_000);
    expect(host.open).toBe(0);
    socket.destroy();
  });
});

const HELP = [
  'xinetd admin help:',
  'show run  :   shows information about running services',
  'show avail:   shows what services are currently available',
  'bye, exit :   exits the admin shell',
  '',
].join('\n');
const RUNNING = `Running services:\nservice  run retry attempts descriptor\n${block}`;
const AVAILABLE = [
  'Available services:',
  'service    port   bound address    uid redir addr redir port',
  'ssh        22     0.0.0.0          0     ',
  'a-long-name-of-a-service 7004   127.0.0.1        65534  there            80    ',
  '',
].join('\n');

describe('xadmin', () => {
  let clock: ManualClock;
  let host: BuiltinHost;
  let port: number;
  beforeEach(() => {
    clock = new ManualClock();
    host = new BuiltinHost({ services: { services: () => services, servers: () => [server] }, clock });
    port = host.stream(xinetdBuiltin('xadmin'));
  });
  afterEach(() => host.stop());

  /** A whole session; the socket stays open, as a person's would, until it is closed from the other side. */
  const session = async (text: string): Promise<string> => {
    const socket = await open(port);
    socket.write(text);
    const got = (await readAll(socket)).toString();
    socket.destroy();
    return got;
  };

  it.each([
    { of: 'bye', says: 'bye\n', answer: '> bye bye\n' },
    { of: 'a letter of quit, with a carriage return', says: 'q\r\n', answer: '> bye bye\n' },
    { of: 'help', says: 'help\nexit\n', answer: `> ${HELP}> bye bye\n` },
    { of: 'show run', says: 'show run\ne\n', answer: `> ${RUNNING}> bye bye\n` },
    { of: 'show avail, cut short', says: '  sh  av \nb\n', answer: `> ${AVAILABLE}> bye bye\n` },
    { of: 'empty lines, and nothing behind bye', says: '\n\nbye\nhelp\n', answer: '> > > bye bye\n' },
    { of: 'an unknown command', says: 'reboot\nbye\n', answer: "> unknown command, try 'help'\n> bye bye\n" },
  ])('answers $of', async ({ says, answer }) => {
    expect(await session(says)).toBe(answer);
  });

  it('a line may come byte by byte', async () => {
    const socket = await open(port);
    const got = readAll(socket);
    for (const byte of 'help\nbye\n') {
      socket.write(byte);
      await turns(10);
    }
    expect((await got).toString()).toBe(`> ${HELP}> bye bye\n`);
    socket.destroy();
  });

  it.each([
    { bytes: 1023, end: 'an answer', answer: "> unknown command, try 'help'\n> " },
    { bytes: 1025, end: 'the end', answer: '> ' },
  ])('a line of $bytes bytes brings $end', async ({ bytes, answer }) => {
    const socket = await open(port);
    socket.end(`${'x'.repeat(bytes)}\n`);
    const got: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => got.push(chunk)).on('error', () => {}); // left unread, it is reset
    await new Promise((resolve) => socket.on('close', resolve));
    expect(Buffer.concat(got).toString()).toBe(answer);
  });

  it('whoever says nothing for five minutes is closed', async () => {
    const socket = await open(port);
    await prompted(socket);
    await turns(50);
    clock.advance(299_999);
    expect(host.open).toBe(1);
    clock.advance(1);
    expect([host.open, clock.pending]).toEqual([0, 0]);
    socket.destroy();
  });

  it('whoever leaves is forgotten', async () => {
    for (const text of ['', 'show run\n', 'sho']) {
      const socket = await open(port);
      socket.write(text);
      socket.resetAndDestroy();
    }
    while (host.open > 0) await turns(1);
    expect(clock.pending).toBe(0);
  });

  it('every command may be cut short, and nothing else is one', () => {
    const commands = ['help', 'show run', 'show avail', 'bye', 'exit', 'quit'];
    fc.assert(
      fc.property(fc.constantFrom(...commands), fc.nat(10), fc.nat(10), (command, first, second) => {
        const cut = command
          .split(' ')
          .map((word, at) => word.slice(0, 1 + (at === 0 ? first : second)))
          .join(' ');
        const wanted = ['exit', 'quit'].includes(command) ? 'bye' : command;
        expect(parseXadmin(cut)).toBe(wanted);
        expect(parseXadmin(`${cut}_`)).toBe('unknown');
        expect(parseXadmin(`${cut} x`)).toBe('unknown');
      }),
    );
  });
});

async function prompted(socket: Socket): Promise<void> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('> ');
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
