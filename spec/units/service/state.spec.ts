import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Action,
  type Life,
  type ServiceEvent,
  SUBS,
  type Sub,
  UNBORN,
} from '../../../lib/units/service/life.ts';
import { step } from '../../../lib/units/service/state.ts';
import { makeService, type UnitCase } from './make-unit.ts';

const { SIGABRT, SIGHUP, SIGKILL, SIGSEGV, SIGTERM } = constants.signals;
const START = { kind: 'start', index: 0 } as const;
const MAIN = { pid: 7, command: START };
const EXIT_0 = ended('main', 'exited', 0);

function ended(role: 'main' | 'control', code: 'exited' | 'killed' | 'dumped', status: number): ServiceEvent {
  return { name: 'exited', role, exit: { code, status } };
}

/** A life in a state, with the processes that are usual in it. */
function life(sub: Sub, more: Partial<Life> = {}): Life {
  const alive = !['dead', 'failed', 'exited', 'condition', 'start-pre', 'auto-restart'].includes(sub);
  return { ...UNBORN, sub, main: alive ? MAIN : null, mainKnown: alive, ...more };
}

/** A life whose command runs beside. */
function during(
  sub: Sub,
  kind: NonNullable<NonNullable<Life['control']>['command']>['kind'],
  more: Partial<Life> = {},
) {
  return life(sub, { control: { pid: 8, command: { kind, index: 0 } }, ...more });
}

/** One word an action: `start-pre` is entered, `run:startPre.0`, `timer:90000`. */
function word(action: Action): string {
  switch (action.do) {
    case 'enter':
      return action.sub;
    case 'run':
      return `run:${action.command.kind}.${action.command.index}`;
    case 'timer':
      return `timer:${action.afterMs}`;
    case 'kill':
      return `kill:${action.operation}`;
    case 'say':
      return action.message.kind === 'timed-out'
        ? `say:${action.message.next}`
        : `say:${action.message.kind}`;
    case 'signal-main':
      return `signal:${action.signal}`;
    case 'find-main':
      return `find-main${action.wait ? ':wait' : ''}`;
    case 'release':
      return action.restarts ? 'keep' : 'release';
    case 'kill-control':
    case 'kill-strays':
    case 'queue-restart':
    case 'watchdog':
      return action.do;
  }
}

interface Case {
  readonly from: Life;
  readonly event: ServiceEvent;
  readonly unit?: UnitCase;
  readonly gives: string;
  readonly result?: string;
}

function tryAll(cases: readonly Case[]): void {
  it.each(
    cases.map((one) => ({ ...one, title: `${one.from.sub}, ${titleOf(one)}: ${one.gives || 'nothing'}` })),
  )('$title', ({ event, from, gives, result, unit }) => {
    const next = step(from, event, makeService(unit));
    expect(next.actions.map(word).join(' ')).toBe(gives);
    expect(next.life.result).toBe(result ?? from.result);
    expect(next.life.sub).toBe(
      next.actions.flatMap((a) => (a.do === 'enter' ? [a.sub] : [])).at(-1) ?? from.sub,
    );
  });
}

