/** Banners for callers who read slowly, or not at all. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendAll } from '../../../lib/service/wrap/send-all.ts';
import type { Poller } from '../../../lib/sys/epoll.ts';
import { close, setBufferSizes } from '../../../lib/sys/socket.ts';
import { receive } from '../../../lib/sys/transfer.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';
import { connectedPair } from '../../sys/pair.ts';

describe('sendAll', () => {
  let [caller, ours] = [-1, -1];
  let writable: (() => void) | null = null;
  /** Calls nobody by itself. */
  const poller = {
    watch(_fd: number, _interest: string, ready: () => void) {
      writable = ready;
      return { set() {}, stop: () => (writable = null) };
    },
  } as unknown as Poller;
  const long = Buffer.alloc(1_000_000, 'x');
  const readAll = () => {
    const buffer = new Uint8Array(65_536);
    let total = 0;
    for (let count = receive(caller, buffer); typeof count === 'number' && count > 0; ) {
      total += count;
      count = receive(caller, buffer);
    }
    return total;
  };

  beforeEach(() => {
    [caller, ours] = connectedPair('unix', 'stream');
    setBufferSizes(ours, { send: 8192 });
  });
  afterEach(() => {
    close(caller);
    close(ours);
    writable = null;
  });

  it('a short text is gone at once', async () => {
    const clock = new ManualClock();
    await sendAll(ours, Buffer.from('hello'), { clock, poller });
    expect(readAll()).toBe(5);
    expect(clock.pending).toBe(0);
  });

  it('a long one goes as fast as it is read', async () => {
    const clock = new ManualClock();
    const sent = sendAll(ours, long, { clock, poller });
    let total = 0;
    while (writable !== null) {
      total += readAll();
      (writable as () => void)();
    }
    await sent;
    expect(total + readAll()).toBe(long.length);
    expect(clock.pending).toBe(0);
  });

  it('a caller who reads nothing is waited for 10 s', async () => {
    const clock = new ManualClock();
    const sent = sendAll(ours, long, { clock, poller });
    expect(writable).not.toBeNull();
    clock.advance(10_000);
    await sent;
    expect(writable).toBeNull();
  });

  it('a caller who has gone is not waited for', async () => {
    close(caller);
    const clock = new ManualClock();
    await sendAll(ours, long, { clock, poller });
    expect(clock.pending).toBe(0);
    caller = -1;
  });
});
