import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RpcEndpoint } from '../../lib/net/rpc-call.ts';
import { type NetId, registerRpc, unregisterRpc } from '../../lib/net/rpcbind.ts';
import { startPortmapper, type TestPortmapper, whyNoPortmapper } from './portmapper.ts';

const rstatd = { name: 'rstatd', program: 100001, low: 2, high: 4 };
const why = whyNoPortmapper();

(why === '' ? describe : describe.skip)(`the real rpcbind${why && ` (skipped: ${why})`}`, () => {
  let real: TestPortmapper;
  beforeAll(async () => {
    real = await startPortmapper();
  });
  afterAll(() => real.stop());

  const reached: readonly { how: string; owner: string; endpoint: () => RpcEndpoint }[] = [
    { how: 'its Unix socket', owner: 'superuser', endpoint: () => ({ kind: 'unix', path: real.socketPath }) },
    {
      how: 'TCP',
      owner: 'unknown',
      endpoint: () => ({ kind: 'tcp', host: '127.0.0.1', port: real.tcpPort }),
    },
  ];
  describe.each(reached)('by $how', ({ owner, endpoint }) => {
    const portmapper = () => ({ endpoints: [endpoint()], timeoutMs: 5000 });
    const register = (netid: NetId, port: number) => registerRpc(rstatd, netid, port, portmapper());
    const unregister = (netid: NetId) => unregisterRpc(rstatd, netid, portmapper());

    it('case 94 (client): versions 2, 3 and 4 are registered, and unregistered', async () => {
      await register('udp', 902);
      expect(real.listed(100001)).toEqual(['2 udp 902', '3 udp 902', '4 udp 902']);
      await unregister('udp');
      expect(real.listed(100001)).toEqual([]);
    });

    it('a second registration takes the place of the first', async () => {
      await register('udp', 902);
      await register('udp', 65535);
      expect(real.listed(100001)).toEqual(['2 udp 65535', '3 udp 65535', '4 udp 65535']);
      await unregister('udp');
    });

    it('the transports are independent of each other', async () => {
      for (const netid of ['udp', 'tcp', 'udp6', 'tcp6'] as const) await register(netid, 902);
      await register('tcp', 903);
      await unregister('udp6');
      expect(real.listed(100001)).toEqual(
        [2, 3, 4].flatMap((version) => [`${version} tcp 903`, `${version} udp 902`]),
      );
      const ipv6 = real.listedFully(100001).filter((row) => row.includes('6 '));
      expect(ipv6).toEqual([2, 3, 4].map((version) => `${version} tcp6 ::.3.134 ${owner}`));
      for (const netid of ['udp', 'tcp', 'tcp6'] as const) await unregister(netid);
      expect(real.listedFully(100001)).toEqual([]);
    });
  });
});

describe('what may be wrong with a portmapper', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });
  const serve = async (answer: (socket: Socket) => void): Promise<RpcEndpoint> => {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      answer(socket);
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  };
  const attempt = (endpoints: readonly RpcEndpoint[], timeoutMs = 5000) =>
    registerRpc(rstatd, 'udp', 902, { endpoints, timeoutMs });
  /** Answers each call with its own xid and then `words`. */
  const answering = (words: readonly number[]) => (socket: Socket) =>
    socket.on('data', (call: Buffer) => {
      const reply = Buffer.alloc(8 + 4 * words.length);
      reply.writeUInt32BE(0x8000_0000 + reply.length - 4, 0);
      call.copy(reply, 4, 4, 8);
      for (const [index, word] of words.entries()) reply.writeUInt32BE(word, 8 + 4 * index);
      socket.write(reply);
    });
  const nowhere: RpcEndpoint = { kind: 'unix', path: join(tmpdir(), 'superd-no-such-rpcbind.sock') };

  it('nobody is there', async () => {
    await expect(attempt([nowhere])).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'rpcbind',
      message: `rpcbind ${(nowhere as { path: string }).path}: ENOENT`,
    });
  });

  it('nobody is there any more', async () => {
    const endpoint = await serve(() => {});
    servers.pop()?.close();
    await expect(attempt([endpoint])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('the second endpoint is asked when nobody is at the first', async () => {
    const accepts = await serve(answering([1, 0, 0, 0, 0, 1]));
    await expect(attempt([nowhere, accepts])).resolves.toBeUndefined();
  });

  it.each([
    { answer: 'nothing', code: 'ETIMEDOUT', serves: () => {}, timeoutMs: 50 },
    { answer: 'a closed connection', code: 'ECONNRESET', serves: (socket: Socket) => socket.end() },
    {
      answer: 'a record without an end',
      code: 'EBADMSG',
      serves: (socket: Socket) => socket.write(Buffer.alloc(65536)),
    },
    {
      answer: 'a record that is too long',
      code: 'EBADMSG',
      serves: (socket: Socket) => socket.write(Buffer.alloc(64, 255)),
    },
    {
      answer: 'another call’s answer',
      code: 'EBADMSG',
      serves: (socket: Socket) => socket.write(Buffer.from([128, 0, 0, 4, 1, 2, 3, 4])),
    },
    { answer: 'a call', code: 'EBADMSG', serves: answering([0, 0, 0, 0, 0, 1]) },
    { answer: 'call denied', code: 'EACCES', serves: answering([1, 1, 1, 5]) },
    { answer: 'no such version', code: 'EPROTONOSUPPORT', serves: answering([1, 0, 0, 0, 2, 3, 4]) },
    { answer: 'no such procedure', code: 'ENOSYS', serves: answering([1, 0, 0, 0, 3]) },
    { answer: 'false', code: 'EACCES', serves: answering([1, 0, 0, 0, 0, 0]) },
    { answer: 'half a reply', code: 'EBADMSG', serves: answering([1, 0, 0]) },
  ])('$answer is $code', async ({ serves, code, timeoutMs }) => {
    await expect(attempt([await serve(serves)], timeoutMs)).rejects.toMatchObject({
      code,
      syscall: 'rpcbind',
    });
  });
});
