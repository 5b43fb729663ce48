import { describe, expect, it } from '@jest/globals';
import {
  type Action,
  type Commands,
  DEAD,
  type SocketEvent,
  type State,
  type Sub,
  step,
} from '../../../lib/units/socket/state.ts';

const none: Commands = { startPre: 0, startPost: 0, stopPre: 0, stopPost: 0 };
const one: Commands = { startPre: 1, startPost: 1, stopPre: 1, stopPost: 1 };
const two: Commands = { startPre: 2, startPost: 0, stopPre: 0, stopPost: 2 };
const ok: SocketEvent = { name: 'ended', result: 'success' };
const bad: SocketEvent = { name: 'ended', result: 'exit-code' };
const failed = (result: 'resources' | 'trigger-limit-hit' | 'service-start-limit-hit'): SocketEvent => ({
  name: 'fail',
  result,
});

const textOf = (action: Action): string => {
  if (action.do === 'run') return `run ${action.command} ${action.at}`;
  if (action.do === 'kill') return `kill ${action.signal}`;
  return action.do === 'say' ? `say ${action.what}` : action.do;
};

interface Row {
  readonly from: Sub;
  readonly at?: number;
  readonly had?: State['result'];
  readonly event: SocketEvent;
  readonly commands?: Commands;
  readonly to: Sub;
  readonly result?: State['result'];
  readonly does?: string;
}

const END = 'stop-timer, unwatch, close';

