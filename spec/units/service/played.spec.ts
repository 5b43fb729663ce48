/** A service unit with a clock moved by hand and processes that are played. */

import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../../lib/log/events.ts';
import type { Fd } from '../../../lib/sys/socket.ts';
import type { StartFacts, StartHandlers } from '../../../lib/units/service/commands.ts';
import { readNotification } from '../../../lib/units/service/notify.ts';
import { ServiceUnitRunner } from '../../../lib/units/service/runner.ts';
import type { Home, InstanceConnection } from '../../../lib/units/types.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';
import { makeService, type UnitCase } from './make-unit.ts';

const { SIGABRT, SIGCONT, SIGHUP, SIGKILL, SIGTERM } = constants.signals;
/** Numbers that no process has. */
const FIRST_PID = 2 ** 30;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-played-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const open = (name: string) => openSync(join(folder, name), 'w') as Fd;
const isOpen = (fd: number) => {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
};

interface Played {
  readonly pid: number;
  readonly kind: string;
  readonly facts: StartFacts;
  readonly handlers: StartHandlers;
}

function play(unit: UnitCase, options: { readonly connections?: number } = {}) {
  const clock = new ManualClock();
  const started: Played[] = [];
  const signals: number[] = [];
  const requests: string[] = [];
  const events: Event[] = [];
  const alive = new Set<number>();
  const use = { connections: options.connections ?? 0, waiting: 0 };
  const home = {
    world: {
      clock,
      emit: (event: Event) => events.push(event),
      children: {
        kill: (pid: number, signal: number) => {
          if (alive.has(pid)) signals.push(signal);
          return alive.has(pid);
        },
        adopt: () => true,
      },
    },
    changed: () => undefined,
    request: (verb: string) => {
      requests.push(verb);
      return null;
    },
    hasJob: () => false,
    socketsOf: () => [],
  } as unknown as Home;
  const runner = new ServiceUnitRunner(makeService(unit), home, {
    starter: {
      start(_, { kind }, facts, handlers) {
        started.push({ pid: FIRST_PID + started.length, kind, facts, handlers });
      },
    },
    invocation: () => 'f'.repeat(32),
    monotonicUs: () => clock.now() * 1000,
    exitName: () => null,
    useOf: () => use,
  });
  const last = (): Played => {
    const one = started.at(-1);
    if (one === undefined) throw new Error('nothing was started');
    return one;
  };
  return {
    clock,
    events,
    last,
    requests,
    runner,
    signals,
    started,
    use,
    /** The last process that was asked for runs. */
    runs() {
      alive.add(last().pid);
      last().handlers.started(last().pid);
    },
    ends(status: number | null, signal: number | null = null, one = last()) {
      alive.delete(one.pid);
      one.handlers.exited({ pid: one.pid, status, signal, userMs: 0, systemMs: 0 });
    },
    says(text: string, fds: readonly Fd[] = []) {
      const message = readNotification(Buffer.from(text));
      if (message === null) throw new Error('no message');
      runner.notified(message, { pid: last().pid, uid: 0 }, fds);
    },
  };
}

const NOTIFY: UnitCase = { type: 'notify', notifyAccess: 'main', timeoutStartMs: 2000, timeoutStopMs: 2000 };

