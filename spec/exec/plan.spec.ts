import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../lib/exec/calls.ts';
import { describe as inWords, stepName } from '../../lib/exec/describe.ts';
import { type ChildDefaults, planChild } from '../../lib/exec/plan.ts';
import type { ChildSetup, Program } from '../../lib/model/service.ts';
import { packPlan } from '../../lib/sys/plan.ts';
import { makeAccount, makeService, makeSetup } from '../make.ts';

const defaults: ChildDefaults = {
  environment: { FOO: '1' },
  wholeEnvironment: { FOO: '1', PATH: '/bin', BAR: '2' },
  openFiles: { soft: 1024, hard: 4096 },
  umask: 0o022,
  root: true,
};
const nobody = makeAccount({ user: 'nobody', uid: 65_534, gid: 65_534, groups: [65_534, 12] });

const cat: Program = { kind: 'exec', program: '/bin/cat', argv: ['cat'] };

function planOf(
  service: { setup?: ChildSetup; action?: Program } = {},
  changed: Partial<ChildDefaults> = {},
) {
  return planChild(makeService({ account: nobody, ...service }), service.action ?? cat, {
    ...defaults,
    ...changed,
  });
}

describe('The plan of a child', () => {
  it('gives the socket, an own session and the identity last before exec', () => {
    expect(planOf().operations.map(inWords)).toEqual([
      'setsid()',
      'dup2(socket, 0)',
      'dup2(socket, 1)',
      'dup2(socket, 2)',
      'umask(022)',
      'chdir(/)',
      'prlimit(NOFILE, 1024, 4096)',
      'setgroups(65534, 12)',
      'setresgid(65534)',
      'setresuid(65534)',
      'execve(/bin/cat)',
    ]);
  });

  it('changes no ids without root', () => {
    expect(planOf({}, { root: false }).operations.map(({ op }) => op)).not.toContain('setuid');
  });

  it('leaves descriptor 2 to the daemon where busybox does', () => {
    const plan = planOf({ setup: makeSetup({ stderr: 'daemon' }) });
    expect(plan.operations.flatMap((o) => (o.op === 'dup' ? o.descriptor : []))).toEqual([0, 1]);
  });

  it('sets what the entry asks for while the daemon may still do it', () => {
    const setup = makeSetup({
      umask: 0o077,
      nice: -40,
      resources: [
        { resource: 'as', soft: 1 << 20, hard: Number.POSITIVE_INFINITY },
        { resource: 'nofile', soft: 100, hard: 100 },
      ],
    });
    const steps = planOf({ setup }).operations.map(inWords);
    expect(steps).toEqual([
      'setpriority(-20)',
      'setsid()',
      'dup2(socket, 0)',
      'dup2(socket, 1)',
      'dup2(socket, 2)',
      'umask(077)',
      'chdir(/)',
      'prlimit(AS, 1048576, unlimited)',
      'prlimit(NOFILE, 100, 100)',
      'setgroups(65534, 12)',
      'setresgid(65534)',
      'setresuid(65534)',
      'execve(/bin/cat)',
    ]);
  });

  it('takes no limit of open files for the one that the daemon was started with', () => {
    const none = Number.POSITIVE_INFINITY;
    const setup = makeSetup({ resources: [{ resource: 'nofile', soft: none, hard: none }] });
    expect(planOf({ setup }).operations.map(inWords)).toContain('prlimit(NOFILE, 4096, 4096)');
  });

  it('keeps slots for what only the start knows', () => {
    const setup = makeSetup({ peerArgument: true, tcpEnvironment: 'resolve' });
    const plan = planOf({ setup, action: { kind: 'exec', program: '/x', argv: ['x', '%A', 'y'] } });
    const { plan: calls } = callsOf(plan);
    expect(calls.argvs).toEqual([['x', { string: 0 }, 'y']]);
    expect(calls.env).toEqual(['FOO=1', ...[1, 2, 3, 4, 5, 6, 7].map((string) => ({ string }))]);
  });

  it('case 81 (plan): runs a script without #! by the shell where busybox does', () => {
    const setup = makeSetup({ shellFallback: true });
    const plan = planOf({ setup, action: { kind: 'exec', program: '/opt/x', argv: ['x', 'a'] } });
    expect(plan.operations.map(inWords).slice(-2)).toEqual(['execve(/opt/x)', 'execve(/bin/sh, /opt/x)']);
    const { plan: calls } = callsOf(plan);
    expect(calls.argvs).toEqual([
      ['x', 'a'],
      ['/bin/sh', '/opt/x', 'a'],
    ]);
    expect(calls.calls.at(-2)).toMatchObject({ name: 'execve', unless: 8 });
  });
});

describe('The calls of a plan', () => {
  it('read ids back', () => {
    const { plan } = callsOf(planOf());
    const expected = plan.calls.flatMap(({ name, expect: result }) =>
      result === undefined ? [] : `${name} ${result}`,
    );
    expect(expected).toEqual([
      'getgroups 2',
      'getgid 65534',
      'getegid 65534',
      'getuid 65534',
      'geteuid 65534',
    ]);
  });

  it('know the operation that each belongs to, so that a failure is named in its words', () => {
    const plan = planOf();
    const { operationOf, plan: calls } = callsOf(plan);
    const readBack = calls.calls.findIndex(({ name }) => name === 'geteuid');
    expect(stepName(plan, operationOf[readBack] ?? -99)).toBe('setuid');
    expect([-4, -3, -2, -1].map((step) => stepName(plan, step))).toEqual([
      'clone',
      'close-range',
      'signals',
      'signal-mask',
    ]);
  });

  it('name the resource of a limit that cannot be set', () => {
    const setup = makeSetup({ resources: [{ resource: 'core', soft: 0, hard: 0 }] });
    const plan = planOf({ setup });
    const { operationOf, plan: calls } = callsOf(plan);
    const core = calls.calls.findIndex(({ name, arguments: args }) => name === 'prlimit' && args[1] === 4);
    expect(stepName(plan, operationOf[core] ?? -99)).toBe('limit-core');
  });

  it('pack into aligned memory', () => {
    const { plan } = callsOf(planOf());
    const numbers = Object.fromEntries(plan.calls.map(({ name }, i) => [name, i]));
    const packed = packPlan(plan, numbers);
    expect(packed.operations).toHaveLength(plan.calls.length * 9);
    expect([...packed.argv].every((offset) => offset % 8 === 0)).toBe(true);
    const [program = -1] = packed.operations.slice(-9).slice(1);
    expect(Buffer.from(packed.strings).toString('latin1', program, program + 8)).toBe('/bin/cat');
  });

  it('refuse a NUL byte in an argument', () => {
    const { plan } = callsOf(planOf({ action: { kind: 'exec', program: '/x', argv: ['a\0b'] } }));
    const numbers = Object.fromEntries(plan.calls.map(({ name }, i) => [name, i]));
    expect(() => packPlan(plan, numbers)).toThrow(/NUL/);
  });
});
