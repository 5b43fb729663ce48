/** Whom netgroups vouch for, with a source that is played and a clock that is moved by hand. */

import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../../lib/log/events.ts';
import { netgroupAsker } from '../../../lib/service/wrap/netgroups.ts';
import { SystemError } from '../../../lib/sys/errors.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

const never = new Promise<never>(() => {});

describe('A netgroup', () => {
  it('has the members that its source names, asked for by their bytes', async () => {
    const asked: string[][] = [];
    const { clock, events, isMember } = make(async (...question) => {
      asked.push(question);
      return question[1] === 'a';
    });
    const group = Buffer.from('büro').toString('latin1');
    expect([await isMember(group, 'a'), await isMember(group, 'b')]).toEqual([true, false]);
    expect(asked).toEqual([
      ['büro', 'a'],
      ['büro', 'b'],
    ]);
    expect(events).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('has no member for who is not answered within 5 s; that is said once', async () => {
    const { clock, events, isMember } = make(() => never);
    const answers = Promise.all([isMember('trusted', 'a'), isMember('trusted', 'b')]);
    clock.advance(5000);
    expect(await answers).toEqual([false, false]);
    expect(events).toMatchObject([{ level: 'warning', message: 'netgroup @trusted: no answer within 5 s' }]);
  });

  it('is asked about one question at a time', async () => {
    const answers: ((member: boolean) => void)[] = [];
    const { isMember } = make(() => new Promise((resolve) => answers.push(resolve)));
    const first = isMember('trusted', 'a');
    const second = isMember('trusted', 'b');
    expect(answers).toHaveLength(1);
    answers[0]?.(true);
    expect(await first).toBe(true);
    await new Promise(setImmediate);
    answers[1]?.(true);
    expect(await second).toBe(true);
  });

  it('has nobody where libc has no netgroups, which is said once for each', async () => {
    const { events, isMember } = make(() => Promise.reject(new SystemError('ENOSYS', 'innetgr', 'trusted')));
    for (const group of ['trusted', 'trusted', 'staff']) expect(await isMember(group, 'a')).toBe(false);
    expect(events).toMatchObject([
      { message: 'netgroups are not looked up: nobody is taken for a member of @trusted' },
      { message: 'netgroups are not looked up: nobody is taken for a member of @staff' },
    ]);
  });
});

function make(ask: (group: string, host: string) => Promise<boolean>) {
  const clock = new ManualClock();
  const events: Event[] = [];
  return { clock, events, isMember: netgroupAsker({ clock, emit: (event) => events.push(event), ask }) };
}
