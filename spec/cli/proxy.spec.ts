import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { proxyHeader } from '../../lib/cli/proxy/header.ts';
import { remoteOf } from '../../lib/cli/proxy/remote.ts';
import { proxyOptions } from '../../lib/cli/proxy/words.ts';
import { freePort, Run } from './activation.ts';
import { folder, root, superd, talk } from './superd.ts';

jest.setTimeout(30_000);
const cwd = folder();
const program = [process.execPath, join(root, 'bin/superd.js')];

const servers = new Set<Server>();
afterAll(() => {
  for (const server of servers) server.close();
});

/** A backend in this process. */
function backend(place: number | string, serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  servers.add(server);
  const where = typeof place === 'number' ? { host: '127.0.0.1', port: place } : { path: place };
  return new Promise((resolve) => server.listen(where, () => resolve(server)));
}

/** `superd proxy` with sockets from `superd activate`, once it runs. */
async function proxy(places: readonly (number | string)[], words: readonly string[], env = {}): Promise<Run> {
  const listen = places.flatMap((place) => ['-l', `${place}`]);
  const passed = Object.keys(env).flatMap((name) => ['-E', name]);
  const run = new Run(
    program,
    ['activate', '--now', ...passed, ...listen, ...program, 'proxy', ...words],
    env,
  );
  await run.until('Execing');
  return run;
}

const echo = (socket: Socket) => socket.pipe(socket);

