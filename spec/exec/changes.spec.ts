/** What one child gets that others do not. */

import { getPriority } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { type Changes, NO_CHANGES, planChanged } from '../../lib/exec/changes.ts';
import type { ChildDefaults, Operation } from '../../lib/exec/plan.ts';
import { makeService, makeSetup } from '../make.ts';

const defaults: ChildDefaults = {
  environment: { LANG: 'C' },
  wholeEnvironment: { LANG: 'C' },
  openFiles: { soft: 1024, hard: 4096 },
  umask: 0o022,
  root: true,
};
const nobody = { user: 'nobody', uid: 65_534, gid: 65_534, groups: [65_534] };

function plan(changes: Partial<Changes>, service = makeService()) {
  return planChanged(service, { ...NO_CHANGES, ...changes }, defaults);
}

function operation(changes: Partial<Changes>, op: Operation['op']): Operation | undefined {
  return plan(changes).operations.find((one) => one.op === op);
}

describe('A child under changes', () => {
  it('has variables beside its own, and in their place', () => {
    expect(plan({ environment: { WHO: 'me', LANG: 'de' } }).environment).toEqual({ WHO: 'me', LANG: 'de' });
  });

  it('has another umask', () => {
    expect(operation({ umask: 0o077 }, 'umask')).toMatchObject({ mask: 0o077 });
    expect(operation({}, 'umask')).toMatchObject({ mask: 0o022 });
  });

  it.each([
    { nice: 3, value: Math.min(19, getPriority() + 3) },
    { nice: 500, value: 19 },
    { nice: -500, value: -20 },
  ])('nice $nice is the value $value, set while it still may', ({ nice, value }) => {
    expect(plan({ nice }).operations[0]).toMatchObject({ op: 'nice', value });
  });

  it("adds its nice value to the service's own", () => {
    const service = makeService({ setup: makeSetup({ nice: 2 }) });
    const nice = plan({ nice: 3 }, service).operations.filter(({ op }) => op === 'nice');
    expect(nice).toMatchObject([{ value: Math.min(19, getPriority() + 5) }]);
  });

  it('cannot pass off another caller', () => {
    const service = makeService({ setup: makeSetup({ tcpEnvironment: 'remote-host' }) });
    expect(plan({ environment: { REMOTE_HOST: 'fake', A: '1' } }, service).environment).toEqual({
      LANG: 'C',
      A: '1',
    });
  });

  it('is somebody else, once, and from the last steps before its program on', () => {
    const { operations } = plan({ identity: nobody });
    expect(operations.slice(-4)).toMatchObject([
      { op: 'setgroups', gids: [65_534] },
      { op: 'setgid', gid: 65_534 },
      { op: 'setuid', uid: 65_534 },
      { op: 'exec', program: '/bin/cat' },
    ]);
    expect(operations.filter(({ op }) => op === 'setuid')).toHaveLength(1);
  });

  it('runs a command by the shell, without the words that a start fills in', () => {
    const service = makeService({
      action: { kind: 'exec', program: '/bin/cat', argv: ['cat', '%A'] },
      setup: makeSetup({ peerArgument: true }),
    });
    const { argv, operations } = plan({ command: 'echo no' }, service);
    expect(argv).toEqual(['sh', '-c', 'echo no']);
    expect(operations.at(-1)).toMatchObject({ op: 'exec', program: '/bin/sh' });
  });

  it('runs a command in the place of a built-in service', () => {
    const service = makeService({ action: { kind: 'builtin', name: 'daytime', args: [] } });
    expect(plan({ command: 'date' }, service).argv).toEqual(['sh', '-c', 'date']);
  });
});
