import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isHangUp, isReadable, isWritable, Poller, type Watch } from '../../lib/sys/epoll.ts';
import { bind, close, listen, openSocket, shutdown } from '../../lib/sys/socket.ts';
import { receive, send } from '../../lib/sys/transfer.ts';
import { connectedPair } from './pair.ts';

let poller: Poller;
const open: number[] = [];
const one = Uint8Array.of(1);

beforeEach(() => {
  poller = new Poller();
});

afterEach(() => {
  poller.close();
  for (const fd of open.splice(0)) close(fd);
});

function pair(): [number, number] {
  const both = connectedPair('unix', 'stream');
  open.push(...both);
  return both;
}

/** Until the loop has been round: everything ready by now was delivered. */
async function round(times = 3): Promise<void> {
  for (let index = 0; index < times; index += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('Poller', () => {
  it('tells what is ready, again and again until it is read', async () => {
    const [left, right] = pair();
    let calls = 0;
    poller.watch(left, 'in', (events) => {
      expect(isReadable(events)).toBe(true);
      expect(isWritable(events)).toBe(false);
      calls += 1;
      if (calls === 3) receive(left, new Uint8Array(1));
    });
    await round();
    expect(calls).toBe(0);
    send(right, one);
    await round(10);
    expect(calls).toBe(3);
  });

  it('changes what it waits for', async () => {
    const [left, right] = pair();
    const seen: string[] = [];
    const watch = poller.watch(left, 'none', (events) => {
      seen.push(`${isReadable(events) ? 'in' : ''}${isWritable(events) ? 'out' : ''}`);
      watch.set('none');
    });
    send(right, one);
    await round();
    for (const interest of ['in', 'out', 'in-out'] as const) {
      watch.set(interest);
      await round();
    }
    expect(seen).toEqual(['in', 'out', 'inout']);
  });

  it.each([
    { family: 4, address: { kind: 'inet', family: 4, host: '127.0.0.1', port: 0 } },
    { family: 'unix', address: { kind: 'unix', path: `@superd-hangup-${process.pid}` } },
  ] as const)('tells that somebody has shut a listener down ($family)', async ({ family, address }) => {
    const listener = openSocket(family, 'stream', 0);
    open.push(listener);
    bind(listener, address);
    listen(listener, 1);
    let [calls, hangUps] = [0, 0];
    const watch = poller.watch(listener, 'in', (events) => {
      calls += 1;
      if (!isHangUp(events)) return;
      hangUps += 1;
      watch.stop();
    });
    await round();
    expect(calls).toBe(0);
    shutdown(listener, 'both');
    await round(10);
    expect([calls, hangUps]).toEqual([1, 1]);
  });

  it('does not spin on a hangup that nobody wants to hear of', async () => {
    const [left, right] = pair();
    let calls = 0;
    const watch = poller.watch(left, 'in', () => {
      calls += 1;
      watch.set('none');
    });
    shutdown(right, 'both');
    close(open.pop() ?? -1);
    await round(10);
    expect(calls).toBe(1);
  });

  it('drops what a watch stopped in the same batch would have heard', async () => {
    const pairs = [pair(), pair()];
    const watches: Watch[] = [];
    let calls = 0;
    for (const [left] of pairs) {
      watches.push(
        poller.watch(left, 'in', () => {
          calls += 1;
          for (const watch of watches) watch.stop();
        }),
      );
    }
    for (const [, right] of pairs) send(right, one);
    await round();
    expect(calls).toBe(1);
  });

  it('gives a reused place a new generation, so that the newcomer hears nothing stale', async () => {
    const pairs = [pair(), pair()];
    const [idle] = pair();
    let stale = 0;
    const watches: Watch[] = [];
    for (const [left] of pairs) {
      watches.push(
        poller.watch(left, 'in', () => {
          for (const watch of watches) watch.stop();
          for (let index = 0; index < 2; index += 1) {
            const [quiet] = pair();
            poller.watch(quiet, 'in', () => {
              stale += 1;
            });
          }
        }),
      );
    }
    for (const [, right] of pairs) send(right, one);
    await round();
    poller.watch(idle, 'in', () => {
      stale += 1;
    });
    await round();
    expect(stale).toBe(0);
  });

  it('delivers more events than fit into one batch', async () => {
    const heard = new Set<number>();
    for (let index = 0; index < 150; index += 1) {
      const [left, right] = pair();
      poller.watch(left, 'in', () => {
        heard.add(index);
        receive(left, new Uint8Array(1));
      });
      send(right, one);
    }
    await round(10);
    expect(heard.size).toBe(150);
  });

  it('runs promises and nextTick between the calls, as Node does', async () => {
    const [left, right] = pair();
    const order: string[] = [];
    poller.watch(left, 'in', () => {
      receive(left, new Uint8Array(1));
      process.nextTick(() => order.push('tick'));
      void Promise.resolve().then(() => order.push('promise'));
    });
    send(right, one);
    await round();
    expect(order).toEqual(['tick', 'promise']);
  });

  it('stops and closes as often as one likes', () => {
    const [left] = pair();
    const watch = poller.watch(left, 'in', () => {});
    watch.stop();
    watch.stop();
    watch.set('in');
    poller.close();
    poller.close();
    watch.stop();
  });

  it('refuses a descriptor that is none, and one watched twice', () => {
    expect(() => poller.watch(-1, 'in', () => {})).toThrow('EBADF');
    const [left] = pair();
    poller.watch(left, 'in', () => {});
    expect(() => poller.watch(left, 'in', () => {})).toThrow('EEXIST');
  });

  it('is the only one of its process', () => {
    expect(() => new Poller()).toThrow('EEXIST');
  });
});