describe('superd proxy', () => {
  it('passes connections of every listener on, both ways, and half-closes', async () => {
    const [port, target, path] = [await freePort(), await freePort(), join(cwd, 'in.sock')];
    await backend(target, (socket) => {
      const hash = createHash('sha256');
      socket.on('data', (data) => hash.update(data)).on('end', () => socket.end(hash.digest('hex')));
    });
    const run = await proxy([port, path], [`localhost:${target}`]);
    const bytes = randomBytes(5_000_000);
    const digest = createHash('sha256').update(bytes).digest('hex');
    for (const to of [{ host: '127.0.0.1', port }, { host: '::1', port }, { path }]) {
      expect(await send(to, bytes)).toBe(digest);
    }
    run.kill();
    expect(await run.ended).toBe(0);
  });

  it.each([
    ['path', (name: string) => join(cwd, name)],
    ['abstract', (name: string) => `@superd-${name}`],
  ] as const)('reaches Unix sockets: %s', async (name, place) => {
    const [port, path] = [await freePort(), place(`backend-${process.pid}-${name}`)];
    const server = new Run(program, ['activate', '-a', '--inetd', '-l', path, 'cat']);
    await server.until('as 3.');
    const run = await proxy([port], [path]);
    expect(await talk({ host: '127.0.0.1', port }, 'hello')).toBe('hello');
    run.kill();
    server.kill();
    await Promise.all([run.ended, server.ended]);
  });

  it('holds back whoever sends faster than the other side reads', async () => {
    const [port, target] = [await freePort(), await freePort()];
    let slow: Socket | undefined;
    await backend(target, (socket) => {
      slow = socket.pause();
    });
    const run = await proxy([port], [`127.0.0.1:${target}`]);
    const total = 64 << 20;
    const caller = connect({ host: '127.0.0.1', port });
    let sent = 0;
    let stuck = false;
    const chunk = Buffer.alloc(1 << 16);
    // Until nobody takes any more.
    await new Promise<void>((resolve) => {
      let idle: NodeJS.Timeout;
      const more = () => {
        clearTimeout(idle);
        if (stuck) return;
        idle = setTimeout(() => {
          stuck = true;
          resolve();
        }, 500);
        if (sent < total) {
          sent += chunk.length;
          caller.write(chunk, more);
        }
      };
      more();
    });
    expect(sent).toBeLessThan(total);
    const got = new Promise<number>((resolve) => {
      let count = 0;
      slow?.on('data', (data) => {
        count += data.length;
      });
      slow?.on('end', () => resolve(count));
    });
    slow?.resume();
    caller.end();
    expect(await got).toBe(sent);
    slow?.end();
    run.kill();
    await run.ended;
  });

  it('refuses exactly the callers above --connections-max', async () => {
    const [port, target] = [await freePort(), await freePort()];
    await backend(target, echo);
    const run = await proxy([port], ['-c', '2', `127.0.0.1:${target}`]);
    const held = [await greet(port), await greet(port)];
    expect(await talk({ host: '127.0.0.1', port }).catch(() => '')).toBe('');
    await run.until('Hit connection limit, refusing connection.');
    held[0]?.end();
    await new Promise((resolve) => held[0]?.on('close', resolve));
    expect(await untilServed(port)).toBe('again');
    held[1]?.destroy();
    run.kill();
    await run.ended;
  });

  it('exits when it was idle for so long, and not while somebody is connected', async () => {
    const [port, target] = [await freePort(), await freePort()];
    await backend(target, echo);
    const run = await proxy([port], ['--exit-idle-time=300ms', `127.0.0.1:${target}`]);
    const held = await greet(port);
    let over = false;
    void run.ended.then(() => {
      over = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(over).toBe(false);
    held.end();
    expect(await run.ended).toBe(0);
  });

  it('exits when nobody ever calls', async () => {
    const run = await proxy([await freePort()], ['--exit-idle-time=10ms', '127.0.0.1:1']);
    expect(await run.ended).toBe(0);
  });

  it('waits for a backend that is still starting', async () => {
    const [port, target] = [await freePort(), await freePort()];
    const run = await proxy([port], ['--connect-timeout=10s', `127.0.0.1:${target}`]);
    const answer = talk({ host: '127.0.0.1', port }, 'early');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await backend(target, echo);
    expect(await answer).toBe('early');
    run.kill();
    await run.ended;
  });

  it('says why a backend cannot be reached, and closes the connection', async () => {
    const [port, target] = [await freePort(), await freePort()];
    const run = await proxy([port], ['--connect-timeout=0', `127.0.0.1:${target}`]);
    expect(await talk({ host: '127.0.0.1', port }).catch(() => '')).toBe('');
    await run.until('Failed to connect to remote host: Connection refused');
    run.kill();
    await run.ended;
  });

  it('tells a backend who called', async () => {
    const [port, target] = [await freePort(), await freePort()];
    await backend(target, echo);
    const run = await proxy([port], ['--proxy-protocol=v1', `127.0.0.1:${target}`]);
    expect(await talk({ host: '127.0.0.1', port }, 'x')).toMatch(
      new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${port}\r\nx$`),
    );
    run.kill();
    await run.ended;
  });

  it.each([
    { words: [], misuse: 'Not enough parameters.' },
    { words: ['a', 'b'], misuse: 'Too many parameters.' },
    { words: ['-c', '0', 'a'], misuse: 'Connection limit is too low.' },
    { words: ['-c', 'x', 'a'], misuse: 'Failed to parse --connections-max= argument: x' },
    { words: ['--exit-idle-time=soon', 'a'], misuse: 'Failed to parse --exit-idle-time= argument: soon' },
    { words: ['--proxy-protocol=v2', 'a'], misuse: 'Failed to parse --proxy-protocol= argument: v2' },
    { words: ['host:nosuch'], misuse: "'nosuch' is no port." },
    { words: ['[host]:80'], misuse: "'[host]:80' is neither HOST[:PORT] nor the path of a socket." },
    { words: ['--nosuch'], misuse: "unrecognized option '--nosuch'" },
  ])('refuses $words', ({ words, misuse }) => {
    expect(proxyOptions(words, () => null)).toEqual({ misuse });
  });

  it('has the limits of systemd-socket-proxyd(8)', () => {
    expect(proxyOptions(['two.example'], () => null)).toEqual({
      remote: { host: 'two.example', port: 80 },
      most: 256,
      idleMs: Number.POSITIVE_INFINITY,
      header: false,
      patienceMs: 5000,
    });
  });

  it('needs sockets', () => {
    const { status, stderr } = superd(['proxy', 'localhost:1']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "Didn't get any sockets passed in.\n" });
  });
});

describe('Where connections go', () => {
  const port = (name: string) => (name === 'http' ? 80 : null);

  it.each([
    { text: 'two.example', remote: { host: 'two.example', port: 80 } },
    { text: 'two.example:8080', remote: { host: 'two.example', port: 8080 } },
    { text: '127.0.0.1:http', remote: { host: '127.0.0.1', port: 80 } },
    { text: '::1', remote: { host: '::1', port: 80 } },
    { text: '[::1]', remote: { host: '::1', port: 80 } },
    { text: '[::1]:81', remote: { host: '::1', port: 81 } },
    { text: '/run/x.sock', remote: { path: '/run/x.sock' } },
    { text: '@x', remote: { path: '@x' } },
  ])('$text', ({ text, remote }) => {
    expect(remoteOf(text, port)).toEqual(remote);
  });

  it.each(['', ':80', 'a:0', 'a:65536', 'a:', '/', '@'])('%j is nowhere', (text) => {
    expect(remoteOf(text, port)).toHaveProperty('misuse');
  });
});

describe('The first line of the PROXY protocol', () => {
  const inet = (family: 4 | 6, address: string, port: number) =>
    ({ kind: 'inet', family, address, port }) as const;

  it.each([
    {
      caller: inet(4, '192.0.2.7', 4711),
      called: inet(4, '192.0.2.1', 80),
      line: 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 80',
    },
    {
      caller: inet(6, 'fe80::7%eth0', 1),
      called: inet(6, 'fe80::1%eth0', 2),
      line: 'PROXY TCP6 fe80::7 fe80::1 1 2',
    },
    {
      caller: { kind: 'unix', path: '' } as const,
      called: { kind: 'unix', path: '/x' } as const,
      line: 'PROXY UNKNOWN',
    },
  ])('$line', ({ caller, called, line }) => {
    expect(proxyHeader(caller, called)).toBe(`${line}\r\n`);
  });
});

/** Sends all of it, ends, and gives the answer. */
function send(to: { readonly port: number } | { readonly path: string }, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => socket.end(bytes));
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', reject).on('close', () => resolve(heard));
  });
}

/** A connection that was served. */
function greet(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('x'));
    socket.once('data', () => resolve(socket)).on('error', reject);
  });
}

/** The end of a connection reaches the proxy a little after its caller. */
async function untilServed(port: number): Promise<string> {
  for (;;) {
    const heard = await talk({ host: '127.0.0.1', port }, 'again').catch(() => '');
    if (heard !== '') return heard;
  }
}