function titleOf({ event, unit }: Case): string {
  const { name, ...rest } = event;
  const facts = JSON.stringify({ ...rest, ...unit }).replaceAll(/["{}]/g, '');
  return facts === '' ? name : `${name} (${facts})`;
}

const BEGIN: ServiceEvent = { name: 'start', now: 0 };
const NOTIFY: UnitCase = { type: 'notify', notifyAccess: 'main' };

describe('The start of a service', () => {
  tryAll([
    { from: UNBORN, event: BEGIN, gives: 'start timer:Infinity run:start.0' },
    { from: UNBORN, event: BEGIN, unit: { type: 'exec' }, gives: 'start timer:90000 run:start.0' },
    { from: UNBORN, event: BEGIN, unit: NOTIFY, gives: 'start timer:90000 run:start.0' },
    {
      from: UNBORN,
      event: BEGIN,
      unit: { commands: { startPre: ['/a'] } },
      gives: 'start-pre timer:90000 run:startPre.0',
    },
    {
      from: UNBORN,
      event: BEGIN,
      unit: { commands: { condition: ['/a'] } },
      gives: 'condition timer:90000 run:condition.0',
    },
    {
      from: life('failed', { result: 'signal' }),
      event: BEGIN,
      gives: 'start timer:Infinity run:start.0',
      result: 'success',
    },
    { from: life('running'), event: BEGIN, gives: '' },
    { from: life('stop-sigterm'), event: BEGIN, gives: '' },
    {
      from: during('condition', 'condition'),
      event: ended('control', 'exited', 0),
      gives: 'say:control-exited start timer:Infinity run:start.0',
    },
    {
      from: during('condition', 'condition'),
      event: ended('control', 'exited', 1),
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exec-condition',
    },
    {
      from: during('condition', 'condition'),
      event: ended('control', 'exited', 255),
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: during('condition', 'condition'),
      event: ended('control', 'killed', SIGKILL),
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'signal',
    },
    {
      from: during('start-pre', 'startPre'),
      event: ended('control', 'exited', 0),
      unit: { commands: { startPre: ['/a', '/b'] } },
      gives: 'say:control-exited timer:90000 run:startPre.1',
    },
    {
      from: during('start-pre', 'startPre'),
      event: ended('control', 'exited', 0),
      unit: { commands: { startPre: ['/a'] } },
      gives: 'say:control-exited kill-strays start timer:Infinity run:start.0',
    },
    {
      from: during('start-pre', 'startPre'),
      event: ended('control', 'exited', 7),
      unit: { commands: { startPre: ['/a', '/b'] } },
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: during('start-pre', 'startPre'),
      event: ended('control', 'exited', 7),
      unit: { commands: { startPre: ['-/a'] } },
      gives: 'say:control-exited kill-strays start timer:Infinity run:start.0',
    },
    {
      from: during('start-pre', 'startPre'),
      event: ended('control', 'killed', SIGTERM),
      unit: { commands: { startPre: ['/a'] } },
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'signal',
    },
    {
      from: during('start-pre', 'startPre'),
      event: { name: 'start-failed', role: 'control', exit: null },
      gives: 'say:failed release failed timer:Infinity',
      result: 'resources',
    },
    {
      from: life('start'),
      event: { name: 'started', role: 'main', pid: 7 },
      gives: 'watchdog running timer:Infinity',
    },
    {
      from: life('start'),
      event: { name: 'started', role: 'main', pid: 7 },
      unit: { commands: { startPost: ['/a'] } },
      gives: 'watchdog start-post timer:90000 run:startPost.0',
    },
    { from: life('start'), event: { name: 'started', role: 'main', pid: 7 }, unit: NOTIFY, gives: '' },
    {
      from: life('start'),
      event: { name: 'started', role: 'main', pid: 7 },
      unit: { type: 'oneshot' },
      gives: '',
    },
    {
      from: life('start'),
      event: { name: 'start-failed', role: 'main', exit: 203 },
      gives: 'running say:main-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: life('start'),
      event: { name: 'start-failed', role: 'main', exit: 203 },
      unit: { type: 'exec' },
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: life('start'),
      event: { name: 'start-failed', role: 'main', exit: null },
      gives: 'stop-sigterm kill:terminate',
      result: 'resources',
    },
    {
      from: life('start'),
      event: EXIT_0,
      unit: { type: 'oneshot' },
      gives: 'say:main-exited watchdog stop-sigterm kill:terminate',
    },
    {
      from: life('start'),
      event: EXIT_0,
      unit: { type: 'oneshot', remainAfterExit: true },
      gives: 'say:main-exited watchdog exited timer:Infinity',
    },
    {
      from: life('start'),
      event: EXIT_0,
      unit: { type: 'oneshot', commands: { start: ['/a', '/b'] } },
      gives: 'say:main-exited timer:90000 run:start.1',
    },
    {
      from: life('start'),
      event: ended('main', 'exited', 1),
      unit: { type: 'oneshot', commands: { start: ['/a', '/b'] } },
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: life('start'),
      event: ended('main', 'killed', SIGTERM),
      unit: { type: 'oneshot' },
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'signal',
    },
    {
      from: UNBORN,
      event: BEGIN,
      unit: { type: 'oneshot', remainAfterExit: true, commands: { start: [], stop: ['/a'] } },
      gives: 'start watchdog exited timer:Infinity',
    },
    {
      from: life('start'),
      event: EXIT_0,
      unit: NOTIFY,
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'protocol',
    },
    {
      from: life('start'),
      event: EXIT_0,
      unit: { type: 'notify', notifyAccess: 'all', remainAfterExit: true },
      gives: 'say:main-exited',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'emptied' },
      unit: { type: 'notify', notifyAccess: 'all' },
      gives: 'final-sigterm kill:terminate',
      result: 'protocol',
    },
    {
      from: life('start'),
      event: { name: 'timeout' },
      unit: NOTIFY,
      gives: 'say:Terminating stop-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: life('start'),
      event: { name: 'timeout' },
      unit: { ...NOTIFY, timeoutStartFailure: 'abort' },
      gives: 'say:Aborting stop-watchdog kill:abort',
      result: 'timeout',
    },
    {
      from: life('start'),
      event: { name: 'timeout' },
      unit: { ...NOTIFY, timeoutStartFailure: 'kill' },
      gives: 'say:Killing stop-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: life('start'),
      event: { name: 'timeout' },
      unit: { ...NOTIFY, timeoutStartFailure: 'kill', exec: { sendSigkill: false } },
      gives: 'say:Skipping SIGKILL final-sigterm kill:terminate',
      result: 'timeout',
    },
    { from: life('start'), event: { name: 'stop' }, unit: NOTIFY, gives: 'stop-sigterm kill:terminate' },
    {
      from: during('start-post', 'startPost'),
      event: ended('control', 'exited', 0),
      gives: 'say:control-exited running timer:Infinity',
    },
    {
      from: during('start-post', 'startPost'),
      event: ended('control', 'exited', 1),
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    { from: during('start-post', 'startPost'), event: EXIT_0, gives: 'say:main-exited' },
    {
      from: during('start-post', 'startPost', { main: null }),
      event: ended('control', 'exited', 0),
      gives: 'say:control-exited stop-sigterm kill:terminate',
    },
  ]);

  it('counts no more than StartLimitBurst= starts in a window', () => {
    const unit = makeService({ head: { startLimit: { burst: 2, intervalMs: 1000 } } });
    let now: Life = UNBORN;
    const results = [0, 10, 999, 1000].map((at) => {
      const next = step({ ...now, sub: 'dead' }, { name: 'start', now: at }, unit);
      now = next.life;
      return `${next.life.sub} ${next.life.result}`;
    });
    expect(results).toEqual(['start success', 'start success', 'failed start-limit-hit', 'start success']);
  });
});

const FORKING: UnitCase = { type: 'forking' };
const PID_FILE: UnitCase = { type: 'forking', pidFile: '/run/x.pid' };

describe('A service that forks', () => {
  tryAll([
    { from: UNBORN, event: BEGIN, unit: FORKING, gives: 'start timer:90000 run:start.0' },
    {
      from: during('start', 'start', { main: null }),
      event: ended('control', 'exited', 0),
      unit: FORKING,
      gives: 'say:control-exited find-main',
    },
    {
      from: during('start', 'start', { main: null }),
      event: ended('control', 'exited', 0),
      unit: PID_FILE,
      gives: 'say:control-exited find-main:wait',
    },
    {
      from: during('start', 'start', { main: null }),
      event: ended('control', 'exited', 1),
      unit: FORKING,
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'main', pid: 9 },
      unit: FORKING,
      gives: 'watchdog running timer:Infinity',
    },
    {
      from: life('start', { main: null, mainKnown: false }),
      event: { name: 'main-missing', empty: false },
      unit: FORKING,
      gives: 'watchdog running timer:Infinity',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'main-missing', empty: false },
      unit: PID_FILE,
      gives: '',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'main-missing', empty: true },
      unit: PID_FILE,
      gives: 'say:no-pid-file stop-sigterm kill:terminate',
      result: 'protocol',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'emptied' },
      unit: PID_FILE,
      gives: 'say:no-pid-file stop-sigterm kill:terminate',
      result: 'protocol',
    },
    {
      from: life('start', { main: null }),
      event: { name: 'main', pid: 9 },
      unit: PID_FILE,
      gives: 'watchdog running timer:Infinity',
    },
    {
      from: during('start', 'start', { main: null }),
      event: ended('control', 'exited', 0),
      unit: { ...PID_FILE, commands: { startPost: ['/a'] } },
      gives: 'say:control-exited find-main',
    },
    {
      from: during('start-post', 'startPost', { main: null }),
      event: ended('control', 'exited', 0),
      unit: { ...PID_FILE, commands: { startPost: ['/a'] } },
      gives: 'say:control-exited find-main:wait',
    },
    {
      from: life('start-post', { main: null }),
      event: { name: 'main', pid: 9 },
      unit: { ...PID_FILE, commands: { startPost: ['/a'] } },
      gives: 'running timer:Infinity',
    },
    {
      from: life('running', { main: null, mainKnown: false }),
      event: { name: 'emptied' },
      unit: FORKING,
      gives: 'stop-sigterm kill:terminate',
    },
    { from: life('running'), event: { name: 'emptied' }, unit: FORKING, gives: '' },
    { from: life('running'), event: { name: 'main', pid: 9 }, gives: '' },
  ]);
});

