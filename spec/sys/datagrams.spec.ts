import { afterEach, describe, expect, it } from '@jest/globals';
import { constant } from '../../lib/sys/constants.ts';
import { Datagrams } from '../../lib/sys/datagrams.ts';
import * as socket from '../../lib/sys/socket.ts';
import { receive, send } from '../../lib/sys/transfer.ts';

const open: number[] = [];
const bytesOf = (words: string) => new TextEncoder().encode(words);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function server(family: 4 | 6, host: string): { fd: number; port: number } {
  const fd = socket.openSocket(family, 'dgram', 0);
  open.push(fd);
  if (family === 6) socket.setV6Only(fd, false);
  socket.setPacketInfo(fd);
  socket.bind(fd, { kind: 'inet', family, host, port: 0 });
  return { fd, port: (socket.localAddress(fd) as { port: number }).port };
}

/** A connected client takes answers only from the address that it asked. */
function client(family: 4 | 6, host: string, port: number): number {
  const fd = socket.openSocket(family, 'dgram', 0);
  open.push(fd);
  socket.connect(fd, { kind: 'inet', family, host, port });
  return fd;
}

function answerOf(fd: number): string {
  const buffer = new Uint8Array(64);
  const count = receive(fd, buffer);
  return typeof count === 'number' ? textOf(buffer.subarray(0, count)) : count;
}

afterEach(() => {
  for (const fd of open.splice(0)) socket.close(fd);
});

describe('Datagrams', () => {
  it('are received and answered in batches, each to its sender', () => {
    const { fd, port } = server(4, '127.0.0.1');
    const clients = Array.from({ length: 6 }, () => client(4, '127.0.0.1', port));
    clients.forEach((each, index) => {
      send(each, bytesOf(`ask ${index}`));
    });
    const batch = new Datagrams({ count: 4, size: 64 });
    for (const expected of [4, 2]) {
      expect(batch.receive(fd)).toBe(expected);
      expect(batch.reply(fd)).toBe(expected);
    }
    expect(batch.receive(fd)).toBe(-constant('EAGAIN'));
    expect(clients.map(answerOf)).toEqual(clients.map((_, index) => `ask ${index}`));
  });

  it('get other answers, or none', () => {
    const { fd, port } = server(4, '127.0.0.1');
    const clients = Array.from({ length: 3 }, () => client(4, '127.0.0.1', port));
    for (const each of clients) send(each, bytesOf('ask'));
    const batch = new Datagrams({ count: 8, size: 64 });
    expect(batch.receive(fd)).toBe(3);
    batch.room(0).set(bytesOf('longer answer'));
    batch.answer(0, 13);
    batch.drop(1);
    batch.answer(2, 0);
    expect(batch.reply(fd)).toBe(2);
    expect(clients.map(answerOf)).toEqual(['longer answer', 'again', '']);
  });

  it('know their senders', () => {
    const { fd, port } = server(6, '::');
    const four = client(4, '127.0.0.1', port);
    const six = client(6, '::1', port);
    send(four, bytesOf('4'));
    send(six, bytesOf('66'));
    const batch = new Datagrams({ count: 8, size: 64 });
    expect(batch.receive(fd)).toBe(2);
    expect([batch.sender(0), batch.sender(1)]).toEqual([socket.localAddress(four), socket.localAddress(six)]);
    expect(batch.senderPort(0)).toBe((socket.localAddress(four) as { port: number }).port);
    expect(batch.addressKey(0)).toBe(0x7f000001);
    expect([textOf(batch.payload(0)), textOf(batch.payload(1))]).toEqual(['4', '66']);
  });

  it.each([
    { family: 4, host: '0.0.0.0', by: 4, asked: '127.0.0.2' },
    { family: 4, host: '0.0.0.0', by: 4, asked: '127.1.2.3' },
    { family: 6, host: '::', by: 4, asked: '127.0.0.3' },
    { family: 6, host: '::', by: 6, asked: '::1' },
  ] as const)('are answered from the address asked: $asked at $host', ({ family, host, by, asked }) => {
    const { fd, port } = server(family, host);
    const asking = client(by, asked, port);
    send(asking, bytesOf('who'));
    const batch = new Datagrams({ count: 2, size: 64 });
    expect(batch.receive(fd)).toBe(1);
    expect(batch.reply(fd)).toBe(1);
    expect(answerOf(asking)).toBe('who');
  });

  it('whose sender is gone do not keep the others from their answers', () => {
    const unix = (name: string) => {
      const fd = socket.openSocket('unix', 'dgram', 0);
      open.push(fd);
      socket.bind(fd, { kind: 'unix', path: `@superd-datagrams-${process.pid}-${name}` });
      return fd;
    };
    const [fd, gone, here] = [unix('server'), unix('gone'), unix('here')];
    for (const each of [gone, here]) {
      socket.connect(each, { kind: 'unix', path: `@superd-datagrams-${process.pid}-server` });
      send(each, bytesOf('ask'));
    }
    const batch = new Datagrams({ count: 8, size: 64 });
    expect(batch.receive(fd)).toBe(2);
    socket.close(gone);
    expect(batch.reply(fd)).toBe(1);
    expect(answerOf(here)).toBe('ask');
  });

  it('refuse a size that makes no sense', () => {
    expect(() => new Datagrams({ count: 0, size: 64 })).toThrow('EINVAL');
    expect(() => new Datagrams({ count: 1e6, size: 65_536 })).toThrow('EINVAL');
  });
});
