import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { AcceptBatch } from '../../lib/sys/accept.ts';
import { acceptQueue, openConnections } from '../../lib/sys/sock-diag.ts';
import type { SocketAddress } from '../../lib/sys/sockaddr.ts';
import {
  bind,
  close,
  connect,
  type Family,
  type Fd,
  listen,
  localPort,
  openSocket,
  receiveMemory,
  setV6Only,
  shutdown,
  socketCookie,
} from '../../lib/sys/socket.ts';
import { readableBytes } from '../../lib/sys/special-files.ts';
import { send } from '../../lib/sys/transfer.ts';
import { connectedPair } from './pair.ts';

const open: Fd[] = [];
const folder = mkdtempSync(join(tmpdir(), 'superd-diag-'));
afterEach(() => {
  for (const fd of open.splice(0)) close(fd);
});

function listener(family: Family, address: SocketAddress, type: 'stream' | 'seqpacket' = 'stream'): Fd {
  const fd = openSocket(family, type, 0);
  open.push(fd);
  if (family === 6) setV6Only(fd, false);
  bind(fd, address);
  listen(fd, 7);
  return fd;
}

function call(family: Family, address: SocketAddress, type: 'stream' | 'seqpacket' = 'stream'): Fd {
  const fd = openSocket(family, type, 0);
  open.push(fd);
  connect(fd, address);
  return fd;
}

function acceptConnections(fd: Fd, count: number): readonly Fd[] {
  const batch = new AcceptBatch(count);
  const accepted = batch.accept(fd, { blocking: false });
  return [...batch.fds.subarray(0, accepted)];
}

const inet = (family: 4 | 6, host: string, port: number): SocketAddress => ({
  kind: 'inet',
  family,
  host,
  port,
});

describe.each<{ what: string; family: Family; address: () => SocketAddress }>([
  { what: 'TCP', family: 4, address: () => inet(4, '127.0.0.1', 0) },
  { what: 'TCP on every address of IPv4', family: 4, address: () => inet(4, '0.0.0.0', 0) },
  { what: 'TCP on every address', family: 6, address: () => inet(6, '::', 0) },
  { what: 'a Unix stream', family: 'unix', address: () => ({ kind: 'unix', path: join(folder, 's') }) },
  {
    what: 'an abstract name',
    family: 'unix',
    address: () => ({ kind: 'unix', path: `@superd-diag-${process.pid}` }),
  },
])('a listener of $what', ({ family, address }) => {
  const start = () => {
    rmSync(join(folder, 's'), { force: true });
    const fd = listener(family, address());
    const port = localPort(fd);
    return { fd, to: family === 'unix' ? address() : inet(4, '127.0.0.1', port) };
  };
  const caller = family === 'unix' ? family : 4;

  it('counts those who wait, and then those who are served, until they are let go', () => {
    const { fd, to } = start();
    expect([acceptQueue(fd), openConnections(fd)]).toEqual([{ waiting: 0, limit: 7 }, 0]);
    for (let index = 0; index < 3; index += 1) call(caller, to);
    expect([acceptQueue(fd), openConnections(fd)]).toEqual([{ waiting: 3, limit: 7 }, 0]);
    const accepted = acceptConnections(fd, 2);
    open.push(...accepted);
    expect([acceptQueue(fd), openConnections(fd)]).toEqual([{ waiting: 1, limit: 7 }, 2]);
    close(open.pop() ?? -1);
    expect(openConnections(fd)).toBe(1);
    // Half closed by the caller, it is still being answered.
    for (const end of open.slice(1, 4)) shutdown(end, 'write');
    expect(openConnections(fd)).toBe(1);
  });

  it('does not count the callers of others', () => {
    const { fd } = start();
    open.push(...connectedPair(4, 'stream'), ...connectedPair('unix', 'stream'));
    expect(openConnections(fd)).toBe(0);
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a listener', () => {
  it('of one address does not count those of another one on its port', () => {
    const one = listener(4, inet(4, '127.0.0.1', 0));
    const port = localPort(one);
    const other = listener(4, inet(4, '127.0.0.2', port));
    call(4, inet(4, '127.0.0.2', port));
    open.push(...acceptConnections(other, 1));
    expect([openConnections(one), openConnections(other)]).toEqual([0, 1]);
  });

  it('of sequential packets counts, too', () => {
    const address = { kind: 'unix', path: `@superd-seq-${process.pid}` } as const;
    const fd = listener('unix', address, 'seqpacket');
    call('unix', address, 'seqpacket');
    open.push(...acceptConnections(fd, 1));
    expect([openConnections(fd), acceptQueue(fd)]).toEqual([1, { waiting: 0, limit: 7 }]);
  });

  it('counts more callers than one answer of the kernel holds', () => {
    const fd = listener(4, inet(4, '127.0.0.1', 0));
    listen(fd, 600);
    const to = inet(4, '127.0.0.1', localPort(fd));
    for (let index = 0; index < 600; index += 1) call(4, to);
    const accepted = acceptConnections(fd, 600);
    open.push(...accepted);
    expect(accepted).toHaveLength(600);
    expect(openConnections(fd)).toBe(600);
  });

  it('of datagrams has no callers', () => {
    const fd = openSocket(4, 'dgram', 0);
    open.push(fd);
    bind(fd, inet(4, '127.0.0.1', 0));
    expect([openConnections(fd), acceptQueue(fd)]).toEqual([null, null]);
  });
});

describe('what waits to be read', () => {
  it('is counted without being read', () => {
    const [left, right] = connectedPair('unix', 'stream');
    open.push(left, right);
    expect([readableBytes(right), receiveMemory(right)]).toEqual([0, 0]);
    send(left, new Uint8Array(5));
    expect(readableBytes(right)).toBe(5);
  });

  it('is counted on a datagram socket, the empty one too', () => {
    const fd = openSocket(4, 'dgram', 0);
    open.push(fd);
    bind(fd, inet(4, '127.0.0.1', 0));
    const caller = call(4, inet(4, '127.0.0.1', localPort(fd)));
    expect(receiveMemory(fd)).toBe(0);
    close(caller);
    const datagrams = openSocket(4, 'dgram', 0);
    open.push(datagrams);
    connect(datagrams, inet(4, '127.0.0.1', localPort(fd)));
    send(datagrams, new Uint8Array(0));
    expect(receiveMemory(fd)).toBeGreaterThan(0);
  });
});

describe('the cookie of a socket', () => {
  it('is its own', () => {
    const [left, right] = connectedPair('unix', 'stream');
    open.push(left, right);
    expect(socketCookie(left)).toBeGreaterThan(0n);
    expect(socketCookie(left)).toBe(socketCookie(left));
    expect(socketCookie(left)).not.toBe(socketCookie(right));
  });
});
