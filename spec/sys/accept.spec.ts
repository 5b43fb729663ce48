import { afterEach, describe, expect, it } from '@jest/globals';
import { AcceptBatch } from '../../lib/sys/accept.ts';
import { constant } from '../../lib/sys/constants.ts';
import { limitOf, setLimit } from '../../lib/sys/limits.ts';
import * as socket from '../../lib/sys/socket.ts';

const open: number[] = [];

function listener(family: 4 | 6, host: string): { fd: number; port: number } {
  const fd = socket.openSocket(family, 'stream', 0);
  open.push(fd);
  if (family === 6) socket.setV6Only(fd, false);
  socket.bind(fd, { kind: 'inet', family, host, port: 0 });
  socket.listen(fd, 64);
  return { fd, port: (socket.localAddress(fd) as { port: number }).port };
}

function call(port: number, family: 4 | 6 = 4): number {
  const fd = socket.openSocket(family, 'stream', 0);
  open.push(fd);
  socket.connect(fd, { kind: 'inet', family, host: family === 4 ? '127.0.0.1' : '::1', port });
  return fd;
}

function take(batch: AcceptBatch, count: number): void {
  open.push(...batch.fds.subarray(0, count));
}

afterEach(() => {
  for (const fd of open.splice(0)) socket.close(fd);
});

describe('AcceptBatch of 4', () => {
  it('takes what waits, at most 4 at once, with their addresses', () => {
    const { fd, port } = listener(4, '127.0.0.1');
    const callers = Array.from({ length: 6 }, () => call(port));
    const batch = new AcceptBatch(4);
    const peers = [];
    for (const expected of [4, 2]) {
      const count = batch.accept(fd, { blocking: true });
      take(batch, count);
      expect(count).toBe(expected);
      for (let index = 0; index < count; index += 1) peers.push(batch.peer(index));
    }
    expect(peers).toEqual(callers.map((caller) => socket.localAddress(caller)));
    expect(batch.accept(fd, { blocking: true })).toBe(-constant('EAGAIN'));
  });

  it('takes fewer when told so', () => {
    const { fd, port } = listener(4, '127.0.0.1');
    for (let index = 0; index < 3; index += 1) call(port);
    const batch = new AcceptBatch(4);
    for (const [max, expected] of [
      [0, 0],
      [2, 2],
      [9, 1],
    ] as const) {
      const count = batch.accept(fd, { blocking: true, max });
      take(batch, count);
      expect(count).toBe(expected);
    }
  });

  it.each([true, false])('makes connections that block: %s', (blocking) => {
    const { fd, port } = listener(4, '127.0.0.1');
    call(port);
    const batch = new AcceptBatch(4);
    take(batch, batch.accept(fd, { blocking }));
    expect(socket.isBlocking(batch.fds[0] ?? -1)).toBe(blocking);
    expect(socket.isBlocking(fd)).toBe(false);
  });

  it('knows IPv4 callers of a dual-stack listener as IPv4, with one key', () => {
    const { fd, port } = listener(6, '::');
    const plain = listener(4, '127.0.0.1');
    const batch = new AcceptBatch(4);
    call(port);
    call(port, 6);
    take(batch, batch.accept(fd, { blocking: true }));
    expect(batch.peer(0)).toMatchObject({ family: 4, address: '127.0.0.1' });
    expect(batch.peer(1)).toMatchObject({ family: 6, address: '::1' });
    const [mapped, ipv6] = [batch.addressKey(0), batch.addressKey(1)];
    expect(ipv6).not.toBe(mapped);
    const caller = call(plain.port);
    take(batch, batch.accept(plain.fd, { blocking: true }));
    expect(batch.addressKey(0)).toBe(mapped);
    expect(batch.peerPort(0)).toBe((socket.localAddress(caller) as { port: number }).port);
  });

  it('says EMFILE when there is no descriptor left, and loses no caller', () => {
    const { fd, port } = listener(4, '127.0.0.1');
    call(port);
    call(port);
    const batch = new AcceptBatch(4);
    const limit = limitOf('RLIMIT_NOFILE');
    const free = socket.duplicateLow(fd);
    socket.close(free);
    try {
      setLimit('RLIMIT_NOFILE', { soft: free, hard: limit.hard });
      expect(batch.accept(fd, { blocking: true })).toBe(-constant('EMFILE'));
      setLimit('RLIMIT_NOFILE', { soft: free + 1, hard: limit.hard });
      const count = batch.accept(fd, { blocking: true });
      take(batch, count);
      expect(count).toBe(1);
    } finally {
      setLimit('RLIMIT_NOFILE', limit);
    }
    const rest = batch.accept(fd, { blocking: true });
    take(batch, rest);
    expect(rest).toBe(1);
  });
});
