/** The lives of service units, against the real daemon: notification, time-outs, restarts, ends. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { eventually, pause, type State } from './observe.ts';
import { asRoot, root, type Sandbox, scratch } from './sandbox.ts';
import { commandUnits, type UnitDaemon, unitText } from './unit-verbs.ts';

const NOTIFY = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/notify.py')}`;
const STATE = `${scratch}/bin/state`;

/** x.service alone: it is started with the daemon. */
function alone(...lines: readonly string[]): Readonly<Record<string, string>> {
  return { 'x.service': unitText({ Service: lines }) };
}

function notifying(steps: string, ...more: readonly string[]): Readonly<Record<string, string>> {
  return alone('Type=notify', `ExecStart=${NOTIFY} ${steps}`, ...more);
}

/** From one message to the next one of another kind, seconds. */
async function between(daemon: UnitDaemon, first: string, last: string): Promise<number> {
  // Its log may be behind its state.
  await daemon.hears(last);
  return (Number(daemon.moments(last)[0]) - Number(daemon.moments(first)[0])) / 1000;
}

/** The differences of successive times. */
function gaps(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, at) => time - Number(times[at]));
}

/** What a command has appended to a file, once so many lines are there. */
async function lines(box: Sandbox, file: string, count: number): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await eventually(
    `${count} lines of ${file}`,
    async () => {
      found = (await box.read(file).catch(() => '')).split('\n').slice(0, -1);
      return found.length >= count;
    },
    12_000,
  );
  return found;
}

/** What a program wrote into a file at once. */
async function written<T>(box: Sandbox, file: string): Promise<T> {
  await eventually(file, async () => (await box.read(file).catch(() => '')) !== '', 10_000);
  return JSON.parse(await box.read(file)) as T;
}

