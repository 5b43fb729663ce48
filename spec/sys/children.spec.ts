import { describe, expect, it } from '@jest/globals';
import { runIsolatedJson } from '../run-isolated.ts';
import { asRoot } from './as-root.ts';

/** Which fixture performs a scenario. */
const fixtures: Readonly<Record<string, readonly string[]>> = {
  'child-state': ['descriptors', 'closeAfter', 'signals', 'ids', 'settings'],
  reaping: ['frozen', 'race', 'orphans', 'adopted', 'exceptions', 'kills'],
  starts: ['exits', 'failures', 'shellFallback', 'slots', 'ownWords', 'ownIds'],
};

function scenario<T>(name: string, ...args: string[]): Promise<T> {
  const fixture = Object.keys(fixtures).find((key) => fixtures[key]?.includes(name));
  return runIsolatedJson(`sys/${fixture}.ts`, { args: [name, ...args], env: { SPAWN_TIMEOUT_MS: '1000' } });
}

interface Report {
  pid: number;
  step: number;
  errno: string | null;
  timedOut: boolean;
}

const nobody = { uid: 65_534, gid: 65_534 };

describe('a start', () => {
  it('tells exit statuses, signals and what the child used', async () => {
    const { report, exit, killed, busy, left } =
      await scenario<Record<string, Record<string, number>>>('exits');
    expect(report).toMatchObject({ step: 0, errno: null, timedOut: false });
    expect(exit).toMatchObject({ pid: report?.pid, status: 3, signal: null });
    expect(killed).toMatchObject({ status: null, signal: 9 });
    expect((busy?.userMs ?? 0) + (busy?.systemMs ?? 0)).toBeGreaterThan(5);
    expect(busy?.maxRssKb).toBeGreaterThan(0);
    expect(left).toBe('');
  });

  it('that fails names the step and the error, and leaves no zombie', async () => {
    const { result, orphans } = await scenario<{ result: Record<string, Report>; orphans: number[] }>(
      'failures',
    );
    const told = Object.fromEntries(
      Object.entries(result).map(([name, { step, errno }]) => [name, `${step} ${errno}`]),
    );
    expect(told).toEqual({
      ENOENT: '1 ENOENT',
      EACCES: '1 EACCES',
      ETXTBSY: '1 ETXTBSY',
      ENOEXEC: '1 ENOEXEC',
      chdir: '1 ENOENT',
      EBADF: '0 EBADF',
      unexpected: '0 EPERM',
      killed: '1 ECANCELED',
    });
    expect(Object.values(result).every(({ pid, timedOut }) => pid > 0 && !timedOut)).toBe(true);
    expect(orphans).toEqual([]);
  });

  it('goes on to the shell after ENOEXEC when the plan says so', async () => {
    const { report, exit, output, script, withoutShell } = await scenario<{
      report: Report;
      exit: { status: number };
      output: string;
      script: string;
      withoutShell: Report;
    }>('shellFallback');
    expect(report).toMatchObject({ step: 1, errno: null });
    expect(exit.status).toBe(0);
    expect(output).toBe(`${script} one\n`);
    expect(withoutShell).toMatchObject({ step: 0, errno: 'ENOEXEC' });
  });

  asRoot('says which step a user without privilege may not do', async () => {
    const args = ['unprivileged'];
    const result = await runIsolatedJson<Record<string, Report>>('sys/starts.ts', { args, ...nobody });
    for (const name of ['setresuid', 'setgroups', 'chroot']) {
      expect(result[name]).toMatchObject({ step: 1, errno: 'EPERM' });
    }
  });

  it('fills its slots: strings given, and environment left out', async () => {
    expect(await scenario('slots')).toEqual([
      'zero last A=fixed B=given C=\n',
      'zwei ü last A=fixed B=x C=set\n',
    ]);
  });

  it('lets the child complete its environment: its pid, and the number of its pidfd where there is one', async () => {
    const outcomes =
      await scenario<{ reported: number; pid: number; id: string | null; lowest: number; env: object }[]>(
        'ownWords',
      );
    expect(outcomes).toHaveLength(2);
    outcomes.forEach(({ reported, pid, id, lowest, env }, given) => {
      expect(pid).toBe(reported);
      // Nothing that it opened on the way is left.
      expect(lowest).toBe(3);
      expect(env).toMatchObject({
        FIRST: '1',
        LISTEN_PID: String(pid),
        WATCHDOG_PID: String(pid),
        ...(id === null ? {} : { LISTEN_PIDFDID: id }),
        ...(given === 0 ? {} : { GIVEN: '1' }),
      });
      expect('LISTEN_PIDFDID' in env).toBe(id !== null);
      expect('GIVEN' in env).toBe(given === 1);
    });
  });
});