// biome-ignore format: a table
const rows: readonly Row[] = [
  { from: 'dead', event: { name: 'start' }, to: 'start-open', does: 'stop-timer, open' },
  { from: 'dead', event: { name: 'start' }, commands: one, to: 'start-pre', does: 'run startPre 0, timer' },
  { from: 'failed', had: 'resources', event: { name: 'start' }, to: 'start-open', does: 'stop-timer, open' },
  { from: 'dead', event: { name: 'too-often' }, to: 'failed', result: 'start-limit-hit' },
  { from: 'failed', had: 'exit-code', event: { name: 'too-often' }, to: 'failed', result: 'start-limit-hit' },
  { from: 'failed', had: 'exit-code', event: { name: 'reset-failed' }, to: 'dead' },
  { from: 'dead', event: { name: 'stop' }, to: 'dead' },
  { from: 'start-pre', event: ok, commands: two, to: 'start-pre', does: 'run startPre 1, timer' },
  { from: 'start-pre', at: 1, event: ok, commands: two, to: 'start-open', does: 'stop-timer, open' },
  { from: 'start-pre', event: bad, commands: two, to: 'failed', result: 'exit-code', does: `${END}, say failed` },
  { from: 'start-pre', event: { name: 'timeout' }, commands: one, to: 'final-sigterm', result: 'timeout', does: 'kill term, timer' },
  { from: 'start-pre', event: { name: 'stop' }, commands: one, to: 'final-sigterm', does: 'kill term, timer' },
  { from: 'start-open', event: { name: 'opened' }, to: 'listening', does: 'stop-timer, say listening, flush, watch' },
  { from: 'start-open', event: { name: 'opened' }, commands: one, to: 'start-post', does: 'run startPost 0, timer' },
  { from: 'start-open', event: failed('resources'), to: 'failed', result: 'resources', does: `unwatch, close, ${END}, say failed` },
  { from: 'start-post', event: ok, commands: one, to: 'listening', does: 'stop-timer, say listening, flush, watch' },
  { from: 'start-post', event: bad, commands: one, to: 'stop-pre', result: 'exit-code', does: 'unwatch, run stopPre 0, timer' },
  { from: 'start-post', event: { name: 'timeout' }, commands: one, to: 'stop-pre-sigterm', result: 'timeout', does: 'kill term, timer' },
  { from: 'start-post', event: { name: 'stop' }, commands: one, to: 'stop-pre-sigterm', does: 'kill term, timer' },
  { from: 'listening', event: { name: 'triggered' }, to: 'running', does: 'unwatch' },
  { from: 'listening', event: { name: 'busy' }, to: 'running', does: 'unwatch' },
  { from: 'listening', event: { name: 'free' }, to: 'listening' },
  { from: 'listening', event: failed('trigger-limit-hit'), to: 'failed', result: 'trigger-limit-hit', does: `unwatch, close, ${END}, say failed` },
  { from: 'listening', event: { name: 'stop' }, to: 'dead', does: `unwatch, close, ${END}, say closed` },
  { from: 'listening', event: { name: 'stop' }, commands: one, to: 'stop-pre', does: 'unwatch, run stopPre 0, timer' },
  { from: 'listening', event: { name: 'start' }, to: 'listening' },
  { from: 'listening', event: { name: 'deferred' }, to: 'deferred', does: 'unwatch, defer-timer' },
  { from: 'deferred', event: { name: 'deferred' }, to: 'deferred' },
  { from: 'deferred', event: { name: 'free' }, to: 'deferred' },
  { from: 'deferred', event: { name: 'triggered' }, to: 'running', does: 'stop-timer' },
  { from: 'deferred', event: { name: 'busy' }, to: 'running', does: 'stop-timer' },
  { from: 'deferred', event: { name: 'timeout' }, to: 'failed', result: 'timeout', does: `unwatch, close, ${END}, say failed` },
  { from: 'deferred', event: { name: 'stop' }, to: 'dead', does: `unwatch, close, ${END}, say closed` },
  { from: 'running', event: { name: 'free' }, to: 'listening', does: 'flush, watch' },
  { from: 'running', event: { name: 'busy' }, to: 'running' },
  { from: 'running', event: failed('service-start-limit-hit'), to: 'failed', result: 'service-start-limit-hit', does: `unwatch, close, ${END}, say failed` },
  { from: 'running', event: { name: 'stop' }, to: 'dead', does: `unwatch, close, ${END}, say closed` },
  { from: 'stop-pre', event: ok, commands: one, to: 'stop-post', does: 'close, run stopPost 0, timer' },
  { from: 'stop-pre', event: bad, commands: one, to: 'stop-post', result: 'exit-code', does: 'close, run stopPost 0, timer' },
  { from: 'stop-pre', event: { name: 'timeout' }, commands: one, to: 'stop-pre-sigterm', result: 'timeout', does: 'kill term, timer' },
  { from: 'stop-pre-sigterm', event: ok, commands: one, to: 'stop-post', does: 'close, run stopPost 0, timer' },
  { from: 'stop-pre-sigterm', event: { name: 'timeout' }, commands: one, to: 'stop-pre-sigkill', result: 'timeout', does: 'kill kill, timer' },
  { from: 'stop-pre-sigkill', event: ok, to: 'dead', does: `close, ${END}, say closed` },
  { from: 'stop-pre-sigkill', event: { name: 'timeout' }, to: 'failed', result: 'timeout', does: `close, ${END}, say failed` },
  { from: 'stop-post', event: ok, commands: two, to: 'stop-post', does: 'run stopPost 1, timer' },
  { from: 'stop-post', at: 1, event: ok, commands: two, to: 'dead', does: `${END}, say closed` },
  { from: 'stop-post', event: bad, commands: two, to: 'failed', result: 'exit-code', does: `${END}, say failed` },
  { from: 'stop-post', event: { name: 'timeout' }, commands: two, to: 'final-sigterm', result: 'timeout', does: 'kill term, timer' },
  { from: 'final-sigterm', event: ok, to: 'dead', does: `${END}, say closed` },
  { from: 'final-sigterm', event: { name: 'timeout' }, to: 'final-sigkill', result: 'timeout', does: 'kill kill, timer' },
  { from: 'final-sigkill', event: ok, to: 'dead', does: `${END}, say closed` },
  { from: 'final-sigkill', event: { name: 'timeout' }, to: 'failed', result: 'timeout', does: `${END}, say failed` },
  { from: 'stop-post', had: 'resources', event: ok, to: 'failed', result: 'resources', does: `${END}, say failed` },
  { from: 'stop-post', had: 'resources', event: bad, to: 'failed', result: 'resources', does: `${END}, say failed` },
  { from: 'running', had: 'timeout', event: failed('service-start-limit-hit'), to: 'failed', result: 'service-start-limit-hit', does: `unwatch, close, ${END}, say failed` },
];

describe('a socket unit', () => {
  it.each(
    rows.map((row) => ({
      had: 'success' as const,
      at: 0,
      commands: none,
      result: undefined,
      does: '',
      ...row,
    })),
  )('$from and $event.name ($had): $to', ({ at, commands, does, event, from, had, result, to }) => {
    const { state, actions } = step({ sub: from, result: had, at }, event, commands);
    expect(state.sub).toBe(to);
    expect(actions.map(textOf).join(', ')).toBe(does);
    if (to === 'dead' || result !== undefined) expect(state.result).toBe(result ?? 'success');
  });

  it('forgets how its last life ended when it starts', () => {
    const { state } = step({ sub: 'failed', result: 'trigger-limit-hit', at: 1 }, { name: 'start' }, none);
    expect(state).toEqual({ ...DEAD, sub: 'start-open' });
  });
});
