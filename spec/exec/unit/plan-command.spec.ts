/** What each setting of a unit is in the plan of its commands. */

import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../../lib/exec/calls.ts';
import { describe as inWords } from '../../../lib/exec/describe.ts';
import type { CommandFacts, CommandRequest } from '../../../lib/exec/unit/command.ts';
import { exitName, exitOfStep, exitText } from '../../../lib/exec/unit/exit-names.ts';
import { type CommandPlan, planCommand } from '../../../lib/exec/unit/plan-command.ts';
import type { ExecSettings, StandardStream } from '../../../lib/model/exec-settings.ts';
import type { Command } from '../../../lib/model/unit.ts';
import { packPlan } from '../../../lib/sys/plan.ts';
import { makeService, type UnitCase } from '../../units/service/make-unit.ts';

const none = Number.POSITIVE_INFINITY;

const FACTS: CommandFacts = {
  identity: {
    user: { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' },
    given: false,
    gid: 0,
    groups: [],
  },
  files: [],
  told: [],
  invocation: 'f'.repeat(32),
  watchdogUs: null,
  sockets: [],
  stored: [],
  defaults: {
    environment: {},
    wholeEnvironment: { LANG: 'C', FOO: '1' },
    openFiles: { soft: 1024, hard: 524_288 },
    umask: 0o022,
    root: true,
  },
  hardLimits: {},
};
const NOBODY: CommandFacts['identity'] = {
  user: { name: 'nobody', uid: 65_534, gid: 65_534, home: '/home/nobody', shell: '/bin/bash' },
  given: true,
  gid: 65_534,
  groups: [65_534, 7],
};

interface Case {
  readonly unit?: UnitCase;
  readonly exec?: Partial<ExecSettings>;
  readonly command?: Partial<Command>;
  readonly kind?: CommandRequest['kind'];
  readonly facts?: Partial<CommandFacts>;
}

function plan({ command, exec, facts, kind = 'start', unit }: Case): CommandPlan {
  const made = makeService({ ...unit, exec: { ...exec } });
  const [first] = made.commands.start;
  if (first === undefined) throw new Error('no command');
  const planned = planCommand(
    { unit: made, command: { ...first, ...command }, kind },
    { ...FACTS, ...facts },
  );
  if ('problem' in planned) throw new Error(planned.problem);
  return planned;
}

function stepsOf(asked: Case): readonly string[] {
  return plan(asked).plan.operations.map(inWords);
}

/** The steps that a plan without any setting does not have. */
function added(asked: Case): readonly string[] {
  const usual = stepsOf({});
  return stepsOf(asked).filter((step) => !usual.includes(step));
}

describe('The plan of a command', () => {
  it('has its steps in this order', () => {
    const steps = stepsOf({
      exec: {
        user: 'nobody',
        rootDirectory: '/srv',
        workingDirectory: { path: '/www', optional: false },
        oomScoreAdjust: 5,
        cpuScheduling: { policy: 'rr', priority: 3, resetOnFork: true },
        nice: 2,
        cpuAffinity: [0, 3],
        ioScheduling: { class: 'idle', priority: 0 },
        timerSlackNs: 9,
        noNewPrivileges: true,
        resources: [{ resource: 'core', soft: 0, hard: none }],
      },
      facts: { identity: NOBODY, sockets: [{ name: 'a' }], stored: [{ name: 'b' }] },
    });
    expect(steps).toEqual([
      'sigaction(SIGPIPE, SIG_IGN)',
      'setsid()',
      'dup2(socket, 0)',
      'dup2(socket, 1)',
      'dup2(socket, 2)',
      'write(/proc/self/oom_score_adj, 5)',
      'sched_setscheduler(rr, 3, SCHED_RESET_ON_FORK)',
      'setpriority(2)',
      'sched_setaffinity(0, 3)',
      'ioprio_set(idle, 0)',
      'prctl(PR_SET_TIMERSLACK, 9)',
      'umask(022)',
      'prlimit(NOFILE, 1024, 524288)',
      'prlimit(MEMLOCK, 8388608, 8388608)',
      'prlimit(CORE, 0, unlimited)',
      'setgroups(65534, 7)',
      'setresgid(65534)',
      'dup2(socket, 3)',
      'dup2(socket, 4)',
      'chroot(/srv)',
      'setresuid(65534)',
      'chdir(/www)',
      'prctl(PR_SET_NO_NEW_PRIVS)',
      'execve(/bin/daemon)',
    ]);
  });

  // biome-ignore format: a table
  it.each<{ name: string; asked: Case; steps: readonly string[] }>([
    { name: 'UMask=', asked: { exec: { umask: 0o077 } }, steps: ['umask(077)'] },
    { name: 'a bare name', asked: { command: { program: 'x' }, exec: { execSearchPath: ['/a', '/b'] } }, steps: ['execve(/a/x)', 'execve(/b/x)'] },
    { name: 'WorkingDirectory=-', asked: { exec: { workingDirectory: { path: '/w', optional: true } } }, steps: ['chdir(/w), if it is there'] },
    { name: 'WorkingDirectory=~', asked: { exec: { workingDirectory: { path: 'home', optional: false } } }, steps: ['chdir(/root)'] },
    { name: 'RootDirectoryStartOnly= elsewhere', asked: { kind: 'stopPost', exec: { rootDirectory: '/srv', rootDirectoryStartOnly: true, workingDirectory: { path: '/w', optional: false } } }, steps: ['chdir(/srv/w)'] },
    { name: 'RootDirectoryStartOnly= of ExecStart=', asked: { exec: { rootDirectory: '/srv', rootDirectoryStartOnly: true } }, steps: ['chroot(/srv)'] },
    { name: 'LimitMEMLOCK=', asked: { exec: { resources: [{ resource: 'memlock', soft: 1, hard: 2 }] } }, steps: ['prlimit(MEMLOCK, 1, 2)'] },
    { name: 'the shell of the user', asked: { command: { program: '/bin/sh', shell: true }, facts: { identity: NOBODY } }, steps: ['setgroups(65534, 7)', 'setresgid(65534)', 'setresuid(65534)', 'execve(/bin/bash)'] },
    { name: '+', asked: { command: { privileges: 'full' }, facts: { identity: NOBODY }, exec: { rootDirectory: '/srv', noNewPrivileges: true, nice: 3, resources: [{ resource: 'core', soft: 1, hard: 1 }] } }, steps: ['setpriority(3)', 'chdir(/srv/)'] },
    { name: '!', asked: { command: { privileges: 'keep-user' }, facts: { identity: NOBODY }, exec: { rootDirectory: '/srv', noNewPrivileges: true } }, steps: ['chroot(/srv)', 'prctl(PR_SET_NO_NEW_PRIVS)'] },
  ])('$name adds $steps', ({ asked, steps }) => {
    expect(added(asked)).toEqual(steps);
  });

  it('leaves SIGPIPE alone, and ids where the daemon may not change them and nobody asks', () => {
    expect(stepsOf({ exec: { ignoreSigpipe: false } })[0]).toBe('setsid()');
    const defaults = { ...FACTS.defaults, root: false };
    expect(stepsOf({ facts: { defaults } }).join()).not.toMatch('setres');
    expect(stepsOf({ facts: { defaults, identity: NOBODY } }).join()).toMatch('setresuid(65534)');
  });

  it('sets what is allowed first and then tries what was asked for', () => {
    const { plan: made } = plan({
      exec: { resources: [{ resource: 'core', soft: 10, hard: 20 }] },
      facts: { hardLimits: { core: 5 } },
    });
    const { plan: calls } = callsOf(made);
    const limits = calls.calls.filter(({ name }) => name === 'prlimit').slice(-2);
    expect(limits.map(({ unless }) => unless)).toEqual([undefined, 1]);
  });

  it('can be packed with every operation there is', () => {
    const { plan: made } = plan({
      exec: {
        oomScoreAdjust: -1,
        cpuScheduling: { policy: 'fifo', priority: 1, resetOnFork: false },
        cpuAffinity: [70],
        ioScheduling: { class: 'realtime', priority: 7 },
        rootDirectory: '/',
      },
    });
    const { plan: calls } = callsOf(made);
    const numbers = Object.fromEntries(calls.calls.map(({ name }, i) => [name, i]));
    const { operations } = packPlan(calls, numbers);
    expect(operations).toHaveLength(calls.calls.length * 9);
    const mask = calls.calls.find(({ name }) => name === 'sched_setaffinity');
    expect(mask?.arguments.slice(1)).toEqual([
      16,
      { bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0) },
    ]);
  });

  it.each<{ op: string; exit: number | null; text: string | null }>([
    { op: 'setuid', exit: 217, text: '217/USER' },
    { op: 'setgid', exit: 216, text: '216/GROUP' },
    { op: 'chdir', exit: 200, text: '200/CHDIR' },
    { op: 'exec', exit: 203, text: '203/EXEC' },
    { op: 'limit', exit: 205, text: '205/LIMITS' },
    { op: 'ignore-signal', exit: 207, text: '207/SIGNAL_MASK' },
  ])('fails at $op with $text', ({ exit, op, text }) => {
    const { plan: made } = plan({ facts: { identity: NOBODY } });
    const at = made.operations.findIndex((operation) => operation.op === op);
    expect(exitOfStep(made, at)).toBe(exit);
    expect(exit === null ? null : exitText(exit)).toBe(text);
  });

  it('fails at a descriptor as that of its stream, and without a process as none', () => {
    const { plan: made } = plan({ facts: { sockets: [{ name: 'a' }] } });
    const dups = made.operations.flatMap(({ op }, at) => (op === 'dup' ? [exitOfStep(made, at)] : []));
    expect(dups).toEqual([208, 209, 222, 202]);
    expect([-4, -3, -2, -1].map((at) => exitOfStep(made, at))).toEqual([null, 202, 207, 207]);
    expect([0, 64, 200, 199].map(exitName)).toEqual(['SUCCESS', 'USAGE', 'CHDIR', null]);
    expect(exitText(99)).toBe('99');
  });
});

