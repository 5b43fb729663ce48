import { fstatSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { hasCode } from '../../lib/sys/errors.ts';
import { native } from '../../lib/sys/native.ts';
import * as socket from '../../lib/sys/socket.ts';
import * as transfer from '../../lib/sys/transfer.ts';
import { connectedPair } from './pair.ts';

const open: number[] = [];
const text = (bytes: Uint8Array, length: number) => new TextDecoder().decode(bytes.subarray(0, length));
const bytesOf = (words: string) => new TextEncoder().encode(words);

function pair(type: 'stream' | 'seqpacket' = 'stream'): [number, number] {
  const both = connectedPair('unix', type);
  open.push(...both);
  return both;
}

function datagramSocket(): { fd: number; port: number } {
  const fd = socket.openSocket(4, 'dgram', 0);
  open.push(fd);
  socket.bind(fd, { kind: 'inet', family: 4, host: '127.0.0.1', port: 0 });
  return { fd, port: (socket.localAddress(fd) as { port: number }).port };
}

afterEach(() => {
  for (const fd of open.splice(0)) socket.close(fd);
});

describe('receive and send', () => {
  const buffer = new Uint8Array(16);

  it('never wait, also on a blocking socket', () => {
    const [left, right] = pair();
    socket.setBlocking(left, true);
    socket.setBlocking(right, true);
    expect(transfer.receive(left, buffer)).toBe('again');
    expect(transfer.send(right, bytesOf('hello'))).toBe(5);
    expect(transfer.receive(left, buffer)).toBe(5);
    expect(text(buffer, 5)).toBe('hello');
    const much = new Uint8Array(1 << 20);
    let sent: transfer.Transfer = 0;
    while (typeof sent === 'number') sent = transfer.send(right, much);
    expect(sent).toBe('again');
  });

  it('tell the end of a stream from a connection that is gone', () => {
    const [left, right] = pair();
    socket.shutdown(right, 'write');
    expect(transfer.receive(left, buffer)).toBe(0);
    socket.close(right);
    expect(transfer.send(left, bytesOf('x'))).toBe('gone');
  });

  it('take a reset as the end of the connection, not as an error', () => {
    const [left, right] = connectedPair(4, 'stream');
    open.push(left);
    transfer.send(left, bytesOf('unread'));
    socket.close(right);
    expect(transfer.receive(left, buffer)).toBe('gone');
  });

  it('throw for a mistake of the caller', () => {
    expect(() => transfer.receive(-1, buffer)).toThrow('recv fd -1: EBADF');
  });
});

describe('messages', () => {
  const buffer = new Uint8Array(16);

  it.each(['stream', 'seqpacket'] as const)('carry descriptors over a Unix %s socket', (type) => {
    const [left, right] = pair(type);
    const file = openSync(tmpdir(), 'r');
    open.push(file);
    expect(transfer.sendMessage(left, bytesOf('two'), { fds: [file, left] })).toBe(3);
    const message = transfer.receiveMessage(right, buffer, 4);
    if (typeof message === 'string') throw new Error(message);
    open.push(...message.fds);
    expect(message).toMatchObject({ bytes: 3, truncated: false, credentials: null });
    expect(message.fds).toHaveLength(2);
    expect(fstatSync(message.fds[0] ?? -1).ino).toBe(fstatSync(file).ino);
  });

  it('close the descriptors that nobody has room for', () => {
    const [left, right] = pair();
    const { fd } = datagramSocket();
    const next = lowestFree();
    transfer.sendMessage(left, bytesOf('x'), { fds: [fd, fd, fd] });
    const message = transfer.receiveMessage(right, buffer, 1);
    if (typeof message === 'string') throw new Error(message);
    expect(message.fds).toEqual([next]);
    socket.close(next);
    expect(lowestFree()).toBe(next);
  });

  it('carry the identity of the sender, checked by the kernel', () => {
    const [left, right] = pair();
    socket.setPassCredentials(right, true);
    const me = { pid: process.pid, uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
    expect(transfer.sendMessage(left, bytesOf('x'), { credentials: me })).toBe(1);
    expect(transfer.receiveMessage(right, buffer)).toMatchObject({ bytes: 1, credentials: me });
  });

  it('say that bytes were cut off', () => {
    const [left, right] = pair('seqpacket');
    transfer.sendMessage(left, new Uint8Array(17));
    expect(transfer.receiveMessage(right, buffer)).toMatchObject({ bytes: 16, truncated: true });
    expect(transfer.receiveMessage(right, buffer)).toBe('again');
  });
});

describe('datagrams that the daemon does not read', () => {
  it('are discarded one by one', () => {
    const { fd, port } = datagramSocket();
    const from = datagramSocket();
    for (const word of ['one', 'two']) sendTo(from.fd, port, word);
    expect(transfer.discardDatagram(fd)).toBe(true);
    const buffer = new Uint8Array(8);
    expect(text(buffer, transfer.receive(fd, buffer) as number)).toBe('two');
    expect(transfer.discardDatagram(fd)).toBe(false);
  });

  it('tell their sender and stay', () => {
    const { fd, port } = datagramSocket();
    const from = datagramSocket();
    expect(transfer.peekSender(fd)).toBeNull();
    sendTo(from.fd, port, 'hello');
    const sender = { kind: 'inet', family: 4, address: '127.0.0.1', port: from.port };
    expect(transfer.peekSender(fd)).toEqual(sender);
    expect(transfer.peekSender(fd)).toEqual(sender);
    expect(transfer.receive(fd, new Uint8Array(8))).toBe(5);
  });
});

describe('unixSend', () => {
  it.each(['path', 'abstract'])('reaches a datagram socket by %s', (kind) => {
    const path = kind === 'path' ? `${tmpdir()}/superd-log-${process.pid}` : `@superd-log-${process.pid}`;
    const fd = socket.openSocket('unix', 'dgram', 0);
    open.push(fd);
    socket.bind(fd, { kind: 'unix', path });
    try {
      expect(transfer.unixSend(path, bytesOf('<30>hello'))).toBe(0);
      const buffer = new Uint8Array(16);
      expect(text(buffer, transfer.receive(fd, buffer) as number)).toBe('<30>hello');
      let result = 0;
      while (result === 0) result = transfer.unixSend(path, bytesOf('more'));
      expect(result).toBe(-(native.constants.EAGAIN ?? 0));
    } finally {
      if (kind === 'path') rmSync(path);
    }
  });

  it.each([
    { path: '/nonexistent/log', code: 'ENOENT' },
    { path: '@superd-nobody-listens', code: 'ECONNREFUSED' },
    { path: 'x'.repeat(200), code: 'EINVAL' },
  ])('$path: $code as a value', ({ path, code }) => {
    expect(transfer.unixSend(path, bytesOf('x'))).toBe(-(native.constants[code] ?? 0));
  });
});

describe('unixSender', () => {
  it('keeps one socket, above the ones of children, and finds a receiver that was started anew', () => {
    const send = transfer.unixSender(200);
    const before = lowestFree();
    for (const word of ['first', 'second']) {
      const fd = socket.openSocket('unix', 'dgram', 0);
      socket.bind(fd, { kind: 'unix', path: `@superd-sender-${process.pid}` });
      expect(send(`@superd-sender-${process.pid}`, bytesOf(word))).toBe(0);
      const buffer = new Uint8Array(16);
      expect(text(buffer, transfer.receive(fd, buffer) as number)).toBe(word);
      socket.close(fd);
    }
    expect(send(`@superd-sender-${process.pid}`, bytesOf('x'))).toBe(-(native.constants.ECONNREFUSED ?? 0));
    expect(send('x'.repeat(200), bytesOf('x'))).toBe(-(native.constants.EINVAL ?? 0));
    expect(lowestFree()).toBe(before);
  });
});

function sendTo(fd: number, port: number, words: string): void {
  socket.connect(fd, { kind: 'inet', family: 4, host: '127.0.0.1', port });
  expect(transfer.send(fd, bytesOf(words))).toBe(words.length);
}

/** The descriptor that the next call would get. */
function lowestFree(): number {
  const fd = socket.openSocket(4, 'dgram', 0);
  socket.close(fd);
  return fd;
}

describe('hasCode', () => {
  it('knows a SystemError by its code', () => {
    let caught: unknown;
    try {
      transfer.send(-1, bytesOf('x'));
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, 'EBADF')).toBe(true);
  });
});
