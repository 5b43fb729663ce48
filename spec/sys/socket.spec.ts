import { afterEach, describe, expect, it } from '@jest/globals';
import { hasCode } from '../../lib/sys/errors.ts';
import { limitOf } from '../../lib/sys/limits.ts';
import { native } from '../../lib/sys/native.ts';
import * as socket from '../../lib/sys/socket.ts';
import { asRoot } from './as-root.ts';

const open: number[] = [];

function opened(...args: Parameters<typeof socket.openSocket>): number {
  const fd = socket.openSocket(...args);
  open.push(fd);
  return fd;
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

afterEach(() => {
  for (const fd of open.splice(0)) socket.close(fd);
});

const loopback = { kind: 'inet', family: 4, host: '127.0.0.1', port: 0 } as const;

describe('openSocket', () => {
  it.each([
    { family: 4, type: 'stream', protocol: 6 },
    { family: 4, type: 'dgram', protocol: 17 },
    { family: 6, type: 'stream', protocol: 6 },
    { family: 6, type: 'dgram', protocol: 17 },
    { family: 'unix', type: 'stream', protocol: 0 },
    { family: 'unix', type: 'dgram', protocol: 0 },
    { family: 'unix', type: 'seqpacket', protocol: 0 },
  ] as const)('$family $type: is what was asked for, non-blocking', ({ family, type, protocol }) => {
    const fd = opened(family, type, 0);
    expect(socket.socketFamily(fd)).toBe(family);
    expect(socket.socketType(fd)).toBe(type);
    expect(socket.socketProtocol(fd)).toBe(protocol);
    expect(socket.isBlocking(fd)).toBe(false);
  });

  asRoot('makes a raw socket of a protocol', () => {
    const fd = opened(4, 'raw', 1);
    expect(socket.socketType(fd)).toBe('raw');
    expect(socket.socketProtocol(fd)).toBe(1);
    socket.bind(fd, loopback);
  });

  it('says what the kernel does not have', () => {
    expect(codeOf(() => opened(4, 'rdm', 0))).toBe('ESOCKTNOSUPPORT');
    expect(codeOf(() => opened(4, 'stream', 17))).toBe('EPROTONOSUPPORT');
  });
});

describe('a listening socket', () => {
  it('is bound to a port of the kernel, and known as listening', () => {
    const fd = opened(4, 'stream', 0);
    socket.setReuseAddress(fd);
    socket.bind(fd, loopback);
    expect(socket.isListening(fd)).toBe(false);
    socket.listen(fd, 5);
    expect(socket.isListening(fd)).toBe(true);
    expect(socket.localAddress(fd)).toMatchObject({ kind: 'inet', family: 4, address: '127.0.0.1' });
  });

  it('takes callers, whose two ends agree on their addresses', () => {
    const listener = opened(4, 'stream', 0);
    socket.bind(listener, loopback);
    socket.listen(listener, 5);
    const { port } = socket.localAddress(listener) as { port: number };
    const client = opened(4, 'stream', 0);
    socket.connect(client, { ...loopback, port });
    const [fds, bytes, lengths] = [new Int32Array(1), new Uint8Array(128), new Int32Array(1)];
    expect(native.accept4(listener, 0, fds, bytes, lengths)).toBe(1);
    const [served = -1] = fds;
    open.push(served);
    expect(socket.peerAddress(served)).toEqual(socket.localAddress(client));
    expect(socket.peerAddress(client)).toEqual(socket.localAddress(served));
    expect(socket.isBlocking(served)).toBe(true);
    socket.setKeepAlive(served, true);
    socket.setNoDelay(served, true);
    expect(socket.socketError(served)).toBe(0);
    socket.shutdown(served, 'both');
    expect(native.recv(client, new Uint8Array(1), 0)).toBe(0);
  });

  it('says whose address is taken', () => {
    const first = opened(4, 'stream', 0);
    socket.bind(first, loopback);
    const { port } = socket.localAddress(first) as { port: number };
    const bind = () => socket.bind(opened(4, 'stream', 0), { ...loopback, port });
    expect(bind).toThrow(`bind 127.0.0.1:${port}: EADDRINUSE`);
  });

  it('serves IPv4 beside IPv6 only when told so', () => {
    const dual = opened(6, 'stream', 0);
    socket.setV6Only(dual, false);
    expect(socket.isV6Only(dual)).toBe(false);
    socket.bind(dual, { kind: 'inet', family: 6, host: '::ffff:127.0.0.1', port: 0 });
    expect(socket.localAddress(dual)).toMatchObject({ family: 4, address: '127.0.0.1' });
    const only = opened(6, 'stream', 0);
    socket.setV6Only(only, true);
    const bind = () => socket.bind(only, { kind: 'inet', family: 6, host: '::ffff:127.0.0.1', port: 0 });
    expect(codeOf(bind)).toBe('EINVAL');
  });

  it.each(['stream', 'seqpacket'] as const)('of a Unix path (%s) tells who called', (type) => {
    const path = `@superd-spec-${process.pid}-${type}`;
    const listener = opened('unix', type, 0);
    socket.bind(listener, { kind: 'unix', path });
    socket.listen(listener, 5);
    expect(socket.localAddress(listener)).toEqual({ kind: 'unix', path });
    const client = opened('unix', type, 0);
    expect(socket.connect(client, { kind: 'unix', path })).toBe(true);
    expect(socket.peerCredentials(client)).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
  });
});

describe('buffer sizes', () => {
  it('are those asked for, doubled by the kernel (socket(7))', () => {
    const fd = opened(4, 'dgram', 0);
    socket.setBufferSizes(fd, { send: 20_000, receive: 30_000 });
    const value = new Int32Array(1);
    const bytes = new Uint8Array(value.buffer);
    const { SOL_SOCKET = 0, SO_SNDBUF = 0, SO_RCVBUF = 0 } = native.constants;
    native.getsockopt(fd, SOL_SOCKET, SO_SNDBUF, bytes);
    expect(value[0]).toBe(40_000);
    native.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytes);
    expect(value[0]).toBe(60_000);
  });
});

