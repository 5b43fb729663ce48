import { describe, expect, it } from '@jest/globals';
import { type FakeUnits, fakeUnits } from './fake-units.ts';

const SERVICE = '[Service]\nExecStart=/bin/true\n';
const unit = (...lines: readonly string[]) => `[Unit]\n${lines.join('\n')}\n${SERVICE}`;
const socket = (...lines: readonly string[]) =>
  `[Unit]\n${lines.join('\n')}\n[Socket]\nListenStream=/run/x\n`;

type Verb = 'start' | 'stop' | 'restart';

/** What happens when units are told these things one after the other. */
async function told(files: Record<string, string>, ...verbs: readonly (readonly [Verb, string])[]) {
  const all = await fakeUnits(files);
  for (const [verb, name] of verbs) {
    all.did.length = 0;
    expect(all.units.request(verb, name, 'replace')).toBeNull();
    all.settle();
  }
  return all;
}

const linesOf = ({ events }: FakeUnits) =>
  events.flatMap((event) => (event.event === 'unit' ? [event.message] : []));

describe('a start', () => {
  // biome-ignore format: a table
  it.each([
    { line: 'Requires=b.service', did: ['start a.service', 'start b.service'], because: 'pulls in what it requires, in no order' },
    { line: 'Requires=b.service\nAfter=b.service', did: ['start b.service', 'start a.service'], because: 'waits for what it comes after' },
    { line: 'Requires=b.service\nBefore=b.service', did: ['start a.service', 'start b.service'], because: 'comes before what it says so of' },
    { line: 'Wants=b.service nosuch.service', did: ['start a.service', 'start b.service'], because: 'does without what is only wanted' },
    { line: 'BindsTo=b.service\nAfter=b.service', did: ['start b.service', 'start a.service'], because: 'binds itself' },
    { line: 'After=b.service', did: ['start a.service'], because: 'pulls in nothing by order alone' },
    { line: 'Requires=network.target\nAfter=network.target', did: ['start a.service'], because: 'takes targets for active' },
  ])('$because', async ({ line, did }) => {
    const all = await told({ 'a.service': unit(line), 'b.service': unit() }, ['start', 'a.service']);
    expect([...all.did].sort()).toEqual([...did].sort());
    if (line.includes('After') || line.includes('Before')) expect(all.did).toEqual(did);
  });

  // biome-ignore format: a table
  it.each([
    { files: {}, did: ['start a.service'], because: 'takes the socket of the message bus for active' },
    { files: { 'dbus.socket': socket() }, did: ['start a.service', 'start dbus.socket'], because: 'starts it where it is a unit' },
  ])('$because', async ({ files, did }) => {
    const all = await told({ 'a.service': unit('Requires=dbus.socket'), ...files }, ['start', 'a.service']);
    expect([...all.did].sort()).toEqual(did);
  });

  it('stops what it conflicts with, first', async () => {
    const files = { 'a.service': unit('Conflicts=b.service', 'After=b.service'), 'b.service': unit() };
    const { did } = await told(files, ['start', 'b.service'], ['start', 'a.service']);
    expect(did).toEqual(['stop b.service', 'start a.service']);
  });

  it('stops what conflicts with it', async () => {
    const files = { 'a.service': unit('Conflicts=b.service'), 'b.service': unit() };
    const { did } = await told(files, ['start', 'a.service'], ['start', 'b.service']);
    expect([...did].sort()).toEqual(['start b.service', 'stop a.service']);
  });

  // biome-ignore format: a table
  it.each([
    { files: { 'a.service': unit('Requires=nosuch.service') }, problem: /^Unit nosuch.service not found\.$/ },
    { files: {}, problem: /^Unit a.service not found\.$/ },
    { files: { 'a.service': '' }, problem: /^Unit a.service is masked\.$/ },
    { files: { 'a.service': '[Service]\nRestart=always\n' }, problem: /^Unit a.service has a bad unit file setting: / },
    { files: { 'a.service': unit('Requisite=b.service'), 'b.service': unit() }, problem: /^Unit b.service is not active/ },
    {
      files: { 'a.service': unit('Requires=b.service'), 'b.service': unit('Conflicts=a.service') },
      problem: /^Transaction contains conflicting jobs 'stop' and 'start' for a.service. Probably contradicting requirement dependencies configured\.$/,
    },
    {
      files: { 'a.service': unit('Requires=b.service', 'After=b.service'), 'b.service': unit('After=a.service') },
      problem: /^Transaction order is cyclic: ([ab].service) waits for [ab].service waits for \1\.$/,
    },
  ])('is refused: $problem', async ({ files, problem }) => {
    const { did, settle, units } = await fakeUnits(files);
    expect(units.request('start', 'a.service', 'replace')).toMatch(problem);
    settle();
    expect(did).toEqual([]);
  });

  it('breaks a circle where something is only wanted', async () => {
    const files = {
      'a.service': unit('Wants=b.service', 'After=b.service'),
      'b.service': unit('After=a.service'),
    };
    expect((await told(files, ['start', 'a.service'])).did).toEqual(['start a.service']);
  });

  it('of a unit whose need fails does not begin', async () => {
    const files = { 'a.service': unit('Requires=b.service', 'After=b.service'), 'b.service': unit() };
    const all = await fakeUnits(files);
    all.runner('b.service').onStart = 'failed';
    const result = all.units.run('start', 'a.service');
    all.settle();
    expect([await result, all.did]).toEqual([{ result: 'dependency' }, ['start b.service']]);
    expect(linesOf(all)).toContain('Dependency failed for a.service.');
  });

  it('waits for a stop that is under way', async () => {
    const all = await fakeUnits({ 'a.service': unit() });
    const a = all.runner('a.service');
    a.onStop = null;
    for (const verb of ['start', 'stop', 'start'] as const) {
      all.units.request(verb, 'a.service', 'replace');
      all.settle();
    }
    expect(all.did).toEqual(['start a.service', 'stop a.service']);
    a.go('inactive');
    all.settle();
    expect(all.did.at(-1)).toBe('start a.service');
  });

  it('with --job-mode=fail gives way to a job against it', async () => {
    const all = await fakeUnits({ 'a.service': unit() });
    all.runner('a.service').onStop = null;
    all.units.request('start', 'a.service', 'replace');
    all.settle();
    all.units.request('stop', 'a.service', 'replace');
    all.settle();
    expect(all.units.request('start', 'a.service', 'fail')).toBe(
      "Transaction for a.service/start is destructive (a.service has 'stop' job queued, but 'start' is included in transaction).",
    );
  });

  it('is done when the unit is up, and not before', async () => {
    const all = await fakeUnits({ 'a.service': unit() });
    const a = all.runner('a.service');
    a.onStart = null;
    let result = null;
    void all.units.run('start', 'a.service').then((end) => {
      result = end;
    });
    all.settle();
    await Promise.resolve();
    expect([result, all.units.hasJob('a.service', 'start')]).toEqual([null, true]);
    a.go('active');
    all.settle();
    await Promise.resolve();
    expect([result, all.units.hasJob('a.service')]).toEqual([{ result: 'done' }, false]);
    expect(linesOf(all)).toEqual(['Starting a.service...', 'Started a.service.']);
  });

  it.each(['Condition', 'Assert'])('with an unmet %s does not happen', async (kind) => {
    const all = await fakeUnits({ 'a.service': unit(`${kind}PathExists=/no`) });
    const result = all.units.run('start', 'a.service');
    all.settle();
    expect([(await result).result, all.did]).toEqual([kind === 'Condition' ? 'skipped' : 'assert', []]);
    expect(linesOf(all)[0]).toContain(`${kind}PathExists=/no`);
  });
});

