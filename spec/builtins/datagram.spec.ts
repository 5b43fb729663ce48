import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chargenLines } from '../../lib/builtins/chargen-lines.ts';
import { daytimeText } from '../../lib/builtins/daytime-text.ts';
import { type Clock, systemClock } from '../../lib/sys/clock.ts';
import { bind, close, connect, openSocket } from '../../lib/sys/socket.ts';
import { receive, send } from '../../lib/sys/transfer.ts';
import { DatagramClient } from './clients.ts';
import { anyPort, BuiltinHost } from './host.ts';

const wallMs = Date.UTC(2026, 10, 3, 12, 0, 0);
const clock: Clock = { ...systemClock, wall: () => wallMs };
const root = process.getuid?.() === 0;
const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('datagram built-ins', () => {
  let host: BuiltinHost;
  let client: DatagramClient;
  beforeEach(async () => {
    host = new BuiltinHost({ clock });
    client = await DatagramClient.open();
  });
  afterEach(() => {
    client.close();
    host.stop();
  });

  it('case 180 (builtin): echo gives back the longest datagram there is', async () => {
    const { port } = host.datagram('echo');
    for (const length of [9000, 65_507]) {
      const sent = Buffer.from(Array.from({ length }, (_, index) => index % 251));
      expect((await client.ask(sent, port)).bytes.equals(sent)).toBe(true);
    }
  });

  it('case 181 (builtin): echo gives back an empty datagram', async () => {
    const { port } = host.datagram('echo');
    expect((await client.ask('', port)).bytes.length).toBe(0);
  });

  it('echo gives back many at once, each unchanged', async () => {
    const { port } = host.datagram('echo');
    const sent = Array.from({ length: 100 }, (_, index) => `datagram ${index} `.repeat(index));
    for (const text of sent) client.send(text, port);
    const got: string[] = [];
    while (got.length < sent.length) got.push((await client.next()).bytes.toString());
    expect(got).toEqual(sent);
  });

  it('case 182 (builtin): discard says nothing', async () => {
    const { port, server } = host.datagram('discard');
    const echo = host.datagram('echo');
    for (let index = 0; index < 50; index++) client.send('x', port);
    await client.ask('behind them', echo.port);
    await untilTrue(() => server.answered === 50);
    expect(client.waiting).toBe(0);
  });

  it('case 185 (builtin): chargen says one line, and the next one to whoever is next', async () => {
    const { port } = host.datagram('chargen');
    const other = host.datagram('chargen');
    const line = (k: number) => Buffer.from(chargenLines.subarray(k * 74, (k + 1) * 74));
    expect((await client.ask('?', port)).bytes).toEqual(line(0));
    expect((await client.ask('', port)).bytes).toEqual(line(1));
    expect((await client.ask('?', other.port)).bytes).toEqual(line(2));
  });

  it('case 186 (builtin): time and daytime', async () => {
    const daytime = await client.ask('?', host.datagram('daytime').port);
    expect(daytime.bytes.toString()).toBe(daytimeText(wallMs));
    const time = await client.ask('', host.datagram('time').port);
    expect(time.bytes.length).toBe(4);
    expect(time.bytes.readUInt32BE()).toBe(wallMs / 1000 + 2_208_988_800);
  });

  (root ? it : it.skip)('case 187 (builtin): no answer to port 19 (needs root)', async () => {
    const { port, server } = host.datagram('echo');
    const chargen = await DatagramClient.open('127.0.0.1', 19);
    chargen.send('x', port);
    await untilTrue(() => server.dropped === 1);
    expect([server.answered, chargen.waiting]).toEqual([0, 0]);
    chargen.close();
  });

  it('a configured builtin port is not answered either', async () => {
    const { port, server } = host.datagram('echo');
    host.builtins.guard.configure({
      lowPorts: false,
      builtinPorts: new Set([client.port]),
      broadcasts: new Set(),
    });
    client.send('x', port);
    await untilTrue(() => server.dropped === 1);
    expect([server.answered, client.waiting]).toEqual([0, 0]);
  });

  it('case 188 (builtin): loopback is answered, but not as Debian has it', async () => {
    const refusing = host.datagram('echo', anyPort('127.0.0.1'), { refuseLoopback: true });
    client.send('x', refusing.port);
    await untilTrue(() => refusing.server.dropped === 1);
    expect((await client.ask('y', host.datagram('echo').port)).bytes.toString()).toBe('y');
  });

  it.each(['127.0.0.1', '127.0.0.2', '127.3.4.5'])(
    'case 189 (builtin): asked at %s, it answers from there',
    async (asked) => {
      const { port } = host.datagram('echo', anyPort('0.0.0.0'));
      expect(await client.ask('x', port, asked)).toEqual({ bytes: Buffer.from('x'), from: asked });
    },
  );

  (ipv6 ? it : it.skip)('serves IPv6, and IPv4 where the socket is dual (needs ::1)', async () => {
    const { port } = host.datagram('echo', anyPort('::'), { dual: true });
    const six = await DatagramClient.open('::1');
    expect(await six.ask('six', port, '::1')).toEqual({ bytes: Buffer.from('six'), from: '::1' });
    expect(await client.ask('four', port, '127.0.0.9')).toEqual({
      bytes: Buffer.from('four'),
      from: '127.0.0.9',
    });
    six.close();
  });

  it('answers a thousand a second and more on loopback', async () => {
    const { port, server } = host.datagram('echo');
    for (let index = 0; index < 3000; index++) await client.ask('x', port);
    expect([server.answered, server.dropped]).toEqual([3000, 0]);
  });
});

describe('datagram built-ins over a Unix socket', () => {
  const path = join(tmpdir(), `superd-builtin-${process.pid}.dgram`);
  let host: BuiltinHost;
  beforeEach(() => {
    host = new BuiltinHost({ clock });
  });
  afterEach(() => host.stop());

  it('answer whoever has a name and pass over who has none', async () => {
    const { server } = host.datagram('echo', { kind: 'unix', path });
    const [named, nameless] = [openSocket('unix', 'dgram', 0), openSocket('unix', 'dgram', 0)];
    bind(named, { kind: 'unix', path: `@superd-builtin-${process.pid}` });
    for (const fd of [nameless, named]) {
      connect(fd, { kind: 'unix', path });
      expect(send(fd, Buffer.from('abc'))).toBe(3);
    }
    await untilTrue(() => server.answered === 2);
    const buffer = new Uint8Array(10);
    expect([receive(named, buffer), receive(nameless, buffer)]).toEqual([3, 'again']);
    for (const fd of [named, nameless]) close(fd);
  });
});

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