describe('The end of a service', () => {
  tryAll([
    { from: life('running'), event: EXIT_0, gives: 'say:main-exited stop-sigterm kill:terminate' },
    {
      from: life('running'),
      event: EXIT_0,
      unit: { commands: { stop: ['/a'] } },
      gives: 'say:main-exited stop timer:80000 run:stop.0',
    },
    {
      from: life('running'),
      event: EXIT_0,
      unit: { remainAfterExit: true },
      gives: 'say:main-exited exited timer:Infinity',
    },
    {
      from: life('running'),
      event: ended('main', 'exited', 1),
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: life('running'),
      event: ended('main', 'exited', 1),
      unit: { commands: { start: ['-/a'] } },
      gives: 'say:main-exited stop-sigterm kill:terminate',
    },
    {
      from: life('running'),
      event: ended('main', 'exited', 3),
      unit: { successExit: { codes: [3], signals: [] } },
      gives: 'say:main-exited stop-sigterm kill:terminate',
    },
    {
      from: life('running'),
      event: ended('main', 'killed', SIGHUP),
      gives: 'say:main-exited stop-sigterm kill:terminate',
    },
    {
      from: life('running'),
      event: ended('main', 'killed', SIGKILL),
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'signal',
    },
    {
      from: life('running'),
      event: ended('main', 'dumped', SIGSEGV),
      gives: 'say:main-exited stop-sigterm kill:terminate',
      result: 'core-dump',
    },
    { from: life('running'), event: { name: 'stop' }, gives: 'stop-sigterm kill:terminate' },
    {
      from: life('running'),
      event: { name: 'stop' },
      unit: { commands: { stop: ['/a'] } },
      gives: 'stop timer:80000 run:stop.0',
    },
    {
      from: life('exited'),
      event: { name: 'stop' },
      unit: { commands: { stop: ['/a'] } },
      gives: 'stop timer:80000 run:stop.0',
    },
    { from: life('running'), event: { name: 'idle' }, gives: 'say:idle stop-sigterm kill:terminate' },
    { from: life('exited'), event: { name: 'idle' }, gives: '' },
    {
      from: life('running'),
      event: { name: 'timeout' },
      gives: 'say:runtime-limit stop-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: life('running'),
      event: { name: 'watchdog' },
      gives: 'say:watchdog stop-watchdog kill:abort',
      result: 'watchdog',
    },
    { from: life('stop-sigterm'), event: { name: 'watchdog' }, gives: '' },
    { from: during('stop', 'stop'), event: EXIT_0, gives: 'say:main-exited' },
    {
      from: during('stop', 'stop'),
      event: ended('control', 'exited', 0),
      unit: { commands: { stop: ['/a', '/b'] } },
      gives: 'say:control-exited timer:80000 run:stop.1',
    },
    {
      from: during('stop', 'stop'),
      event: ended('control', 'exited', 1),
      gives: 'say:control-exited stop-sigterm kill:terminate',
      result: 'exit-code',
    },
    {
      from: during('stop', 'stop'),
      event: { name: 'timeout' },
      gives: 'say:Terminating stop-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: during('stop', 'stop'),
      event: { name: 'start-failed', role: 'control', exit: null },
      gives: 'stop-sigterm kill:terminate',
      result: 'resources',
    },
    {
      from: life('stop-sigterm'),
      event: ended('main', 'killed', SIGTERM),
      gives: 'say:main-exited final-sigterm kill:terminate',
    },
    {
      from: life('stop-sigterm'),
      event: EXIT_0,
      unit: { commands: { stopPost: ['/a'] } },
      gives: 'say:main-exited stop-post timer:80000 run:stopPost.0',
    },
    { from: during('stop-sigterm', 'startPre'), event: EXIT_0, gives: 'say:main-exited' },
    {
      from: during('stop-sigterm', 'startPre', { main: null }),
      event: ended('control', 'exited', 0),
      unit: { commands: { startPre: ['/a', '/b'] } },
      gives: 'say:control-exited final-sigterm kill:terminate',
    },
    {
      from: life('stop-sigterm'),
      event: { name: 'timeout' },
      gives: 'say:Killing stop-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: life('stop-sigterm'),
      event: { name: 'timeout' },
      unit: { timeoutStopFailure: 'abort' },
      gives: 'say:Aborting stop-watchdog kill:abort',
      result: 'timeout',
    },
    {
      from: life('stop-sigterm'),
      event: { name: 'timeout' },
      unit: { exec: { sendSigkill: false } },
      gives: 'say:Skipping SIGKILL final-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: life('stop-watchdog'),
      event: ended('main', 'dumped', SIGABRT),
      gives: 'say:main-exited final-sigterm kill:terminate',
      result: 'core-dump',
    },
    {
      from: life('stop-watchdog', { result: 'watchdog' }),
      event: ended('main', 'dumped', SIGABRT),
      gives: 'say:main-exited final-sigterm kill:terminate',
      result: 'watchdog',
    },
    {
      from: life('stop-watchdog'),
      event: { name: 'timeout' },
      gives: 'say:Killing stop-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: life('stop-sigkill'),
      event: { name: 'timeout' },
      gives: 'say:Ignoring final-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: life('stop-sigterm', { main: null }),
      event: { name: 'unkilled' },
      gives: 'stop-sigkill kill:kill',
    },
    {
      from: life('stop-sigterm', { main: null }),
      event: { name: 'unkilled' },
      unit: { exec: { sendSigkill: false } },
      gives: 'final-sigterm kill:terminate',
    },
    {
      from: life('stop-sigkill', { main: null }),
      event: { name: 'unkilled' },
      gives: 'final-sigterm kill:terminate',
    },
    {
      from: life('stop-sigkill', { main: null }),
      event: { name: 'unkilled' },
      unit: { commands: { stopPost: ['/a'] } },
      gives: 'stop-post timer:80000 run:stopPost.0',
    },
    {
      from: life('stop-sigterm', { main: null }),
      event: { name: 'emptied' },
      gives: 'final-sigterm kill:terminate',
    },
    {
      from: during('stop-post', 'stopPost', { main: null }),
      event: ended('control', 'exited', 0),
      gives: 'say:control-exited final-sigterm kill:terminate',
    },
    { from: during('stop-post', 'stopPost', { main: null }), event: { name: 'emptied' }, gives: '' },
    {
      from: during('stop-post', 'stopPost', { main: null }),
      event: { name: 'timeout' },
      gives: 'say:Terminating final-sigterm kill:terminate',
      result: 'timeout',
    },
    {
      from: during('stop-post', 'stopPost', { main: null }),
      event: { name: 'timeout' },
      unit: { timeoutStopFailure: 'kill' },
      gives: 'say:Killing final-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: during('stop-post', 'stopPost', { main: null }),
      event: { name: 'timeout' },
      unit: { timeoutStopFailure: 'abort' },
      gives: 'say:Aborting final-watchdog kill:abort',
      result: 'timeout',
    },
    {
      from: life('final-sigterm', { main: null }),
      event: { name: 'unkilled' },
      gives: 'final-sigkill kill:kill',
    },
    {
      from: life('final-sigterm', { main: null }),
      event: { name: 'timeout' },
      gives: 'say:Killing final-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: life('final-sigterm', { main: null }),
      event: { name: 'timeout' },
      unit: { exec: { sendSigkill: false } },
      gives: 'say:Entering failed mode say:failed release failed timer:Infinity',
      result: 'timeout',
    },
    {
      from: life('final-watchdog', { main: null }),
      event: { name: 'timeout' },
      gives: 'say:Killing final-sigkill kill:kill',
      result: 'timeout',
    },
    {
      from: life('final-sigterm', { main: null }),
      event: { name: 'emptied' },
      gives: 'say:deactivated release dead timer:Infinity',
    },
    {
      from: life('final-sigkill', { main: null }),
      event: { name: 'unkilled' },
      gives: 'say:deactivated release dead timer:Infinity',
    },
    {
      from: life('final-sigkill', { main: null }),
      event: { name: 'timeout' },
      gives: 'say:Entering failed mode say:failed release failed timer:Infinity',
      result: 'timeout',
    },
    {
      from: life('final-sigkill', { main: null, result: 'signal' }),
      event: { name: 'unkilled' },
      gives: 'say:failed release failed timer:Infinity',
      result: 'signal',
    },
    {
      from: life('final-sigkill', { main: null, result: 'exec-condition' }),
      event: { name: 'unkilled' },
      unit: { restart: 'always' },
      gives: 'say:skipped release dead timer:Infinity',
      result: 'exec-condition',
    },
    {
      from: life('failed', { result: 'signal' }),
      event: { name: 'reset-failed' },
      gives: 'dead timer:Infinity',
      result: 'success',
    },
    { from: life('failed', { result: 'signal' }), event: { name: 'stop' }, gives: '' },
  ]);
});

