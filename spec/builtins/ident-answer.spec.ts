import { describe, expect, it } from '@jest/globals';
import { lookUp } from '../../lib/builtins/ident-answer.ts';
import { parseIdentOptions } from '../../lib/builtins/ident-options.ts';
import { JobQueue } from '../../lib/builtins/job-queue.ts';

const alice = { name: 'alice', uid: 1000, home: '/nonexistent' };
const users = { byId: (uid: number) => (uid === alice.uid ? alice : null), byName: () => null };

describe('a look-up of ident', () => {
  it.each([
    { args: '-r', owner: async () => 1000, answer: { name: 'alice' } },
    { args: '-r -n', owner: async () => 1000, answer: { name: 'alice' } },
    { args: '-r', owner: async () => null, answer: { error: 'NO-USER' } },
    { args: '-r', owner: async () => 4711, answer: { error: 'NO-USER' } },
    { args: '-r -d carol', owner: async () => 4711, answer: { name: 'carol' } },
    { args: '-r', owner: () => Promise.reject(new Error('no table')), answer: { error: 'UNKNOWN-ERROR' } },
    { args: '-r -d carol', owner: () => Promise.reject(new Error('no table')), answer: { name: 'carol' } },
  ])('with $args is $answer', async ({ args, owner, answer }) => {
    expect(await lookUp(parseIdentOptions(['auth', ...args.split(' ')]), { users, owner })).toEqual(answer);
  });

  it('hides a user about whom ~/.noident cannot be asked', async () => {
    const home = `/${'x'.repeat(300)}`; // ENAMETOOLONG
    const sources = { users: { ...users, byId: () => ({ ...alice, home }) }, owner: async () => 1000 };
    expect(await lookUp(parseIdentOptions(['auth', '-rn']), sources)).toEqual({ error: 'HIDDEN-USER' });
  });
});

describe('JobQueue', () => {
  it('runs one job at a time, in order, also after one that failed', async () => {
    const queue = new JobQueue(3);
    const steps: string[] = [];
    const job = (name: string) => async () => {
      steps.push(`${name} begins`);
      await Promise.resolve();
      steps.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
      return name;
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => queue.run(job(name))));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('rejects at once when too many wait, and takes jobs again when they are done', async () => {
    const queue = new JobQueue(1);
    let finish = () => {};
    const first = queue.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await expect(queue.run(async () => 'second')).rejects.toThrow('too many jobs');
    finish();
    await first;
    expect(await queue.run(async () => 'third')).toBe('third');
  });
});
