import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IdentUser, IdentUsers } from '../../lib/builtins/builtin.ts';
import { ownerOf } from '../../lib/builtins/ident-owner.ts';
import { converse, open, readAll } from './clients.ts';
import { BuiltinHost } from './host.ts';
import { ManualClock } from './manual-clock.ts';
import { ipv4Bytes, ipv6Bytes } from './sockaddr.ts';

const uid = process.getuid?.() ?? 0;
const HIDDEN = 'ERROR : HIDDEN-USER';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'superd-ident-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('auth', () => {
  const users: IdentUsers = {
    byId: (number): IdentUser | null => (number === uid ? { name: 'alice', uid, home } : null),
    byName: (name) => (name === 'bob' ? { name: 'bob', uid: 4711, home: '/nonexistent' } : null),
  };
  let clock: ManualClock;
  let host: BuiltinHost;
  let server: Server;
  let socket: Socket;
  /** The ports of a connection of this process, from the ident server's point of view. */
  let ports: string;
  beforeEach(async () => {
    clock = new ManualClock();
    host = new BuiltinHost({ users, clock });
    server = createServer((accepted) => accepted.on('error', () => {}));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    ports = `${socket.localPort} , ${socket.remotePort}`;
  });
  afterEach(() => {
    socket.destroy();
    server.close();
    host.stop();
  });
  const ask = async (args: string, question: string) => {
    const port = host.stream('auth', ['auth', ...args.split(' ').filter((word) => word !== '')]);
    return (await converse(port, question)).toString('latin1');
  };

  it.each([
    { of: 'case 190 (builtin)', args: '', asks: '6191 , 23\r\n', answer: `6191 , 23 : ${HIDDEN}` },
    { of: 'no blanks', args: '', asks: '6191,23\r\n', answer: `6191 , 23 : ${HIDDEN}` },
    { of: 'more blanks', args: '', asks: ' 6191  ,  23  \r\n', answer: `6191 , 23 : ${HIDDEN}` },
    { of: 'case 191 (builtin)', args: '', asks: 'abc\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'one port', args: '', asks: '6191\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'nothing', args: '', asks: '', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'a negative port', args: '', asks: '-1 , 23\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'port 0', args: '', asks: '0 , 23\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'port 65536', args: '', asks: '6191 , 65536\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'port 65536 + 23', args: '', asks: '6191 , 65559\r\n', answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: 'port 65535', args: '', asks: '65535 , 1\r\n', answer: `65535 , 1 : ${HIDDEN}` },
    { of: 'too much', args: '', asks: ' '.repeat(9000), answer: '0 , 0 : ERROR : INVALID-PORT' },
    { of: '-d', args: '-d carol', asks: '6191 , 23\r\n', answer: `6191 , 23 : USERID : ${type()} : carol` },
    {
      of: '-o',
      args: '-dcarol -o UNKNOWN',
      asks: '6191 , 23\r\n',
      answer: '6191 , 23 : USERID : UNKNOWN : carol',
    },
    { of: '-r, nobody', args: '-r', asks: '1 , 1\r\n', answer: '1 , 1 : ERROR : NO-USER' },
    {
      of: '-r -d, nobody',
      args: '-r -d carol -o X',
      asks: '1 , 1\r\n',
      answer: '1 , 1 : USERID : X : carol',
    },
    { of: 'an unknown option', args: '-z', asks: '6191 , 23\r\n', answer: `6191 , 23 : ${HIDDEN}` },
  ])('$of', async ({ args, asks, answer }) => {
    expect(await ask(args, asks)).toBe(`${answer}\r\n`);
    clock.advance(2020);
    expect([host.open, clock.pending]).toEqual([0, 0]);
  });

  it('-g answers 32 random letters and digits', async () => {
    const answers = [await ask('-g -o X', '1 , 2\r\n'), await ask('-g -o X', '1 , 2\r\n')];
    for (const answer of answers) expect(answer).toMatch(/^1 , 2 : USERID : X : [0-9a-z]{32}\r\n$/);
    expect(answers[0]).not.toBe(answers[1]);
  });

  it.each([
    { args: '-r -o X', name: 'alice' },
    { args: '-rio X', name: String(uid) },
    { args: '-rfno X', name: 'alice' },
  ])('$args names the owner of a connection: $name', async ({ args, name }) => {
    expect(await ask(args, `${ports}\r\n`)).toBe(`${ports} : USERID : X : ${name}\r\n`);
  });

  it('-r finds nobody behind a connection of other ends', async () => {
    const reversed = ports.split(' , ').reverse();
    // The accepted end is the other way round: it is there as well.
    expect(await ask('-r -o X', `${reversed.join(' , ')}\r\n`)).toMatch(/: USERID : X : alice/);
    expect(await ask('-r', `${socket.localPort} , ${socket.localPort}\r\n`)).toMatch(/: ERROR : NO-USER/);
  });

  it.each([
    { noident: 'a file', make: (path: string) => writeFileSync(path, '') },
    { noident: 'a folder', make: (path: string) => mkdirSync(path) },
    { noident: 'a link to nothing', make: (path: string) => symlinkSync('/nonexistent', path) },
  ])('case 192 (builtin): -n hides a user whose ~/.noident is $noident', async ({ make }) => {
    make(join(home, '.noident'));
    expect(await ask('-r -n', `${ports}\r\n`)).toBe(`${ports} : ${HIDDEN}\r\n`);
    expect(await ask('-r -o X', `${ports}\r\n`)).toMatch(/alice/);
  });

  it.each([
    { args: '-rf', text: 'zorro\n', name: 'zorro', because: 'the first word' },
    { args: '-rf', text: '  \tzorro and friends', name: 'zorro', because: 'leading blanks are skipped' },
    {
      args: '-rf',
      text: 'z'.repeat(40),
      name: 'z'.repeat(32),
      because: 'it is cut to a login name’s length',
    },
    { args: '-rf', text: '', name: 'alice', because: 'it is empty' },
    { args: '-rf', text: '\nzorro', name: 'alice', because: 'its first line is empty' },
    { args: '-rf', text: 'bob\n', name: 'alice', because: 'bob is another user' },
    { args: '-rF', text: 'bob\n', name: 'bob', because: '-F allows that' },
    { args: '-rfi', text: 'bob\n', name: 'bob', because: '-i looks at numbers' },
    { args: '-rfi', text: `${uid}\n`, name: String(uid), because: 'that number is a user’s' },
    { args: '-rf', text: 'zor\x1b[2Jro\n', name: 'alice', because: 'a name has no control characters' },
    { args: '-rf', text: 'zörro\n', name: 'alice', because: 'a name is ASCII' },
    { args: '-r', text: 'zorro\n', name: 'alice', because: 'nobody asked for it' },
  ])('$args with $text in ~/.fakeid is $name: $because', async ({ args, text, name }) => {
    writeFileSync(join(home, '.fakeid'), text);
    expect(await ask(`${args} -o X`, `${ports}\r\n`)).toBe(`${ports} : USERID : X : ${name}\r\n`);
  });

  it.each([
    { what: 'a link', make: (path: string) => symlinkSync(join(home, 'secret'), path) },
    { what: 'a hard link', make: (path: string) => linkSync(join(home, 'secret'), path) },
    { what: 'a folder', make: (path: string) => mkdirSync(path) },
    { what: 'a FIFO', make: (path: string) => execFileSync('mkfifo', [path]) },
  ])('~/.fakeid is not read when it is $what', async ({ make }) => {
    writeFileSync(join(home, 'secret'), 'zorro\n');
    make(join(home, '.fakeid'));
    expect(await ask('-rf -o X', `${ports}\r\n`)).toBe(`${ports} : USERID : X : alice\r\n`);
  });

  (uid === 0 ? it : it.skip)('~/.fakeid is not read when it is another user’s (needs root)', async () => {
    writeFileSync(join(home, '.fakeid'), 'zorro\n');
    chownSync(join(home, '.fakeid'), 4711, 4711);
    expect(await ask('-rf -o X', `${ports}\r\n`)).toBe(`${ports} : USERID : X : alice\r\n`);
  });

  it.each([
    { args: '', waitMs: 10_000, because: 'the default' },
    { args: '-t 30', waitMs: 30_000, because: 'seconds' },
    { args: '-t 1.500000', waitMs: 1500, because: 'microseconds behind the point' },
    { args: '-t soon', waitMs: 10_000, because: 'no number' },
  ])(
    'case 191 (builtin): who has not asked after $waitMs ms is told so: $args, $because',
    async ({ args, waitMs }) => {
      const caller = await open(host.stream('auth', ['auth', ...args.split(' ')]));
      caller.write('6191 , 2');
      while (clock.pending === 0) await turn();
      for (let count = 0; count < 50; count++) await turn();
      clock.advance(waitMs - 1);
      expect(clock.pending).toBe(1);
      clock.advance(1);
      expect((await readAll(caller)).toString()).toBe('0 , 0 : ERROR : INVALID-PORT\r\n');
      caller.destroy();
    },
  );
});