describe('A restart', () => {
  tryAll([
    {
      from: life('final-sigkill', { main: null, result: 'exit-code' }),
      event: { name: 'unkilled' },
      unit: { restart: 'on-failure' },
      gives: 'say:failed keep auto-restart timer:100',
      result: 'exit-code',
    },
    {
      from: life('final-sigkill', { main: null, result: 'exit-code', stopped: true }),
      event: { name: 'unkilled' },
      unit: { restart: 'always' },
      gives: 'say:failed release failed timer:Infinity',
    },
    {
      from: life('auto-restart', { result: 'signal' }),
      event: { name: 'timeout' },
      gives: 'say:restart-queued auto-restart-queued timer:Infinity queue-restart',
    },
    {
      from: life('auto-restart', { result: 'signal' }),
      event: { name: 'stop' },
      gives: 'release dead timer:Infinity',
    },
    {
      from: life('auto-restart-queued', { main: null }),
      event: BEGIN,
      gives: 'start timer:Infinity run:start.0',
    },
    {
      from: life('auto-restart-queued', { main: null }),
      event: { name: 'restart-refused' },
      gives: 'say:failed release failed timer:Infinity',
      result: 'resources',
    },
  ]);

  it('counts until the unit is started by somebody else', () => {
    const queued = step(life('auto-restart', { restarts: 2 }), { name: 'timeout' }, makeService());
    expect(queued.life.restarts).toBe(3);
    const again = step(queued.life, BEGIN, makeService());
    expect(again.life.restarts).toBe(3);
    const dead = step(
      { ...again.life, sub: 'final-sigkill', main: null },
      { name: 'unkilled' },
      makeService(),
    );
    expect(dead.life.restarts).toBe(3);
    expect(step(dead.life, { name: 'start', now: 1 }, makeService()).life.restarts).toBe(0);
    expect(step(again.life, { name: 'forget-restarts' }, makeService()).life.restarts).toBe(0);
  });
});