describe('a child', () => {
  it('has no descriptors but those meant for it, and the daemon keeps its own', async () => {
    // The fourth one is the folder that ls reads.
    const seen = '0\n1\n2\n3\n';
    expect(await scenario('descriptors')).toMatchObject({
      bare: seen,
      given: seen,
      exit: { status: 0 },
      unchanged: true,
    });
  });

  it('holds the last copy of its connection, unless the daemon wants to keep one', async () => {
    expect(await scenario('closeAfter')).toEqual([0, 'again', 0]);
  });

  it('begins with every signal at its default and none blocked', async () => {
    const none = '0000000000000000';
    const { own, ...child } = await scenario<Record<string, string>>('signals');
    expect(child).toEqual({ blocked: none, ignored: none, caught: none, pending: none });
    // It would mean nothing if the daemon ignored none itself: Node ignores PIPE.
    expect(own).not.toBe(none);
  });

  it('begins so too when the daemon itself was started with real-time signals ignored', async () => {
    const ignoring =
      'import os, signal, sys; signal.signal(signal.SIGRTMAX, signal.SIG_IGN); os.execvp(sys.argv[1], sys.argv[1:])';
    const { ignored, own } = await runIsolatedJson<Record<string, string>>('sys/child-state.ts', {
      args: ['signals'],
      wrapper: ['python3', '-c', ignoring],
    });
    expect(ignored).toBe('0000000000000000');
    expect(own).toMatch(/^8/);
  });

  it('has the settings of its plan, also those that are written to files', async () => {
    const { seen, ...rest } = await scenario<{ seen: string[] }>('settings');
    // The open file is shared: what the child made blocking is so for the daemon too.
    expect(rest).toEqual({ errno: null, status: 0, wasBlocking: false, shared: true });
    const facts = ['3', '5', '[0]', '321', '4711', 'best-effort: prio 6', 'True', '/usr', 'True'];
    expect(seen).toEqual(facts);
  });

  asRoot('has exactly the ids and groups of its plan, above 65535 too', async () => {
    const of = (id: number) => Array<string>(4).fill(String(id));
    expect(await scenario('ids')).toEqual({
      errno: null,
      uid: of(100_000),
      gid: of(65_534),
      groups: ['10', '30', '70000'],
      own: [0, 0],
    });
  });
});

describe('starts that hang before exec', () => {
  it('are killed and reported with their step, while others go on', async () => {
    const result = await scenario<Record<string, unknown>>('frozen');
    const hung = { pid: true, errno: 'ETIMEDOUT', timedOut: true };
    expect(result).toMatchObject({
      reports: [
        { ...hung, step: 1 },
        { ...hung, step: 0 },
        { ...hung, step: 2 },
      ],
      statuses: Array(20).fill(0),
      orphans: [],
      running: 0,
    });
    expect(result.othersMs as number).toBeLessThan(result.reportsMs as number);
  });
});

describe('exits', () => {
  it('are matched with 10,000 starts, whichever is heard of first', async () => {
    const { before, ...counts } = await scenario<Record<string, number>>('race', '10000');
    expect(counts).toEqual({ started: 10_000, exited: 10_000, wrong: 0, orphans: 0, left: '', running: 0 });
    // Without a single child reaped before its report nothing would have been tested.
    expect(before).toBeGreaterThan(0);
  }, 120_000);

  it('of processes that nobody here started are told as orphans', async () => {
    const { told, pid } = await scenario<{ told: number[]; pid: number }>('orphans');
    expect(told).toEqual([pid]);
  });

  it('of a process that was inherited and taken in are told to whoever took it', async () => {
    expect(await scenario('adopted')).toEqual({
      taken: [true, false, false, false, false],
      killed: true,
      told: [[true, 15]],
      orphans: [],
      after: [false, false],
    });
  });

  it('and starts are told although a handler throws', async () => {
    expect(await scenario('exceptions')).toEqual(['exited', 'started']);
  });
});

describe('signals', () => {
  it('reach running children and their groups, and nobody else', async () => {
    expect(await scenario('kills')).toEqual({
      strangers: [false, false, false],
      hit: [true, true],
      signals: [15, 15],
      gone: false,
    });
  });
});

describe('the spawner threads', () => {
  it('do not stand in the way of a change of ids of the whole process', async () => {
    expect(await scenario('ownIds')).toBe(0);
  });
});
