import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection, MuxTable } from '../../lib/builtins/builtin.ts';
import { xinetdLines } from '../../lib/builtins/chargen-lines.ts';
import { type Clock, systemClock } from '../../lib/sys/clock.ts';
import { close } from '../../lib/sys/socket.ts';
import { receive, send } from '../../lib/sys/transfer.ts';
import { converse, DatagramClient, open, readAll, readBytes } from './clients.ts';
import { BuiltinHost, xinetdBuiltin } from './host.ts';
import { ManualClock } from './manual-clock.ts';

const wallMs = Date.UTC(2026, 10, 3, 12, 0, 0);
const clock: Clock = { ...systemClock, wall: () => wallMs };
const DAYTIME = /^03 NOV 2026 \d\d:\d\d:\d\d \S+\r\n$/;

describe('built-ins in the words of xinetd', () => {
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

  it('xinetd case 147 (builtin): chargen writes its 95 lines again and again', async () => {
    const socket = await open(host.stream(xinetdBuiltin('chargen')));
    const wanted = Buffer.concat(Array.from({ length: 30 }, () => xinetdLines));
    const got = await readBytes(socket, wanted.length);
    expect(got.subarray(0, wanted.length).equals(wanted)).toBe(true);
    socket.destroy();
  });

  it('xinetd case 147 (builtin): daytime has its own form, time and echo are the same for everybody', async () => {
    expect((await converse(host.stream(xinetdBuiltin('daytime')), '')).toString()).toMatch(DAYTIME);
    expect((await converse(host.stream(xinetdBuiltin('echo')), 'abc')).toString()).toBe('abc');
    const time = await converse(host.stream(xinetdBuiltin('time')), '');
    expect(time.readUInt32BE()).toBe(wallMs / 1000 + 2_208_988_800);
  });

  it('xinetd case 148 (builtin): a datagram of chargen has 1024 bytes, and the next goes on behind it', async () => {
    const { port } = host.datagram(xinetdBuiltin('chargen'));
    const firsts: string[] = [];
    for (let asked = 0; asked < 8; asked++) {
      const { bytes } = await client.ask('x', port);
      const lines = bytes.toString('latin1').split('\r\n');
      expect([bytes.length, ...lines.map(({ length }) => length)]).toEqual([
        1024,
        ...Array<number>(13).fill(72),
        60,
        0,
      ]);
      firsts.push(String(lines[0]).slice(0, 4));
    }
    // What the original says to eight datagrams, one after the other.
    expect(firsts).toEqual(['!"#$', '/012', '=>?@', 'KLMN', 'YZ[\\', 'ghij', 'uvwx', "$%&'"]);
  });

  it('xinetd case 148 (builtin): daytime answers one datagram with one', async () => {
    const { port } = host.datagram(xinetdBuiltin('daytime'));
    expect((await client.ask('', port)).bytes.toString()).toMatch(DAYTIME);
    expect(client.waiting).toBe(0);
  });

  it('no datagram that waits is thrown away', async () => {
    const { port, server } = host.datagram(xinetdBuiltin('chargen'));
    for (let sent = 0; sent < 40; sent++) client.send('x', port);
    for (let got = 0; got < 40; got++) await client.next();
    expect([server.answered, server.dropped]).toEqual([40, 0]);
  });

  it('senders are judged as those of inetd are', async () => {
    host.builtins.guard.configure({
      lowPorts: false,
      builtinPorts: new Set([client.port]),
      broadcasts: new Set(),
    });
    const { port, server } = host.datagram(xinetdBuiltin('chargen'));
    client.send('x', port);
    while (server.dropped === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([server.answered, client.waiting]).toEqual([0, 0]);
  });

  it('both styles may be served side by side', async () => {
    const inetd = host.datagram('chargen');
    const xinetd = host.datagram(xinetdBuiltin('chargen'));
    expect((await client.ask('x', inetd.port)).bytes.length).toBe(74);
    expect((await client.ask('x', xinetd.port)).bytes.length).toBe(1024);
  });
});

/** One service that says `+Go`, one that does not, and one that turns everybody away. */
class TestMux implements MuxTable {
  readonly #services: Readonly<Record<string, 'plain' | 'plus' | 'closed'>> = {
    mp: 'plus',
    plain: 'plain',
    closed: 'closed',
  };

  names(): readonly string[] {
    return Object.keys(this.#services);
  }

  plus(name: string): boolean {
    return this.#services[name.toLowerCase()] === 'plus';
  }

  start(name: string, connection: Connection, greet: () => void): 'started' | 'refused' | 'unknown' {
    const service = this.#services[name.toLowerCase()];
    if (service === undefined) return 'unknown';
    if (service === 'closed') return 'refused';
    greet();
    const rest = new Uint8Array(4096);
    const length = receive(connection.fd, rest);
    const text = typeof length === 'number' ? Buffer.from(rest.subarray(0, length)).toString('latin1') : '';
    send(connection.fd, Buffer.from(`[${text}]`));
    close(connection.fd);
    connection.closed();
    return 'started';
  }
}

describe('tcpmux as xinetd has it', () => {
  let clock: ManualClock;
  let host: BuiltinHost;
  let port: number;
  beforeEach(() => {
    clock = new ManualClock();
    host = new BuiltinHost({ mux: new TestMux(), clock });
    port = host.stream(xinetdBuiltin('tcpmux'));
  });
  afterEach(() => host.stop());

  it.each([
    { of: 'xinetd case 157 (builtin), a name', says: 'mp\r\n', answer: '+Go\r\n[]' },
    { of: 'xinetd case 157 (builtin), in capitals', says: 'MP\r\n', answer: '+Go\r\n[]' },
    { of: 'xinetd case 158 (builtin), without +Go', says: 'plain\r\n', answer: '[]' },
    {
      of: 'xinetd case 159 (builtin), an unknown name',
      says: 'nowhere\r\n',
      answer: '-Service name not found\r\n',
    },
    { of: 'xinetd case 159 (builtin), help', says: 'help\r\n', answer: 'mp\r\nplain\r\nclosed\r\n' },
    { of: 'xinetd case 160 (builtin), a line feed alone', says: 'mp\n', answer: '' },
    { of: 'xinetd case 160 (builtin), data behind it', says: 'mp\r\nextra', answer: '+Go\r\n[extra]' },
    { of: 'xinetd case 161 (builtin), turned away', says: 'closed\r\n', answer: '' },
    { of: 'a line without an end', says: 'mp', answer: '' },
    { of: 'half an end', says: 'mp\r', answer: '' },
    { of: 'a carriage return in the name', says: 'm\rp\r\n', answer: '' },
    { of: 'a NUL', says: 'mp\0\r\n', answer: '' },
    { of: 'a name that is longer than any', says: `${'x'.repeat(300)}\r\n`, answer: '' },
  ])('$of', async ({ says, answer }) => {
    const socket = await open(port);
    socket.end(says);
    const got = await readAll(socket).catch(() => Buffer.from('')); // left unread, it is reset
    expect(got.toString('latin1')).toBe(answer);
    socket.destroy();
  });

  it('xinetd case 160 (builtin): a line may come in two parts, between carriage return and line feed too', async () => {
    for (const parts of [
      ['m', 'p\r\n'],
      ['mp\r', '\n'],
    ]) {
      const socket = await open(port);
      socket.setNoDelay(true);
      for (const part of parts) {
        socket.write(part);
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        clock.advance(1000);
      }
      expect((await readAll(socket)).toString()).toBe('+Go\r\n[]');
      socket.destroy();
    }
  });
});
