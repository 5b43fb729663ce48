import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_WAITING_LINES, RETRY_MS, UdpSink } from '../../../lib/log/sinks/udp.ts';
import { ManualClock } from '../manual-clock.ts';

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A collector on loopback, at a port that the kernel chooses. */
async function collector(address: '127.0.0.1' | '::1'): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
  sockets.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return { socket, port: socket.address().port };
}

/** The next datagrams that come in. */
function received(socket: Socket, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const texts: string[] = [];
    socket.on('message', (bytes) => {
      texts.push(bytes.toString());
      if (texts.length === count) resolve(texts);
    });
  });
}

function sinkTo(host: string, port: number) {
  const clock = new ManualClock();
  const said: number[] = [];
  const sink = new UdpSink(
    { host, port },
    (delayMs, action) => clock.after(delayMs, action),
    (lines) => said.push(lines),
  );
  return { clock, said, sink };
}

describe('UdpSink', () => {
  it.each(['127.0.0.1', '::1'] as const)(
    'sends a datagram a line to %s, the first ones too',
    async (address) => {
      const { socket, port } = await collector(address);
      const texts = received(socket, 3);
      const { sink } = sinkTo(address, port);
      sink.write(['before the address is known', 'ü']);
      sink.write(['three']);
      expect(await texts).toEqual(['before the address is known', 'ü', 'three']);
      await sink.close();
      expect(sink.dropped).toBe(0);
    },
  );

  it('sends what waits before it closes', async () => {
    const { socket, port } = await collector('127.0.0.1');
    const texts = received(socket, 2);
    const { sink } = sinkTo('127.0.0.1', port);
    sink.write(['one', 'two']);
    await sink.close();
    expect(await texts).toEqual(['one', 'two']);
  });

  it('keeps so many lines and counts the rest, which it says a second later', async () => {
    const { port } = await collector('127.0.0.1');
    const { clock, said, sink } = sinkTo('127.0.0.1', port);
    sink.write(Array.from({ length: MAX_WAITING_LINES + 5 }, () => 'line'));
    expect({ dropped: sink.dropped, said }).toEqual({ dropped: 5, said: [] });
    clock.advance(RETRY_MS);
    expect(said).toEqual([5]);
    await sink.close();
  });

  it('tries a name again that cannot be looked up, and lets the daemon end meanwhile', async () => {
    const { clock, sink } = sinkTo('no-such-host.invalid', 9);
    sink.write(['one']);
    // The lookup has failed when it has set its timer.
    while (clock.pending === 0) await turn();
    const closed = sink.close();
    clock.advance(RETRY_MS);
    await closed;
    expect(sink.dropped).toBe(1);
  });

  it('survives a collector that is not there', async () => {
    const { socket, port } = await collector('127.0.0.1');
    sockets.splice(0);
    socket.close();
    await once(socket, 'close');
    const { sink } = sinkTo('127.0.0.1', port);
    for (let i = 0; i < 20; i += 1) {
      sink.write(['line']);
      await turn();
    }
    await sink.close();
    expect(sink.dropped).toBeLessThanOrEqual(20);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