const READY = { ready: true, reloading: false, stopping: false, monotonicUs: null };
const RELOADING = { ...READY, ready: false, reloading: true };
const STOPPING = { ...READY, ready: false, stopping: true };
const RELOADS: UnitCase = { type: 'notify-reload', notifyAccess: 'main' };

describe('What a service says', () => {
  tryAll([
    {
      from: life('start'),
      event: { name: 'said', said: READY },
      unit: NOTIFY,
      gives: 'watchdog running timer:Infinity',
    },
    { from: life('start'), event: { name: 'said', said: READY }, unit: { type: 'exec' }, gives: '' },
    {
      from: life('start', { told: 'stopping' }),
      event: { name: 'said', said: READY },
      unit: NOTIFY,
      gives: '',
    },
    { from: life('running'), event: { name: 'said', said: STOPPING }, gives: 'stop-sigterm timer:80000' },
    {
      from: life('running'),
      event: { name: 'said', said: { ...STOPPING, ready: true } },
      gives: 'stop-sigterm timer:80000',
    },
    { from: life('running'), event: { name: 'said', said: RELOADING }, gives: 'reload-notify timer:90000' },
    {
      from: life('reload-notify', { told: 'reloading' }),
      event: { name: 'said', said: READY },
      gives: 'running timer:Infinity',
    },
    {
      from: life('reload-signal', { reloadBeganUs: 50 }),
      event: { name: 'said', said: { ...RELOADING, monotonicUs: 50 } },
      unit: RELOADS,
      gives: 'reload-notify',
    },
    {
      from: life('reload-signal', { reloadBeganUs: 50 }),
      event: { name: 'said', said: { ...RELOADING, monotonicUs: 49 } },
      unit: RELOADS,
      gives: '',
    },
    {
      from: life('reload-signal', { reloadBeganUs: 50 }),
      event: { name: 'said', said: RELOADING },
      unit: RELOADS,
      gives: '',
    },
    {
      from: life('reload-signal', { reloadBeganUs: 50 }),
      event: { name: 'said', said: { ...RELOADING, ready: true, monotonicUs: 51 } },
      unit: RELOADS,
      gives: 'running timer:Infinity',
    },
  ]);
});

