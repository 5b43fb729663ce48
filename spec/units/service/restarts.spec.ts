import { describe, expect, it } from '@jest/globals';
import { type Life, type Result, UNBORN } from '../../../lib/units/service/life.ts';
import { comesBack, restartDelayMs } from '../../../lib/units/service/restarts.ts';
import { step } from '../../../lib/units/service/state.ts';
import { makeService } from './make-unit.ts';

const ENDS: readonly Result[] = ['success', 'exit-code', 'signal', 'core-dump', 'timeout', 'watchdog'];

describe('Restart=', () => {
  it.each([
    { restart: 'no', after: [] },
    { restart: 'always', after: ENDS },
    { restart: 'on-success', after: ['success'] },
    { restart: 'on-failure', after: ['exit-code', 'signal', 'core-dump', 'timeout', 'watchdog'] },
    { restart: 'on-abnormal', after: ['signal', 'core-dump', 'timeout', 'watchdog'] },
    { restart: 'on-abort', after: ['signal', 'core-dump'] },
    { restart: 'on-watchdog', after: ['watchdog'] },
  ] as const)('$restart brings a service back after $after', ({ after, restart }) => {
    const unit = makeService({ restart });
    expect(ENDS.filter((result) => comesBack({ ...UNBORN, result }, unit))).toEqual(after);
  });

  const exited = (status: number, more: Partial<Life> = {}): Life => ({
    ...UNBORN,
    result: status === 0 ? 'success' : 'exit-code',
    mainExit: { code: 'exited', status },
    ...more,
  });
  const set = (...codes: number[]) => ({ codes, signals: [] });

  it.each([
    { it: 'a stop forbids it', life: exited(1, { stopped: true }), unit: { restart: 'always' }, back: false },
    { it: 'prevented', life: exited(3), unit: { restart: 'always', restartPrevent: set(3) }, back: false },
    { it: 'forced', life: exited(3), unit: { restartForce: set(3) }, back: true },
    {
      it: 'prevented and forced',
      life: exited(3),
      unit: { restartForce: set(3), restartPrevent: set(3) },
      back: false,
    },
    {
      it: 'a oneshot that was done well is not forced',
      life: exited(0),
      unit: { type: 'oneshot', restartForce: set(0) },
      back: false,
    },
    {
      it: 'refused by its condition',
      life: exited(1, { result: 'exec-condition', mainExit: null }),
      unit: { restart: 'always' },
      back: false,
    },
  ] as const)('$it: $back', ({ back, life, unit }) => {
    expect(comesBack(life, makeService(unit))).toBe(back);
  });
});

describe('RestartSec=', () => {
  it.each([
    {
      title: 'C-129: grows in steps',
      unit: { restartMs: 200, restartSteps: 3, restartMaxDelayMs: 1600 },
      gives: [200, 400, 800, 1600, 1600],
    },
    {
      title: 'stays without steps',
      unit: { restartMs: 200, restartMaxDelayMs: 1600 },
      gives: [200, 200, 200, 200, 200],
    },
    {
      title: 'stays without a longest delay',
      unit: { restartMs: 200, restartSteps: 3 },
      gives: [200, 200, 200, 200, 200],
    },
    {
      title: 'cannot grow from nothing',
      unit: { restartMs: 0, restartSteps: 3, restartMaxDelayMs: 1600 },
      gives: [0, 0, 0, 0, 0],
    },
  ])('$title', ({ gives, unit }) => {
    const delays = [0, 1, 2, 3, 4].map((restarts) => Math.round(restartDelayMs(restarts, makeService(unit))));
    expect(delays).toEqual(gives);
  });
});

describe('RestartRandomizedDelaySec=', () => {
  const ended: Life = { ...UNBORN, sub: 'final-sigkill', result: 'exit-code' };
  it.each([
    { restartRandomMs: 0, timer: { do: 'timer', afterMs: 100 } },
    { restartRandomMs: 5000, timer: { do: 'timer', afterMs: 100, spreadMs: 5000 } },
  ] as const)('$restartRandomMs ms', ({ restartRandomMs, timer }) => {
    const { actions } = step(
      ended,
      { name: 'unkilled' },
      makeService({ restart: 'always', restartRandomMs }),
    );
    expect(actions.at(-1)).toEqual(timer);
  });
});