describe('Time', () => {
  it('C-119: a start that is never said to be complete fails after its time', () => {
    const { clock, ends, runner, runs, signals } = play(NOTIFY);
    runner.start();
    runs();
    clock.advance(1999);
    expect(runner.sub).toBe('start');
    clock.advance(1);
    expect([runner.sub, ...signals]).toEqual(['stop-sigterm', SIGTERM, SIGCONT]);
    ends(null, SIGTERM);
    expect([runner.sub, runner.result]).toEqual(['failed', 'timeout']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { title: 'again and again', at: [800, 1600, 2400, 3200], extendMs: 1500, still: 4000, over: 4700 },
    { title: 'once', at: [100], extendMs: 3000, still: 3099, over: 3100 },
  ])('C-120: is given $title by EXTEND_TIMEOUT_USEC=', ({ at, extendMs, over, still }) => {
    const { clock, runner, runs, says } = play(NOTIFY);
    runner.start();
    runs();
    for (const moment of at) {
      clock.advance(moment - clock.now());
      says(`EXTEND_TIMEOUT_USEC=${extendMs * 1000}`);
    }
    clock.advance(still - clock.now());
    expect(runner.sub).toBe('start');
    clock.advance(over - clock.now());
    expect(runner.sub).toBe('stop-sigterm');
  });

  it('C-122: a service that says it stops, and does not, is killed', () => {
    const { clock, ends, runner, runs, says, signals } = play(NOTIFY);
    runner.start();
    runs();
    says('READY=1');
    says('STOPPING=1');
    expect([runner.sub, ...signals]).toEqual(['stop-sigterm']);
    clock.advance(2000);
    expect([runner.sub, ...signals]).toEqual(['stop-sigkill', SIGKILL]);
    ends(null, SIGKILL);
    expect([runner.sub, runner.result]).toEqual(['failed', 'timeout']);
  });

  it('C-123: a watchdog that is not fed bites', () => {
    const { clock, ends, events, runner, runs, says, signals } = play({ ...NOTIFY, watchdogMs: 1000 });
    runner.start();
    runs();
    says('READY=1');
    for (let i = 0; i < 5; i += 1) {
      clock.advance(900);
      says('WATCHDOG=1');
    }
    expect(runner.sub).toBe('running');
    clock.advance(1000);
    expect([runner.sub, ...signals]).toEqual(['stop-watchdog', SIGABRT, SIGCONT]);
    ends(null, SIGABRT);
    expect([runner.sub, runner.result]).toEqual(['failed', 'watchdog']);
    expect(events).toContainEqual(
      expect.objectContaining({ message: 'x.service: Watchdog timeout (limit 1s)!' }),
    );
  });

  it('C-113: a service has no more than RuntimeMaxSec=', () => {
    const { clock, ends, runner, runs } = play({ runtimeMaxMs: 1000 });
    runner.start();
    runs();
    clock.advance(1000);
    ends(null, SIGTERM);
    expect([runner.sub, runner.result]).toEqual(['failed', 'timeout']);
  });

  it('C-127: a reload is complete when the service says so for this reload, else fails with its time', () => {
    const { clock, runner, runs, says, signals } = play({ ...NOTIFY, type: 'notify-reload' });
    runner.start();
    runs();
    says('READY=1');
    clock.advance(10);
    expect(runner.reload()).toBeNull();
    expect(signals).toEqual([SIGHUP, SIGCONT]);
    says('RELOADING=1\nMONOTONIC_USEC=10000');
    expect(runner.sub).toBe('reload-notify');
    says('READY=1');
    expect([runner.sub, runner.life.reloadResult]).toEqual(['running', 'success']);
    runner.reload();
    says('RELOADING=1');
    says('READY=1');
    clock.advance(2000);
    expect([runner.sub, runner.life.reloadResult, runner.result]).toEqual(['running', 'timeout', 'success']);
  });

  it('needs no timer for a service that only runs', () => {
    const { clock, ends, runner, runs } = play({});
    runner.start();
    runs();
    expect([runner.sub, clock.pending]).toEqual(['running', 0]);
    ends(0);
    expect([runner.sub, clock.pending]).toEqual(['dead', 0]);
  });

  it('leads an unused service to its end, and to a new caller', () => {
    const { clock, ends, runner, runs, use } = play({ idleMs: 4000, restart: 'always' }, { connections: 1 });
    runner.start();
    runs();
    clock.advance(10_000);
    expect(runner.sub).toBe('running');
    use.connections = 0;
    clock.advance(6000);
    expect([runner.sub, runner.idleStop]).toEqual(['stop-sigterm', true]);
    ends(null, SIGTERM);
    expect([runner.sub, runner.result, runner.idleStop]).toEqual(['dead', 'success', false]);
    expect(clock.pending).toBe(0);
  });
});

describe('C-114: An instance', () => {
  function instance(unit: UnitCase) {
    const played = play(unit);
    const fd = open('connection');
    const ended: string[] = [];
    const socket = { connectionEnded: (name: string) => ended.push(name) };
    played.runner.adopt({ fd, socket } as unknown as InstanceConnection);
    return { ...played, ended, fd };
  }

  it('keeps its connection over restarts and closes it when it is dead, once', () => {
    const { clock, ended, ends, fd, requests, runner, runs, started } = instance({ restart: 'on-failure' });
    runner.start();
    for (let life = 1; life <= 5; life += 1) {
      runs();
      expect(isOpen(fd)).toBe(true);
      ends(1);
      expect(runner.sub).toBe('auto-restart');
      clock.advance(100);
      expect(requests).toHaveLength(life);
      runner.start();
    }
    expect(runner.result).toBe('start-limit-hit');
    expect(started.map(({ facts }) => facts.connection?.fd)).toEqual([fd, fd, fd, fd, fd]);
    expect([isOpen(fd), ended]).toEqual([false, ['x.service']]);
    runner.stop();
    expect(ended).toHaveLength(1);
  });

  it('C-112: whose program is missing closes it', () => {
    const { ended, fd, last, runner } = instance({});
    runner.start();
    last().handlers.failed({ exit: 203, reason: 'exec: ENOENT' });
    expect([runner.sub, runner.result, isOpen(fd), ended]).toEqual([
      'failed',
      'exit-code',
      false,
      ['x.service'],
    ]);
  });

  it('that is stopped before it began closes it', () => {
    const { ended, fd, runner } = instance({});
    runner.stop();
    expect([isOpen(fd), ended]).toEqual([false, ['x.service']]);
  });
});

describe('Descriptors of a message', () => {
  const STORES: UnitCase = { ...NOTIFY, fdStoreMax: 2, restart: 'always' };

  it('C-126: are kept for the next life, and dropped with a stop', () => {
    const { clock, ends, last, runner, runs, says } = play(STORES);
    const fds = [open('a'), open('b')];
    runner.start();
    runs();
    says('FDSTORE=1\nFDNAME=mem', fds.slice(0, 1));
    says('FDSTORE=1\nFDNAME=a:b', fds.slice(1));
    ends(0);
    clock.advance(100);
    runner.start();
    expect(last().facts.stored.map(({ name }) => name)).toEqual(['stored', 'mem']);
    runs();
    runner.stop();
    ends(null, SIGTERM);
    expect([runner.sub, ...fds.map(isOpen)]).toEqual(['dead', false, false]);
  });

  it('C-125: a barrier is lifted once all before it was understood', () => {
    const { runner, runs, says } = play(NOTIFY);
    const barrier = open('barrier');
    runner.start();
    runs();
    says('READY=1');
    says('BARRIER=1', [barrier]);
    expect([runner.sub, isOpen(barrier)]).toEqual(['running', false]);
  });

  it('of somebody who may not speak are closed', () => {
    const { runner, runs } = play(NOTIFY);
    const fd = open('a');
    runner.start();
    runs();
    const message = readNotification(Buffer.from('READY=1\nFDSTORE=1'));
    if (message !== null) runner.notified(message, { pid: FIRST_PID + 9, uid: 0 }, [fd]);
    expect([runner.sub, isOpen(fd)]).toEqual(['start', false]);
    expect(() => closeSync(fd)).toThrow();
  });
});

describe('A stop that comes before its process is there', () => {
  it('reaches it when it is', () => {
    const { ends, runner, runs, signals } = play({});
    runner.start();
    runner.stop();
    expect([runner.sub, ...signals]).toEqual(['stop-sigterm']);
    runs();
    expect(signals).toEqual([SIGTERM, SIGCONT]);
    ends(null, SIGTERM);
    expect([runner.sub, runner.result]).toEqual(['dead', 'success']);
  });
});
