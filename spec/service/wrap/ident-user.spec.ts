/** RFC 931 questions to an ident server of our own, on loopback. */

import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { identUser, userIn } from '../../../lib/service/wrap/ident-user.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

const ports = { client: 6193, server: 23 };
const request = {
  client: { address: '127.0.0.1', port: 6193 },
  server: { address: '127.0.0.1', port: 23 },
};

describe('The answer of an ident server', () => {
  it.each([
    { answer: '6193, 23 : USERID : UNIX : stjohns\r\n', user: 'stjohns' },
    { answer: '6193,23:USERID:UNIX,US-ASCII:stjohns', user: 'stjohns' },
    { answer: '6193, 23 : USERID : OTHER : two words\r\n', user: 'two' },
    { answer: '6193, 23 : ERROR : NO-USER\r\n', user: 'unknown' },
    { answer: '6193, 24 : USERID : UNIX : other\r\n', user: 'unknown' },
    { answer: '23, 6193 : USERID : UNIX : other\r\n', user: 'unknown' },
    { answer: '', user: 'unknown' },
    { answer: 'x\r\n6193, 23 : USERID : UNIX : late\r\n', user: 'unknown' },
    { answer: `6193, 23 : USERID : UNIX : ${'a'.repeat(5000)}`, user: 'a'.repeat(255) },
  ])('$answer names $user', ({ answer, user }) => {
    expect(userIn(answer, ports)).toBe(user);
  });
});

describe('identUser', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that does with each connection as it is told; gives its port. */
  function serving(serve: (socket: Socket) => void): Promise<number> {
    return new Promise((resolve) => {
      const server = createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => {});
        serve(socket);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  it('asks with both ports, the remote one first', async () => {
    const port = await serving((socket) => {
      socket.on('data', (text: Buffer) => {
        const known = text.toString() === '6193,23\r\n';
        socket.end(known ? '6193, 23 : USERID : UNIX : stjohns\r\n' : 'what?\r\n');
      });
    });
    expect(await identUser(request, 1000, new ManualClock(), port)).toBe('stjohns');
  });

  it('takes no more than one answer is long', async () => {
    const port = await serving((socket) => socket.write('6'.repeat(100_000)));
    expect(await identUser(request, 1000, new ManualClock(), port)).toBe('unknown');
  });

  it('gives up in time on a server that says nothing', async () => {
    const clock = new ManualClock();
    let heard = () => {};
    const asked = new Promise<void>((resolve) => (heard = resolve));
    const port = await serving((socket) => socket.once('data', () => heard()));
    const user = identUser(request, 1000, clock, port);
    await asked;
    clock.advance(1000);
    expect(await user).toBe('unknown');
  });

  it('knows nobody where nobody answers, or where there is no address', async () => {
    const port = await serving(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const clock = new ManualClock();
    expect(await identUser(request, 1000, clock, port)).toBe('unknown');
    expect(await identUser({ ...request, server: { address: null, port: null } }, 1000, clock)).toBe(
      'unknown',
    );
    expect(clock.pending).toBe(0);
  });
});