describe('a stop', () => {
  const pair = (line: string) => ({ 'a.service': unit(line), 'b.service': unit() });

  // biome-ignore format: a table
  it.each([
    { line: 'Requires=b.service', did: ['stop a.service', 'stop b.service'] },
    { line: 'BindsTo=b.service', did: ['stop a.service', 'stop b.service'] },
    { line: 'PartOf=b.service\nWants=b.service', did: ['stop a.service', 'stop b.service'] },
    { line: 'Wants=b.service', did: ['stop b.service'] },
  ])('reaches those that say $line', async ({ line, did }) => {
    const all = await told(pair(line), ['start', 'a.service'], ['stop', 'b.service']);
    expect([...all.did].sort()).toEqual(did);
  });

  it('comes in the reverse order', async () => {
    const all = await told(
      pair('Requires=b.service\nAfter=b.service'),
      ['start', 'a.service'],
      ['stop', 'b.service'],
    );
    expect(all.did).toEqual(['stop a.service', 'stop b.service']);
  });

  it('of what nobody started is nothing', async () => {
    expect((await told(pair('Requires=b.service'), ['stop', 'b.service'])).did).toEqual([]);
  });
});

describe('a restart', () => {
  it('stops and starts, and takes those with it that require the unit', async () => {
    const files = { 'a.service': unit('Requires=b.service', 'After=b.service'), 'b.service': unit() };
    const { did } = await told(files, ['start', 'a.service'], ['restart', 'b.service']);
    expect(did).toEqual(['stop a.service', 'stop b.service', 'start b.service', 'start a.service']);
  });

  it('starts what did not run', async () => {
    expect((await told({ 'a.service': unit() }, ['restart', 'a.service'])).did).toEqual(['start a.service']);
  });

  it('of a socket whose service runs leaves it open', async () => {
    const files = { 'x.socket': socket(), 'x.service': unit() };
    const { did } = await told(files, ['start', 'x.socket'], ['start', 'x.service'], ['restart', 'x.socket']);
    expect(did).toEqual(['refresh x.socket']);
  });

  it('of a socket that its service requires restarts both, the service first and last', async () => {
    const files = { 'x.socket': socket(), 'x.service': unit('Requires=x.socket') };
    const { did } = await told(files, ['start', 'x.service'], ['restart', 'x.socket']);
    expect(did).toEqual(['stop x.service', 'stop x.socket', 'start x.socket', 'start x.service']);
  });

  it('of a service by itself is no stop', async () => {
    const all = await told({ 'a.service': unit() }, ['start', 'a.service']);
    all.runner('a.service').go('activating', { sub: 'auto-restart-queued' });
    all.did.length = 0;
    all.units.request('restart', 'a.service', 'replace');
    all.settle();
    expect(all.did).toEqual(['start a.service']);
  });
});