asRoot('notifications of services', (box) => {
  it('C-119: a service that is never ready fails after TimeoutStartSec=', async () => {
    const daemon = await commandUnits(box, notifying('sleep 60', 'TimeoutStartSec=2'));
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'timeout' });
    const took = await between(daemon, 'Starting x.service', 'Failed to start x.service');
    expect(took).toBeGreaterThanOrEqual(1.95);
    expect(took).toBeLessThan(3);
  });

  it('C-120: EXTEND_TIMEOUT_USEC= again and again carries a start beyond its time', async () => {
    const more = 'send EXTEND_TIMEOUT_USEC=1500000 sleep 0.8 ';
    const daemon = await commandUnits(box, notifying(`${more.repeat(5)} send READY=1`, 'TimeoutStartSec=2'));
    await daemon.hears('Started x.service.');
    expect(await between(daemon, 'Starting x.service', 'Started x.service')).toBeGreaterThanOrEqual(3.9);
  });

  it('C-120: EXTEND_TIMEOUT_USEC= once carries it that far and no further', async () => {
    const steps = 'send EXTEND_TIMEOUT_USEC=3000000 sleep 60';
    const daemon = await commandUnits(box, notifying(steps, 'TimeoutStartSec=2'));
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'timeout' });
    const took = await between(daemon, 'Starting x.service', 'Failed to start x.service');
    expect(took).toBeGreaterThanOrEqual(2.95);
    expect(took).toBeLessThan(3.9);
  });

  it.each([
    { access: 'main', sub: 'failed', result: 'timeout' },
    { access: 'all', sub: 'running', result: 'success' },
  ])('C-121: READY=1 of a child with NotifyAccess=$access: $sub', async ({ access, sub, result }) => {
    const daemon = await commandUnits(
      box,
      notifying('child READY=1 sleep 60', `NotifyAccess=${access}`, 'TimeoutStartSec=1'),
    );
    expect(await daemon.reaches('x.service', sub)).toMatchObject({ result });
  });

  it('C-122: STOPPING=1 gives TimeoutStopSec= to end, without a signal', async () => {
    const daemon = await commandUnits(
      box,
      notifying('deaf send READY=1 send STOPPING=1 sleep 60', 'TimeoutStopSec=2'),
    );
    const began = Date.now();
    await daemon.reaches('x.service', 'stop-sigterm');
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'timeout' });
    expect(Date.now() - began).toBeGreaterThan(1700);
    await daemon.hears('Main process exited, code=killed, status=9/KILL');
  });

  it('C-123: a service that no longer feeds its watchdog is aborted', async () => {
    const fed = 'send WATCHDOG=1 sleep 0.6 '.repeat(3);
    const daemon = await commandUnits(box, notifying(`send READY=1 ${fed} sleep 60`, 'WatchdogSec=1'));
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'watchdog' });
    await daemon.hears('status=6/ABRT');
    expect(daemon.said('Watchdog timeout (limit 1s)!')).toBe(1);
    expect(daemon.output).toMatch(/code=(killed|dumped), status=6\/ABRT/);
    expect(await between(daemon, 'Started x.service', 'Watchdog timeout')).toBeGreaterThan(2);
  });

  it('C-124: MAINPID= names another main process, and the first one may exit', async () => {
    const file = box.fresh('.json');
    const daemon = await commandUnits(box, notifying(`heir sleep 0.5 note ${file}`));
    const { pid } = await written<{ pid: number }>(box, file);
    expect(await daemon.status('x.service')).toMatchObject({ sub: 'running', mainPid: pid });
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    expect(await box.lives(pid)).toBe(false);
  });

  it.each([
    { user: 'nobody', refused: 1 },
    { user: 'root', refused: 0 },
  ])('MAINPID= of a foreign process from $user', async ({ user, refused }) => {
    const { stdout } = await box.shell('sleep 60 >/dev/null 2>&1 & echo $!');
    const foreign = Number(stdout);
    const daemon = await commandUnits(
      box,
      notifying(
        `send MAINPID=${foreign} sleep 0.1 send READY=1 sleep 60`,
        `User=${user}`,
        'NotifyAccess=all',
      ),
    );
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(mainPid === foreign).toBe(refused === 0);
    if (refused > 0) await daemon.hears('New main PID');
    expect(daemon.said(`New main PID ${foreign} does not belong to service, refusing.`)).toBe(refused);
  });

  it('C-125: BARRIER=1 is answered when READY=1 is seen', async () => {
    const daemon = await commandUnits(box, { 'y.service': unitText({ Service: ['ExecStart=/bin/true'] }) });
    const file = box.fresh('.json');
    const text = notifying(`send READY=1 barrier ${file}`, `Environment=VERBS=${daemon.verbs}`);
    await daemon.reload(text);
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    const told = await written<{ closed: boolean; ms: number; status: object }>(box, file);
    expect(told).toMatchObject({ closed: true, status: { active: 'active', sub: 'running' } });
    expect(told.ms).toBeLessThan(500);
  });

  it('C-126: stored descriptors come back after a restart, sockets first and the newest before others', async () => {
    const file = box.fresh('.json');
    const steps = `note ${file} store FDNAME=mem store FDSTORE=1 store FDNAME=a:b send READY=1`;
    const daemon = await commandUnits(box, {
      ...alone('Type=notify', `ExecStart=${NOTIFY} ${steps}`, 'FileDescriptorStoreMax=3'),
      'x.socket': unitText({ Socket: ['ListenStream=127.0.0.1:7001'] }),
    });
    const told = async () => {
      const found = await written<{ names: string; held: readonly string[] }>(box, file);
      await box.shell(`rm ${file}`);
      return { names: found.names, held: found.held };
    };
    await daemon.run('start', 'x.service');
    expect(await told()).toEqual({ names: 'x.socket', held: [] });
    expect(await daemon.run('restart', 'x.service')).toEqual({ result: 'done' });
    expect(await told()).toEqual({
      names: 'x.socket:stored:stored:mem',
      held: ['FDNAME=a:b', 'FDSTORE=1', 'FDNAME=mem'],
    });
    await daemon.run('stop', 'x.service');
    await daemon.run('start', 'x.service');
    expect(await told()).toEqual({ names: 'x.socket', held: [] });
  });

  it.each([
    { how: 'reload', reloadResult: 'success' },
    { how: 'hasty', reloadResult: 'timeout' },
  ])('C-127: Type=notify-reload, $how: $reloadResult, and it runs on', async ({ how, reloadResult }) => {
    const daemon = await commandUnits(
      box,
      alone('Type=notify-reload', `ExecStart=${NOTIFY} ${how} send READY=1`, 'TimeoutStartSec=2'),
    );
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(await daemon.reloadUnit('x.service')).toBeNull();
    expect(await daemon.reaches('x.service', 'running')).toMatchObject({ mainPid, reloadResult });
  });
});

