/** Commands of rules, with a shell that is played. */

import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../../lib/log/events.ts';
import { commandRunner } from '../../../lib/service/wrap/commands.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

describe('A command', () => {
  it('gives its status, and has 30 s', async () => {
    const { events, run, shells } = make();
    const status = run('finger @a');
    expect(shells).toMatchObject([{ command: 'finger @a', timeoutMs: 30_000 }]);
    shells[0]?.end(3);
    expect(await status).toBe(3);
    expect(events).toEqual([]);
  });

  it('that was killed has failed, which is said', async () => {
    const { events, run, shells } = make();
    const status = run('sleep 1000');
    shells[0]?.end(null);
    expect(await status).toBe(124);
    expect(events).toMatchObject([{ level: 'warning', message: 'killed after 30 s: sleep 1000' }]);
  });

  it('waits for one of 32 turns, and fails when none comes in 30 s', async () => {
    const { clock, events, run, shells } = make();
    const all = Array.from({ length: 34 }, (_, at) => run(`command ${at}`));
    expect(shells).toHaveLength(32);
    shells[5]?.end(0);
    await all[5];
    await new Promise(setImmediate);
    expect(shells.map(({ command }) => command).slice(32)).toEqual(['command 32']);
    clock.advance(30_000);
    expect(await all[33]).toBe(124);
    expect(shells).toHaveLength(33);
    expect(events).toMatchObject([{ message: 'not run, since 32 other commands do: command 33' }]);
  });
});

function make() {
  const clock = new ManualClock();
  const events: Event[] = [];
  const shells: { command: string; timeoutMs: number; end: (status: number | null) => void }[] = [];
  const shell = (command: string, timeoutMs: number) =>
    new Promise<number | null>((end) => shells.push({ command, timeoutMs, end }));
  return {
    clock,
    events,
    shells,
    run: commandRunner({ clock, emit: (event) => events.push(event), shell }),
  };
}