describe('descriptors', () => {
  it('move high, and the low one is free again', () => {
    const low = socket.openSocket(4, 'dgram', 0);
    socket.bind(low, loopback);
    const place = socket.localAddress(low);
    const high = socket.moveHigh(low, 500);
    open.push(high);
    expect(high).toBeGreaterThanOrEqual(500);
    expect(socket.localAddress(high)).toEqual(place);
    expect(codeOf(() => socket.localAddress(low))).toBe('EBADF');
    expect(socket.moveHigh(high, 500)).toBe(high);
  });

  it('stay open when there is no room above', () => {
    const fd = opened(4, 'dgram', 0);
    expect(codeOf(() => socket.moveHigh(fd, limitOf('RLIMIT_NOFILE').soft))).toBe('EINVAL');
    expect(socket.socketType(fd)).toBe('dgram');
  });

  it('duplicate low, sharing whether they block', () => {
    const high = socket.moveHigh(socket.openSocket(4, 'stream', 0), 500);
    open.push(high);
    const low = socket.duplicateLow(high);
    open.push(low);
    expect(low).toBeLessThan(500);
    socket.setBlocking(low, true);
    expect(socket.isBlocking(high)).toBe(true);
    socket.setBlocking(high, false);
    expect(socket.isBlocking(low)).toBe(false);
  });

  it('close without an error, even twice', () => {
    const fd = socket.openSocket(4, 'dgram', 0);
    socket.close(fd);
    expect(() => socket.close(fd)).not.toThrow();
  });

  it('say what is wrong with a call on them', () => {
    let caught: unknown;
    try {
      socket.listen(opened(4, 'dgram', 0), 1);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, 'EOPNOTSUPP')).toBe(true);
    expect(caught).toMatchObject({ syscall: 'listen' });
  });
});