asRoot('restarts and ends of services', (box) => {
  /** A command that notes the time, and ends so. */
  const noting = (file: string, end: string) => `ExecStart=/bin/sh -c 'date +%%s%%3N >>${file}; ${end}'`;
  /** Commands at its end note why. */
  const post = (file: string) =>
    `ExecStopPost=/bin/sh -c 'echo post $$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS >>${file}'`;

  it('C-128: Restart=on-failure starts it five times, 100 ms apart', async () => {
    const file = box.fresh('.times');
    const daemon = await commandUnits(box, alone(noting(file, 'exit 1'), 'Restart=on-failure'));
    await daemon.hears('Start request repeated too quickly.');
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'start-limit-hit' });
    const times = (await lines(box, file, 5)).map(Number);
    expect(times).toHaveLength(5);
    for (const gap of gaps(times)) {
      expect(gap).toBeGreaterThanOrEqual(99);
      expect(gap).toBeLessThan(600);
    }
  });

  it('C-129: RestartSteps= lengthens the time before a restart', async () => {
    const file = box.fresh('.times');
    const service = ['Restart=always', 'RestartSec=200ms', 'RestartSteps=3', 'RestartMaxDelaySec=1600ms'];
    await commandUnits(box, {
      'x.service': unitText({
        Unit: ['StartLimitIntervalSec=0'],
        Service: [noting(file, 'exit 0'), ...service],
      }),
    });
    const found = gaps((await lines(box, file, 6)).map(Number));
    const expected = [200, 400, 800, 1600, 1600];
    for (const [at, ms] of expected.entries()) {
      expect(found[at]).toBeGreaterThanOrEqual(ms - 1);
      expect(found[at]).toBeLessThan(ms + 190);
    }
  });

  it('C-130: a failed ExecStartPre= keeps it from starting, and ExecStopPost= knows', async () => {
    const file = box.fresh('.out');
    const daemon = await commandUnits(
      box,
      alone("ExecStartPre=/bin/sh -c 'exit 7'", noting(file, 'exit 0'), post(file)),
    );
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'exit-code' });
    expect((await lines(box, file, 1)).map((line) => line.trim())).toEqual(['post exit-code']);
  });

  it('C-131: a stop runs ExecStop= with MAINPID, then TERM, then ExecStopPost=', async () => {
    const file = box.fresh('.out');
    const daemon = await commandUnits(
      box,
      alone(
        'ExecStart=/bin/sleep 60',
        `ExecStop=/bin/sh -c 'kill -0 $$MAINPID && echo stop $$MAINPID >>${file}'`,
        post(file),
      ),
    );
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    expect(await lines(box, file, 2)).toEqual([`stop ${mainPid}`, 'post success killed TERM']);
    expect(await daemon.status('x.service')).toMatchObject({ active: 'inactive', result: 'success' });
  });

  it.each([
    { number: 132, signal: 'SIGKILL', active: 'failed', result: 'signal', says: 'post signal killed KILL' },
    { number: 133, signal: 'SIGHUP', active: 'inactive', result: 'success', says: 'post success killed HUP' },
  ] as const)('C-$number: $signal for the main process: $active, $result', async (row) => {
    const file = box.fresh('.out');
    const daemon = await commandUnits(box, alone('ExecStart=/bin/sleep 60', post(file)));
    const { mainPid } = await daemon.reaches('x.service', 'running');
    await box.kill(Number(mainPid), row.signal);
    expect(await lines(box, file, 1)).toEqual([row.says]);
    await daemon.until(
      async () => (await daemon.status('x.service'))?.active === row.active,
      `x.service ${row.active}`,
    );
    expect(await daemon.status('x.service')).toMatchObject({ result: row.result });
  });

  /** A shell that ends at TERM, and a child that does not; both pids. */
  async function family(...more: readonly string[]) {
    const file = box.fresh('.out');
    const script = box.fresh('.sh');
    await box.write(
      script,
      `(trap '' TERM; echo $BASHPID >>${file}; exec sleep 60) &\n${more.includes('deaf') ? "trap '' TERM\n" : ''}echo $$ >>${file}\nwhile :; do sleep 0.05; done\n`,
    );
    const settings = more.filter((line) => line !== 'deaf');
    const daemon = await commandUnits(box, alone(`ExecStart=/bin/bash ${script}`, ...settings));
    const pids = (await lines(box, file, 2)).map(Number);
    const { mainPid } = await daemon.reaches('x.service', 'running');
    const child = Number(pids.find((pid) => pid !== mainPid));
    // It is a copy of the shell at first.
    await eventually('the child', async () => (await box.read(`/proc/${child}/comm`)) === 'sleep\n');
    return { daemon, child, main: Number(mainPid) };
  }

  it('C-134: KillMode=process leaves the children, and says so', async () => {
    const { child, daemon, main } = await family('KillMode=process');
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    expect([await box.lives(main), await box.lives(child)]).toEqual([false, true]);
    await daemon.hears(`x.service: Unit process ${child} (sleep) remains running after unit stopped.`);
    await box.kill(child, 'SIGKILL');
  });

  it('C-135: KillMode=mixed kills everybody who is left after TimeoutStopSec=', async () => {
    const { child, daemon, main } = await family('deaf', 'KillMode=mixed', 'TimeoutStopSec=1');
    const began = Date.now();
    await daemon.run('stop', 'x.service');
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
    expect([await box.lives(main), await box.lives(child)]).toEqual([false, false]);
    expect(await daemon.status('x.service')).toMatchObject({ active: 'failed', result: 'timeout' });
  });

  it('a main process that ends takes its children along', async () => {
    const { child, daemon, main } = await family('TimeoutStopSec=1');
    await box.kill(main, 'SIGTERM');
    await daemon.until(async () => !(await box.lives(child)), 'the end of the child');
    expect(await box.lives(main)).toBe(false);
  });

  it.each([
    { mode: 'file', holds: 'hello\nntent-long\n' },
    { mode: 'append', holds: 'old-content-long\nhello\n' },
    { mode: 'truncate', holds: 'hello\n' },
  ])('C-136: StandardOutput=$mode: on a file that is longer', async ({ mode, holds }) => {
    const file = await box.write(box.fresh('.out'), 'old-content-long\n');
    const daemon = await commandUnits(
      box,
      alone('Type=oneshot', 'ExecStart=/bin/echo hello', `StandardOutput=${mode}:${file}`),
    );
    await daemon.hears('Finished x.service.');
    expect(await box.read(file)).toBe(holds);
  });

  it.each([
    { setting: 'User=nosuchuser', status: '217/USER' },
    { setting: 'WorkingDirectory=/nosuch', status: '200/CHDIR' },
  ])('C-137: $setting ends with $status', async ({ setting, status }) => {
    const daemon = await commandUnits(box, alone('ExecStart=/bin/true', setting));
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'exit-code' });
    await daemon.hears(`Main process exited, code=exited, status=${status}`);
  });

  it('C-144: a process leads its own session, ignores SIGPIPE, and begins in / with umask 0022', async () => {
    const file = box.fresh('.json');
    const daemon = await commandUnits(
      box,
      alone('Type=oneshot', `ExecStart=${STATE}`, `StandardOutput=file:${file}`),
    );
    await daemon.hears('Finished x.service.');
    const state = JSON.parse(await box.read(file)) as State;
    expect(state).toMatchObject({ pgrp: state.pid, sid: state.pid, umask: 0o022, cwd: '/' });
    expect(BigInt(`0x${state.SigBlk}`)).toBe(0n);
    expect(BigInt(`0x${state.SigIgn}`)).toBe(1n << 12n);
  });

  it('C-148: a service without ExecReload= is not reloaded', async () => {
    const daemon = await commandUnits(box, alone('ExecStart=/bin/sleep 60'));
    await daemon.reaches('x.service', 'running');
    expect(await daemon.reloadUnit('x.service')).toBe(
      'Job type reload is not applicable for unit x.service.',
    );
  });

  it('a service that crashes again and again between its own restarts takes its socket along', async () => {
    const daemon = await commandUnits(box, {
      ...alone("ExecStart=/bin/sh -c 'exit 3'", 'Restart=on-failure', 'RestartSec=50ms'),
      'x.socket': unitText({ Socket: ['ListenStream=127.0.0.1:7001'] }),
    });
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'service-start-limit-hit' });
    expect(await daemon.status('x.service')).toMatchObject({ active: 'failed', result: 'start-limit-hit' });
    expect(await box.says(7001)).toBe('ECONNREFUSED');
    await daemon.resetFailed('x.service');
    await daemon.resetFailed('x.socket');
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'done' });
    await pause(50);
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening' });
  });
});