describe('A reload', () => {
  const RELOAD: ServiceEvent = { name: 'reload', nowUs: 50 };
  tryAll([
    {
      from: life('running'),
      event: RELOAD,
      unit: { commands: { reload: ['/a'] } },
      gives: 'reload timer:90000 run:reload.0',
    },
    { from: life('running'), event: RELOAD, unit: RELOADS, gives: 'reload-signal timer:90000 signal:1' },
    { from: life('dead'), event: RELOAD, unit: RELOADS, gives: '' },
    {
      from: during('reload', 'reload'),
      event: ended('control', 'exited', 0),
      gives: 'say:control-exited running timer:Infinity',
    },
    {
      from: during('reload', 'reload'),
      event: ended('control', 'exited', 1),
      gives: 'say:control-exited running timer:Infinity',
    },
    {
      from: during('reload', 'reload'),
      event: ended('control', 'exited', 0),
      unit: RELOADS,
      gives: 'say:control-exited reload-signal timer:90000 signal:1',
    },
    {
      from: during('reload', 'reload', { told: 'reload-ready' }),
      event: ended('control', 'exited', 0),
      unit: RELOADS,
      gives: 'say:control-exited running timer:Infinity',
    },
    {
      from: during('reload', 'reload', { told: 'reloading' }),
      event: ended('control', 'exited', 0),
      unit: RELOADS,
      gives: 'say:control-exited reload-notify',
    },
    {
      from: during('reload', 'reload'),
      event: { name: 'timeout' },
      gives: 'say:Killing kill-control running timer:Infinity',
    },
    {
      from: life('reload-signal'),
      event: { name: 'timeout' },
      unit: RELOADS,
      gives: 'say:Killing kill-control running timer:Infinity',
    },
    {
      from: life('reload-notify', { told: 'reloading' }),
      event: { name: 'timeout' },
      unit: RELOADS,
      gives: 'say:Killing kill-control running timer:Infinity',
    },
    {
      from: life('reload-signal'),
      event: EXIT_0,
      unit: RELOADS,
      gives: 'say:main-exited stop-sigterm kill:terminate',
    },
  ]);

  it('that fails is told by its own result', () => {
    const late = step(life('reload-signal'), { name: 'timeout' }, makeService(RELOADS));
    expect(late.life).toMatchObject({ sub: 'running', result: 'success', reloadResult: 'timeout' });
  });
});

