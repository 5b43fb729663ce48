/** Ending the servers of a service that is gone. */

import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../lib/log/events.ts';
import { endServers } from '../../lib/service/ending.ts';
import { Servers } from '../../lib/service/servers.ts';
import type { World } from '../../lib/service/serving.ts';
import { ManualClock } from '../builtins/manual-clock.ts';

const { SIGKILL, SIGTERM } = constants.signals;

/** Two running servers, and what was done to their groups. */
function running() {
  const clock = new ManualClock();
  const servers = new Servers(clock);
  const signals: [number, number][] = [];
  const events: Event[] = [];
  const children = {
    killGroup: (pid: number, signal: number) => {
      signals.push([pid, signal]);
      return servers.has(pid);
    },
  };
  const world = { clock, children, emit: (event: Event) => events.push(event) } as unknown as World;
  for (const pid of [11, 12]) {
    servers.starts();
    servers.started(pid, null);
  }
  return { clock, servers, signals, events, ended: () => endServers(servers, ENDING, world) };
}

const ENDING = { service: 's', timeoutMs: 5000 };

describe('endServers', () => {
  it('tells each group to end and waits for no longer than they take', async () => {
    const { clock, servers, signals, events, ended } = running();
    const end = ended();
    expect(signals).toEqual([
      [11, SIGTERM],
      [12, SIGTERM],
    ]);
    servers.exited(11);
    servers.exited(12);
    await end;
    expect(clock.pending).toBe(0);
    expect(events).toEqual([
      { event: 'ending', service: 's', pid: 11, signal: 'SIGTERM' },
      { event: 'ending', service: 's', pid: 12, signal: 'SIGTERM' },
    ]);
  });

  it('kills who is left in the end', async () => {
    const { clock, servers, signals, ended } = running();
    const end = ended();
    servers.exited(11);
    clock.advance(5000);
    await end;
    expect(signals.slice(2)).toEqual([[12, SIGKILL]]);
  });

  it('kills a server that was on its way when its service went', async () => {
    const { clock, servers, signals, ended } = running();
    servers.starts();
    servers.starts();
    const end = ended();
    for (const pid of [11, 12]) servers.exited(pid);
    expect(clock.pending).toBe(1);
    servers.failed();
    servers.started(13, null);
    expect(signals.slice(2)).toEqual([[13, SIGKILL]]);
    servers.exited(13);
    await end;
    expect(clock.pending).toBe(0);
  });

  it('has nothing to do where nothing runs', async () => {
    const { servers, signals, ended } = running();
    for (const pid of [11, 12]) servers.exited(pid);
    await ended();
    expect(signals).toEqual([]);
  });
});
