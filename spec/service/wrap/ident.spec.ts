/** The answers of ident servers, in the words of xinetd's log. */

import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerIn, askIdent } from '../../../lib/service/wrap/ident.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

const request = {
  client: { address: '127.0.0.1', port: 6193 },
  server: { address: '127.0.0.1', port: 23 },
};
const problem = (word: string) => ({ kind: 'problem', problem: word });

describe('answerIn', () => {
  it.each([
    ['6193, 23 : USERID : UNIX : stjohns', { kind: 'user', text: 'UNIX : stjohns' }],
    ['6193,23:USERID:OTHER:a\u0007b\u00e9', { kind: 'user', text: 'OTHER:a?b?' }],
    [`6193,23:USERID:UNIX:${'a'.repeat(900)}`, { kind: 'user', text: `UNIX:${'a'.repeat(507)}` }],
    ['6193, 23 : ERROR : NO-USER', problem('bad response')],
    ['6193, 24 : USERID : UNIX : other', problem('bad response')],
    ['6193, 23 : USERID : ', problem('bad response')],
    ['', problem('bad response')],
  ])('%j', (line, answer) => {
    expect(answerIn(line, { client: 6193, server: 23 })).toEqual(answer);
  });
});

describe('askIdent', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  function serving(serve: (socket: Socket) => void): Promise<number> {
    return new Promise((resolve) => {
      const server = createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => {});
        serve(socket);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  }

  it('hears the whole answer', async () => {
    const port = await serving((socket) => socket.end('6193,23:USERID:UNIX:alice\r\nmore\r\n'));
    expect(await askIdent(request, 1000, new ManualClock(), port)).toEqual({
      kind: 'user',
      text: 'UNIX:alice',
    });
  });

  it('knows a reset from silence', async () => {
    const clock = new ManualClock();
    const reset = await serving((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await askIdent(request, 1000, clock, reset)).toEqual(problem('error while receiving response'));
    let heard = () => {};
    const asked = new Promise<void>((resolve) => (heard = resolve));
    const silent = await serving((socket) => socket.once('data', () => heard()));
    const answer = askIdent(request, 1000, clock, silent);
    await asked;
    clock.advance(1000);
    expect(await answer).toEqual(problem('timeout'));
  });

  it('finds no server where nobody listens', async () => {
    const port = await serving(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await askIdent(request, 1000, new ManualClock(), port)).toEqual(problem('no server'));
  });
});
