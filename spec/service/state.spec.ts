import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bindRetryMs, type Policy, type ServiceEvent, type State, step } from '../../lib/service/state.ts';

const CLOSE: Policy = { tripPauseMs: 600_000, onTrip: 'close', retries: true };
const HOLD: Policy = { tripPauseMs: 600_000, onTrip: 'hold', retries: true };
const REST: Policy = { tripPauseMs: 10_000, onTrip: 'hold', retries: false };
const PAUSE: ServiceEvent = { name: 'pause', reason: 'descriptors', pauseMs: 1000 };

const doing = (state: State, event: ServiceEvent, policy = CLOSE) => {
  const next = step(state, event, policy);
  return [next.state.name, ...next.actions.map((action) => action.do)].join(' ');
};

describe('The state of a service', () => {
  it.each([
    { from: { name: 'closed' }, event: { name: 'open' }, gives: 'closed stop-timer bind' },
    { from: { name: 'closed' }, event: { name: 'bound' }, gives: 'listening watch' },
    { from: { name: 'closed' }, event: { name: 'bind-failed' }, gives: 'unbound timer' },
    { from: { name: 'unbound', attempt: 1 }, event: { name: 'timer' }, gives: 'unbound stop-timer bind' },
    { from: { name: 'unbound', attempt: 1 }, event: { name: 'retry' }, gives: 'unbound stop-timer bind' },
    { from: { name: 'unbound', attempt: 1 }, event: { name: 'bound' }, gives: 'listening watch' },
    { from: { name: 'listening' }, event: { name: 'filled' }, gives: 'full unwatch' },
    { from: { name: 'listening' }, event: { name: 'handed' }, gives: 'handed-over unwatch' },
    { from: { name: 'listening' }, event: { name: 'freed' }, gives: 'listening' },
    { from: { name: 'listening' }, event: { name: 'retry' }, gives: 'listening' },
    { from: { name: 'listening' }, event: PAUSE, gives: 'paused unwatch say-paused timer' },
    {
      from: { name: 'listening' },
      event: { name: 'trip' },
      gives: 'tripped unwatch release say-paused timer',
    },
    { from: { name: 'full' }, event: { name: 'freed' }, gives: 'listening watch' },
    { from: { name: 'full' }, event: PAUSE, gives: 'paused unwatch say-paused timer' },
    { from: { name: 'handed-over' }, event: { name: 'freed' }, gives: 'listening watch' },
    { from: { name: 'handed-over' }, event: { name: 'retry' }, gives: 'handed-over' },
    { from: { name: 'paused', reason: 'spawn' }, event: { name: 'freed' }, gives: 'paused' },
    {
      from: { name: 'paused', reason: 'spawn' },
      event: { name: 'timer' },
      gives: 'listening stop-timer say-resumed watch',
    },
    { from: { name: 'tripped' }, event: { name: 'timer' }, gives: 'closed stop-timer say-resumed bind' },
    { from: { name: 'tripped' }, event: { name: 'retry' }, gives: 'closed stop-timer say-resumed bind' },
    { from: { name: 'tripped' }, event: { name: 'freed' }, gives: 'tripped' },
    { from: { name: 'tripped' }, event: { name: 'close' }, gives: 'closed stop-timer unwatch release' },
  ] as { from: State; event: ServiceEvent; gives: string }[])(
    '$from.name, $event.name: $gives',
    ({ from, event, gives }) => {
      expect(doing(from, event)).toBe(gives);
    },
  );

  it('keeps the sockets of a tripped service with --on-trip=hold', () => {
    expect(doing({ name: 'listening' }, { name: 'trip' }, HOLD)).toBe('tripped unwatch say-paused timer');
    expect(doing({ name: 'tripped' }, { name: 'timer' }, HOLD)).toBe(
      'listening stop-timer say-resumed watch',
    );
  });

  it('a service that rests for a stated time is not woken before it', () => {
    expect(doing({ name: 'tripped' }, { name: 'retry' }, REST)).toBe('tripped');
    expect(doing({ name: 'tripped' }, { name: 'timer' }, REST)).toBe(
      'listening stop-timer say-resumed watch',
    );
  });

  it('tries to bind again after 1, 2, 4 … 60 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map(bindRetryMs)).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('every pause and trip has an end that is said: a timer goes with each, and its firing leads back to service', () => {
    const anEvent = fc.constantFrom<ServiceEvent>(
      { name: 'open' },
      { name: 'bound' },
      { name: 'bind-failed' },
      { name: 'filled' },
      { name: 'freed' },
      { name: 'handed' },
      PAUSE,
      { name: 'trip' },
      { name: 'timer' },
      { name: 'retry' },
      { name: 'close' },
    );
    fc.assert(
      fc.property(
        fc.array(anEvent, { maxLength: 40 }),
        fc.constantFrom(CLOSE, HOLD, REST),
        (events, policy) => {
          let state: State = { name: 'closed' };
          let timer = false;
          for (const event of events) {
            const next = step(state, event, policy);
            state = next.state;
            for (const action of next.actions) {
              if (action.do === 'timer') timer = true;
              if (action.do === 'stop-timer') timer = false;
            }
            const waits = state.name === 'unbound' || state.name === 'paused' || state.name === 'tripped';
            const binds = next.actions.some((action) => action.do === 'bind');
            if (waits && !binds && state.name !== 'unbound') expect(timer).toBe(true);
          }
        },
      ),
    );
  });
});