describe('The environment of a command', () => {
  it('takes the later of two sources, and nothing of the daemon that nobody asked for', () => {
    const { environment } = plan({
      exec: {
        environment: ['A=line', 'B=line', 'PATH=/mine'],
        execSearchPath: ['/s'],
        passEnvironment: ['FOO', 'A'],
      },
      facts: { files: [['B', 'file']], told: ['A=told', 'MAINPID=1'] },
    }).plan;
    expect(environment).toEqual({
      A: 'line',
      B: 'file',
      FOO: '1',
      INVOCATION_ID: 'f'.repeat(32),
      LANG: 'C',
      MAINPID: '1',
      PATH: '/mine',
      USER: 'root',
    });
  });

  it('has LISTEN_ variables of ExecStart= alone, and none without descriptors', () => {
    const facts = { sockets: [{ name: 'a' }, { name: 'b' }], stored: [{ name: 'c' }] };
    const { environment, ownVariables } = plan({ facts }).plan;
    expect(environment).toMatchObject({ LISTEN_FDS: '3', LISTEN_FDNAMES: 'a:b:c' });
    expect(ownVariables).toContainEqual({ pid: 'LISTEN_PID=' });
    expect(ownVariables).toContainEqual({ pidfdId: 'LISTEN_PIDFDID=' });
    for (const asked of [{ facts, kind: 'startPre' as const }, {}]) {
      const other = plan(asked).plan;
      expect(other.environment).not.toHaveProperty('LISTEN_FDS');
      expect(other.ownVariables).toEqual([{ pid: 'SYSTEMD_EXEC_PID=' }]);
    }
  });

  it('fills words in with what is unset afterwards', () => {
    const { plan: made, unset } = plan({
      command: { argv: ['/bin/daemon', `$\{A}`, `$\{GONE}`] },
      exec: { environment: ['A=1'], unsetEnvironment: ['A', 'LANG=other'] },
    });
    expect(made.argv).toEqual(['/bin/daemon', '1', '']);
    expect(unset).toEqual(['GONE']);
    expect(made.environment).toMatchObject({ LANG: 'C' });
    expect(made.environment).not.toHaveProperty('A');
  });
});