describe('Every state', () => {
  const exit = fc.record({
    code: fc.constantFrom<'exited' | 'killed' | 'dumped'>('exited', 'killed', 'dumped'),
    status: fc.constantFrom(0, 1, 9, 15, 255),
  });
  const role = fc.constantFrom<'main' | 'control'>('main', 'control');
  const event: fc.Arbitrary<ServiceEvent> = fc.oneof(
    fc.constantFrom<ServiceEvent>(
      BEGIN,
      { name: 'stop' },
      { name: 'idle' },
      { name: 'reload', nowUs: 5 },
      { name: 'unkilled' },
      { name: 'emptied' },
      { name: 'timeout' },
      { name: 'watchdog' },
      { name: 'main', pid: 9 },
      { name: 'main-missing', empty: false },
      { name: 'said', said: READY },
      { name: 'said', said: RELOADING },
      { name: 'said', said: STOPPING },
    ),
    fc.record({ name: fc.constant('started' as const), role, pid: fc.constant(7) }),
    fc.record({ name: fc.constant('start-failed' as const), role, exit: fc.constantFrom(null, 203) }),
    fc.record({ name: fc.constant('exited' as const), role, exit }),
  );
  const unit = fc.constantFrom<UnitCase>(
    {},
    NOTIFY,
    RELOADS,
    FORKING,
    PID_FILE,
    { type: 'oneshot', remainAfterExit: true },
    {
      restart: 'always',
      exec: { sendSigkill: false },
      commands: { startPre: ['/a'], stop: ['/b'], stopPost: ['/c'] },
    },
  );

  it('leads to an end once a stop is asked for and nothing runs any more', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), unit, (events, one) => {
        const policy = makeService(one);
        let now = events.reduce((life: Life, next) => step(life, next, policy).life, UNBORN);
        now = step(now, { name: 'stop' }, policy).life;
        for (let i = 0; i < 30 && SUBS[now.sub] === 'deactivating'; i += 1) {
          for (const who of ['main', 'control'] as const) {
            now = step(
              now,
              { name: 'exited', role: who, exit: { code: 'killed', status: SIGKILL } },
              policy,
            ).life;
          }
          now = step(now, { name: 'unkilled' }, policy).life;
        }
        expect(['dead', 'failed']).toContain(now.sub);
      }),
    );
  });
});
