import { lstatSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SocketSpec } from '../../lib/model/address.ts';
import { adjustSocket, bindSocket, removeSocketFile } from '../../lib/net/bind.ts';
import { constant } from '../../lib/sys/constants.ts';
import { hasCode } from '../../lib/sys/errors.ts';
import { native } from '../../lib/sys/native.ts';
import { close, isBlocking, isListening, localPort } from '../../lib/sys/socket.ts';
import { makeSocket } from '../make.ts';

const LOWEST = 100;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('bindSocket', () => {
  const open: number[] = [];
  let folder = '';

  const bound = (spec: SocketSpec, share = false) => {
    const fd = bindSocket(spec, { lowest: LOWEST, share });
    open.push(fd);
    return fd;
  };
  const failure = (spec: SocketSpec): unknown => {
    try {
      bound(spec);
      return null;
    } catch (error) {
      return error;
    }
  };
  const unix = (name: string, socket: Partial<SocketSpec> = {}) =>
    makeSocket(0, { address: { kind: 'unix', path: join(folder, name) }, ...socket });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'superd-bind-'));
  });
  afterEach(() => {
    for (const fd of open.splice(0)) close(fd);
    rmSync(folder, { recursive: true });
  });

  it('gives a listening, non-blocking descriptor above the ones that children get', () => {
    const fd = bound(makeSocket(0));
    expect(fd).toBeGreaterThanOrEqual(LOWEST);
    expect(isListening(fd)).toBe(true);
    expect(isBlocking(fd)).toBe(false);
  });

  it('sets the options that connections inherit, and takes them back', () => {
    const on = makeSocket(0, { noDelay: true, keepAlive: true });
    const fd = bound(on);
    expect(options(fd)).toEqual({ noDelay: true, keepAlive: true });
    adjustSocket(fd, makeSocket(0, { keepAlive: true }), on);
    expect(options(fd)).toEqual({ noDelay: false, keepAlive: true });
    adjustSocket(fd, on, makeSocket(0, { keepAlive: true }));
    expect(options(fd)).toEqual({ noDelay: true, keepAlive: true });
  });

  it('asks no TCP options of a Unix socket', () => {
    expect(isListening(bound(unix('a', { noDelay: true, keepAlive: true })))).toBe(true);
  });

  it('does not listen for datagrams', () => {
    expect(isListening(bound(makeSocket(0, { type: 'dgram' })))).toBe(false);
  });

  it('names the call and the code of a failure, and leaves nothing open', () => {
    const port = localPort(bound(makeSocket(0)));
    const error = failure(makeSocket(port));
    expect(error).toMatchObject({ code: 'EADDRINUSE', syscall: 'bind', what: `127.0.0.1:${port}` });
  });

  it('case 162 (sockets): a datagram port that somebody has is not shared', () => {
    const port = localPort(bound(makeSocket(0, { type: 'dgram' })));
    expect(hasCode(failure(makeSocket(port, { type: 'dgram' })), 'EADDRINUSE')).toBe(true);
  });

  it('shares a datagram port where children have sockets of their own', () => {
    const port = localPort(bound(makeSocket(0, { type: 'dgram' }), true));
    expect(() => bound(makeSocket(port, { type: 'dgram' }), true)).not.toThrow();
  });

  it('serves IPv4 and IPv6 on one port with two sockets, or with one that is dual', () => {
    const v6 = (dual: boolean, port: number) =>
      makeSocket(port, { address: { kind: 'inet', family: 6, host: '::', port, dual } });
    const all = (port: number) =>
      makeSocket(port, { address: { kind: 'inet', family: 4, host: '0.0.0.0', port, dual: false } });
    const port = localPort(bound(v6(false, 0)));
    expect(() => bound(all(port))).not.toThrow();
    const dualPort = localPort(bound(v6(true, 0)));
    expect(hasCode(failure(all(dualPort)), 'EADDRINUSE')).toBe(true);
  });

  it.each([0o666, 0o200, 0o660])('makes a Unix socket with mode %o whatever the umask is', (mode) => {
    const umask = process.umask(0o077);
    try {
      bound(unix('s', { file: { mode } }));
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(folder, 's')).mode & 0o777).toBe(mode);
  });

  asRoot('gives a Unix socket to its owner (root)', () => {
    bound(unix('s', { file: { mode: 0o660, owner: { uid: 65_534, gid: 12 } } }));
    expect(statSync(join(folder, 's'))).toMatchObject({ uid: 65_534, gid: 12 });
  });

  it.each(['stream', 'dgram', 'seqpacket'] as const)(
    'case 87 (sockets): replaces a stale %s socket',
    (type) => {
      close(bindSocket(unix('s', { type }), { lowest: LOWEST }));
      expect(() => bound(unix('s', { type }))).not.toThrow();
    },
  );

  it('leaves a socket alone that somebody serves', () => {
    bound(unix('s'));
    expect(hasCode(failure(unix('s')), 'EADDRINUSE')).toBe(true);
    expect(lstatSync(join(folder, 's')).isSocket()).toBe(true);
  });

  it('case 88 (sockets): keeps a regular file that is in the way', () => {
    writeFileSync(join(folder, 's'), 'precious');
    expect(hasCode(failure(unix('s')), 'EADDRINUSE')).toBe(true);
    removeSocketFile(unix('s'));
    expect(statSync(join(folder, 's')).size).toBe(8);
  });

  it('removes the file of a socket, once', () => {
    bound(unix('s'));
    removeSocketFile(unix('s'));
    removeSocketFile(unix('s'));
    expect(() => statSync(join(folder, 's'))).toThrow();
  });
});

function options(fd: number) {
  return {
    noDelay: isSet(fd, constant('IPPROTO_TCP'), 'TCP_NODELAY'),
    keepAlive: isSet(fd, constant('SOL_SOCKET'), 'SO_KEEPALIVE'),
  };
}

function isSet(fd: number, level: number, name: string): boolean {
  const value = new Int32Array(1);
  expect(native.getsockopt(fd, level, constant(name), new Uint8Array(value.buffer))).toBeGreaterThanOrEqual(
    0,
  );
  return value[0] !== 0;
}