describe('Standard streams', () => {
  const file = (path: string, mode: 'write' | 'append' = 'write'): StandardStream => ({
    kind: 'file',
    path,
    mode,
  });
  const [nothing, nowhere] = [
    { from: 'file', path: '/dev/null', access: 'read' },
    { from: 'file', path: '/dev/null', access: 'write' },
  ];
  const log = { from: 'log' };
  const first = { from: 'given', index: 0 };
  const at = (path: string, access: string) => ({ from: 'file', path, access });

  // biome-ignore format: a table
  it.each<{ streams: readonly [StandardStream, StandardStream, StandardStream]; sources: readonly unknown[] }>([
    { streams: [{ kind: 'null' }, { kind: 'log' }, { kind: 'inherit' }], sources: [nothing, log, log] },
    { streams: [{ kind: 'null' }, { kind: 'inherit' }, { kind: 'inherit' }], sources: [nothing, nowhere, nowhere] },
    { streams: [{ kind: 'null' }, { kind: 'null' }, { kind: 'log' }], sources: [nothing, nowhere, log] },
    { streams: [{ kind: 'socket' }, { kind: 'inherit' }, { kind: 'inherit' }], sources: [first, first, first] },
    { streams: [{ kind: 'socket' }, { kind: 'inherit' }, { kind: 'log' }], sources: [first, first, log] },
    { streams: [{ kind: 'null' }, { kind: 'socket' }, { kind: 'null' }], sources: [nothing, first, nowhere] },
    { streams: [{ kind: 'null' }, { kind: 'fd', name: 'web' }, { kind: 'log' }], sources: [nothing, first, log] },
    { streams: [file('/a'), file('/a'), file('/b', 'append')], sources: [at('/a', 'read-write'), at('/a', 'read-write'), at('/b', 'append')] },
    { streams: [file('/a'), file('/b'), file('/b')], sources: [at('/a', 'read'), at('/b', 'write'), at('/b', 'write')] },
    { streams: [file('/a'), file('/a', 'append'), { kind: 'inherit' }], sources: [at('/a', 'read'), at('/a', 'append'), at('/a', 'append')] },
  ])('$streams come from $sources', ({ sources, streams: [standardInput, standardOutput, standardError] }) => {
    const made = plan({ exec: { standardInput, standardOutput, standardError }, facts: { sockets: [{ name: 'web' }] } });
    expect(made.sources.slice(0, 3)).toEqual(sources);
    // Two streams to one place are one open file.
    const [, output, error] = made.sources;
    expect(output === error).toBe(JSON.stringify(output) === JSON.stringify(error));
  });

  it.each<{ exec: Partial<ExecSettings>; names: readonly string[]; problem: string }>([
    {
      exec: { standardInput: { kind: 'socket' } },
      names: [],
      problem: 'a standard stream is to be the socket, and there are 0',
    },
    {
      exec: { standardError: { kind: 'socket' } },
      names: ['a', 'b'],
      problem: 'a standard stream is to be the socket, and there are 2',
    },
    {
      exec: { standardInput: { kind: 'fd', name: 'x' } },
      names: ['a'],
      problem: "a standard stream is to be the descriptor 'x', and there is none",
    },
  ])('$exec with $names cannot be', ({ exec, names, problem }) => {
    const sockets = names.map((name) => ({ name }));
    expect(() => plan({ exec, facts: { sockets } })).toThrow(problem);
  });

  it('passes what was stored on, where the socket is a standard stream', () => {
    const made = plan({
      exec: { standardInput: { kind: 'socket' } },
      facts: { sockets: [{ name: 'connection' }], stored: [{ name: 'kept' }] },
    });
    expect(made.sources[3]).toEqual({ from: 'given', index: 1 });
    expect(made.plan.environment).toMatchObject({ LISTEN_FDS: '1', LISTEN_FDNAMES: 'kept' });
  });
});
