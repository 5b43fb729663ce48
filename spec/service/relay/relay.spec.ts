import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Passed, Relay } from '../../../lib/service/relay/relay.ts';
import { Poller } from '../../../lib/sys/epoll.ts';
import { setBufferSizes } from '../../../lib/sys/socket.ts';
import { readBytes } from '../../builtins/clients.ts';
import { connectedPair } from '../../sys/pair.ts';

describe('Relay', () => {
  const open: Socket[] = [];
  const relays: Relay[] = [];
  let poller: Poller;

  beforeAll(() => {
    poller = new Poller();
  });
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.close();
    for (const socket of open.splice(0)) socket.destroy();
  });
  afterAll(() => poller.close());

  /** The caller's and the target's own ends, and what the relay says at its end. */
  function relayed(family: 4 | 'unix' = 4, bufferBytes?: number) {
    const [callerEnd, caller] = connectedPair(family, 'stream');
    const [targetEnd, target] = connectedPair(family, 'stream');
    if (bufferBytes !== undefined) {
      for (const fd of [callerEnd, caller, targetEnd, target]) {
        setBufferSizes(fd, { send: bufferBytes, receive: bufferBytes });
      }
    }
    const ended = new Promise<Passed>((resolve) => {
      relays.push(new Relay({ caller, target }, poller, resolve));
    });
    const sockets = [callerEnd, targetEnd].map((fd) => new Socket({ fd, allowHalfOpen: true }));
    for (const socket of sockets) socket.on('error', () => {});
    open.push(...sockets);
    const [ours, theirs] = sockets as [Socket, Socket];
    return { caller: ours, target: theirs, ended };
  }

  it.each([4, 'unix'] as const)('passes on what either side says, over %s', async (family) => {
    const { caller, target } = relayed(family);
    caller.write('question');
    expect(String(await readBytes(target, 8))).toBe('question');
    target.write('answer');
    expect(String(await readBytes(caller, 6))).toBe('answer');
  });

  it('tells the other side that one has said everything, and lets it answer', async () => {
    const { caller, target, ended } = relayed();
    caller.end('question');
    expect(String(await readAll(target))).toBe('question');
    target.end('the answer');
    expect(String(await readAll(caller))).toBe('the answer');
    expect(await ended).toEqual({ fromCaller: 8, toCaller: 10 });
  });

  it('lets a caller go on after the target has said everything', async () => {
    const { caller, target, ended } = relayed();
    target.end('greeting');
    expect(String(await readAll(caller))).toBe('greeting');
    caller.end('thanks');
    expect(String(await readAll(target))).toBe('thanks');
    expect(await ended).toEqual({ fromCaller: 6, toCaller: 8 });
  });

  it('passes on any number of bytes in both directions at once', async () => {
    const { caller, target, ended } = relayed();
    const there = randomBytes(3_000_000);
    const back = randomBytes(2_000_000);
    caller.end(there);
    target.end(back);
    const [atTarget, atCaller] = await Promise.all([readAll(target), readAll(caller)]);
    expect(atTarget.equals(there)).toBe(true);
    expect(atCaller.equals(back)).toBe(true);
    expect(await ended).toEqual({ fromCaller: there.length, toCaller: back.length });
  });

  it('reads no more than it can pass on: a side that takes nothing holds up the other', async () => {
    const { caller, target } = relayed(4, 16_384);
    const everything = randomBytes(16_000_000);
    let written = false;
    caller.write(everything, () => {
      written = true;
    });
    // What comes back shows that the relay has been served meanwhile.
    for (let round = 0; round < 20; round++) {
      target.write('tick');
      expect(String(await readBytes(caller, 4))).toBe('tick');
    }
    expect(written).toBe(false);
    caller.end();
    expect((await readAll(target)).equals(everything)).toBe(true);
  });

  it('closes both when a connection breaks', async () => {
    const { caller, target, ended } = relayed();
    caller.write('half a');
    await readBytes(target, 6);
    caller.resetAndDestroy();
    target.resume();
    await once(target, 'end');
    expect(await ended).toEqual({ fromCaller: 6, toCaller: 0 });
  });

  it('delivers what a target said before it broke off', async () => {
    const { caller, target, ended } = relayed();
    caller.write('something that is not read');
    target.write('sorry');
    expect(String(await readBytes(caller, 5))).toBe('sorry');
    target.resetAndDestroy();
    caller.resume();
    await once(caller, 'end');
    expect(await ended).toMatchObject({ toCaller: 5 });
  });

  it('ends when it is told to, once', async () => {
    const { caller, ended } = relayed();
    relays[0]?.close();
    relays[0]?.close();
    caller.resume();
    await once(caller, 'end');
    expect(await ended).toEqual({ fromCaller: 0, toCaller: 0 });
  });
});

/** Everything until the other side has ended; unlike an iterator it leaves the socket open. */
async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}