describe('ownerOf', () => {
  // Addresses of the samples are written as a little-endian machine shows them.
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const line = (ends: string, user: number, inode: number) =>
    `   0: ${ends} 01 00000000:00000000 00:00000000 00000000  ${user}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;
  const four = '0100007F:0016 070200C0:1F90';
  const mapped = '0000000000000000FFFF00000100007F:0016 0000000000000000FFFF0000070200C0:1F90';
  const six = 'B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:1F90';
  const padding = line('00000000:0001 00000000:0002', 1, 1).repeat(2000);
  const ends = (local: readonly number[], remote: readonly number[]) => ({
    local: { address: Uint8Array.from(local), port: 22 },
    remote: { address: Uint8Array.from(remote), port: 8080 },
  });
  const ipv4 = ends(ipv4Bytes('127.0.0.1'), ipv4Bytes('192.0.2.7'));
  const ipv6 = ends(ipv6Bytes('2001:db8::1'), ipv6Bytes('2001:db8::2'));

  it.each([
    { what: 'IPv4', of: ipv4, tcp: line(four, 1000, 77), tcp6: '', owner: 1000 },
    { what: 'mapped', of: ipv4, tcp: '', tcp6: line(mapped, 1001, 77), owner: 1001 },
    { what: 'IPv6', of: ipv6, tcp: '', tcp6: line(six, 1002, 77), owner: 1002 },
    { what: 'none', of: ipv4, tcp: line(four.replace('1F90', '1F91'), 1000, 77), tcp6: '', owner: null },
    { what: 'a connection that no process has', of: ipv4, tcp: line(four, 0, 0), tcp6: '', owner: null },
    { what: 'one after such', of: ipv4, tcp: line(four, 0, 0) + line(four, 1003, 78), tcp6: '', owner: 1003 },
    {
      what: 'one among very many',
      of: ipv4,
      tcp: padding + line(four, 1004, 79) + padding,
      tcp6: '',
      owner: 1004,
    },
    {
      what: 'a line that is cut off',
      of: ipv4,
      tcp: line(four, 1005, 80).slice(0, 70),
      tcp6: '',
      owner: null,
    },
  ])('$what: $owner', async ({ of, tcp, tcp6, owner }) => {
    writeFileSync(join(home, 'tcp'), header + tcp);
    writeFileSync(join(home, 'tcp6'), header + tcp6);
    expect(await ownerOf(of, home)).toBe(owner);
  });

  it('rejects when there are no tables', async () => {
    await expect(ownerOf(ipv4, join(home, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
