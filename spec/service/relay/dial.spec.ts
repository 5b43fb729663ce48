import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DIAL_LIMIT_MS, type Dialled, dial } from '../../../lib/service/relay/dial.ts';
import { systemClock } from '../../../lib/sys/clock.ts';
import { Poller } from '../../../lib/sys/epoll.ts';
import { bind, close, isBlocking, listen, localPort, openSocket } from '../../../lib/sys/socket.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

const LOWEST = 100;

describe('dial', () => {
  const servers: Server[] = [];
  const fds: number[] = [];
  let poller: Poller;

  beforeAll(() => {
    poller = new Poller();
  });
  afterEach(() => {
    for (const fd of fds.splice(0)) close(fd);
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => poller.close());

  async function listening(host: string, port = 0): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => {}).end()).listen(port, host);
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  function dialled(addresses: readonly string[], port: number, clock = systemClock): Promise<Dialled> {
    return new Promise((resolve) => {
      dial({ addresses, port }, { poller, clock, lowest: LOWEST }, (result) => {
        if ('fd' in result) fds.push(result.fd);
        resolve(result);
      });
    });
  }

  it.each(['127.0.0.1', '::1'])('connects to %s, on a descriptor that children do not get', async (host) => {
    const result = await dialled([host], await listening(host));
    const { fd } = result as { fd: number };
    expect(fd).toBeGreaterThanOrEqual(LOWEST);
    expect(isBlocking(fd)).toBe(false);
  });

  it('goes on to the next address where one does not answer', async () => {
    const port = await listening('127.0.0.3');
    expect(await dialled(['127.0.0.2', '127.0.0.3'], port)).toHaveProperty('fd');
  });

  it.each([
    { addresses: ['127.0.0.2', '127.0.0.3'], code: 'ECONNREFUSED', because: 'nobody listens' },
    { addresses: ['127.0.0.2', 'nonsense'], code: 'EINVAL', because: 'an address is none' },
    { addresses: [], code: 'EADDRNOTAVAIL', because: 'there is no address' },
  ])('$code: $because', async ({ addresses, code }) => {
    const port = await listening('127.0.0.9');
    expect(await dialled(addresses, port)).toEqual({ code });
  });

  it('gives each address its share of the time', async () => {
    // A full queue leaves whoever calls without an answer.
    const deaf = openSocket(4, 'stream', 0);
    fds.push(deaf);
    bind(deaf, { kind: 'inet', family: 4, host: '127.0.0.4', port: 0 });
    listen(deaf, 0);
    const port = localPort(deaf);
    await listening('127.0.0.5', port);
    await dialled(['127.0.0.4'], port);
    const clock = new ManualClock();
    const result = dialled(['127.0.0.4', '127.0.0.5'], port, clock);
    expect(clock.pending).toBe(1);
    clock.advance(DIAL_LIMIT_MS / 2);
    expect(await result).toHaveProperty('fd');
  });

  it('gives up when it is told to', async () => {
    const clock = new ManualClock();
    const port = await listening('127.0.0.1');
    let answered = false;
    const giveUp = dial({ addresses: ['127.0.0.1'], port }, { poller, clock, lowest: LOWEST }, () => {
      answered = true;
    });
    giveUp();
    expect(clock.pending).toBe(0);
    // Whatever would have been told of the first call has been told once the second one is answered.
    expect(await dialled(['127.0.0.1'], port)).toHaveProperty('fd');
    expect(answered).toBe(false);
  });
});