describe('the end of a unit', () => {
  it('stops what is bound to it', async () => {
    const all = await told(
      { 'a.service': unit('BindsTo=b.service', 'After=b.service'), 'b.service': unit() },
      ['start', 'a.service'],
    );
    all.runner('b.service').go('inactive');
    all.settle();
    expect(all.did.at(-1)).toBe('stop a.service');
  });

  it('as a failure starts OnFailure=, as a success OnSuccess=', async () => {
    const files = {
      'a.service': unit('OnFailure=f.service', 'OnSuccess=s.service'),
      'f.service': unit(),
      's.service': unit(),
    };
    const failed = await told(files, ['start', 'a.service']);
    failed.runner('a.service').go('failed', { result: 'exit-code' });
    failed.settle();
    expect(failed.did.at(-1)).toBe('start f.service');
    const done = await told(files, ['start', 'a.service']);
    done.runner('a.service').go('inactive');
    done.settle();
    expect(done.did.at(-1)).toBe('start s.service');
  });

  it('makes units stop that nobody needs any more', async () => {
    const files = { 'a.service': unit('Wants=b.service'), 'b.service': unit('StopWhenUnneeded=yes') };
    const { did } = await told(files, ['start', 'a.service'], ['stop', 'a.service']);
    expect(did).toEqual(['stop a.service', 'stop b.service']);
  });

  it('is told to its sockets after the change, and not while it has a job', async () => {
    const all = await told({ 'x.socket': socket(), 'x.service': unit() }, ['start', 'x.socket']);
    const listener = all.runner('x.socket');
    const service = all.runner('x.service');
    service.go('active');
    expect(listener.heard).toEqual([]);
    all.settle();
    expect(listener.heard).toEqual(['x.service active']);
  });

  it('is told to its sockets also where a condition kept it from starting', async () => {
    const files = { 'x.socket': socket(), 'x.service': unit('ConditionPathExists=/no') };
    const all = await told(files, ['start', 'x.socket'], ['start', 'x.service']);
    expect(all.runner('x.socket').heard).toEqual(['x.service inactive']);
  });
});

describe('an instance of a connection', () => {
  const files = {
    'x.socket': '[Socket]\nListenStream=/run/x\nAccept=yes\n',
    'x@.service': SERVICE,
  };

  it.each([
    { end: 'inactive', known: false },
    { end: 'failed', known: true },
  ] as const)('that is $end is forgotten unless its failure is to be seen', async ({ end, known }) => {
    const all = await told(files, ['start', 'x.socket'], ['start', 'x@1.service']);
    all.runner('x@1.service').go(end);
    all.settle();
    expect(all.runner('x.socket').heard).toContain('ended x@1.service');
    expect([...all.units.runners].some(({ name }) => name === 'x@1.service')).toBe(known);
  });

  it('is remembered after it failed, but not without end', async () => {
    const all = await told(files, ['start', 'x.socket']);
    for (let number = 0; number < 300; number++) {
      all.units.request('start', `x@${number}.service`, 'replace');
      all.settle();
      all.runner(`x@${number}.service`).go('failed');
      all.settle();
    }
    expect([...all.units.runners]).toHaveLength(101);
  });
});

describe('what an administrator asks for', () => {
  it('is refused where only dependencies may', async () => {
    const { units } = await fakeUnits({ 'a.service': unit('RefuseManualStart=yes') });
    expect(await units.run('start', 'a.service')).toMatchObject({ result: 'refused' });
  });

  it('at the beginning opens every listener before any service starts', async () => {
    const all = await fakeUnits({ 'a.service': unit(), 'x.socket': socket(), 'x.service': unit() });
    all.units.startAll(['a.service', 'x.socket']);
    all.settle();
    expect(all.did).toEqual(['start x.socket', 'start a.service']);
  });

  it('at the end stops everything, in order', async () => {
    const files = { 'x.socket': socket(), 'x.service': unit() };
    const all = await told(files, ['start', 'x.socket'], ['start', 'x.service']);
    all.did.length = 0;
    const end = all.units.stopAll('all');
    all.settle();
    await end;
    expect(all.did).toEqual(['stop x.service', 'stop x.socket']);
  });
});
