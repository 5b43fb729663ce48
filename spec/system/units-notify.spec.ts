/** The notification protocol as others speak it: systemd-notify(1), libsystemd from C, python3-systemd. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { pause } from './observe.ts';
import { asRoot, root, type Sandbox } from './sandbox.ts';
import { commandUnits, type UnitDaemon, unitText } from './unit-verbs.ts';

const fixture = (name: string) => path.join(root, 'spec/fixtures', name);

const SOCKET = unitText({ Socket: ['ListenStream=127.0.0.1:7001', 'FileDescriptorName=web'] });

function pair(...lines: readonly string[]): Readonly<Record<string, string>> {
  return { 'x.socket': SOCKET, 'x.service': unitText({ Service: lines }) };
}

/** A shell script as a service; it is not started by itself. */
async function scripted(box: Sandbox, script: string, ...more: readonly string[]): Promise<UnitDaemon> {
  const file = await box.write(box.fresh('.sh'), `#!/bin/bash\n${script}\n`, 0o755);
  return commandUnits(box, pair('Type=notify', `ExecStart=${file}`, 'NotifyAccess=all', ...more));
}

asRoot('systemd-notify', (box) => {
  it('--ready starts a service, --status says how it is, STOPPING=1 begins its end', async () => {
    const go = box.fresh('.go');
    const daemon = await scripted(
      box,
      `sleep 0.3; systemd-notify --ready --status='all is well'
       until [ -e ${go} ]; do sleep 0.05; done; systemd-notify STOPPING=1; sleep 0.3`,
    );
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    expect(await daemon.status('x.service')).toMatchObject({ sub: 'running', text: 'all is well' });
    await box.write(go, '');
    await daemon.reaches('x.service', 'stop-sigterm');
    expect(await daemon.reaches('x.service', 'dead')).toMatchObject({ result: 'success' });
  });

  it('--pid names the main process', async () => {
    const daemon = await scripted(
      box,
      'sleep 60 & systemd-notify --ready --pid=$!; disown; trap "" TERM; sleep 0.5',
      'KillMode=mixed',
    );
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(await box.read(`/proc/${mainPid}/comm`)).toBe('sleep\n');
  });

  it('WATCHDOG=1 feeds, and WATCHDOG=trigger ends', async () => {
    const daemon = await scripted(
      box,
      `systemd-notify --ready; for i in 1 2 3 4 5 6; do systemd-notify WATCHDOG=1; sleep 0.3; done
       systemd-notify WATCHDOG=trigger; sleep 60`,
      'WatchdogSec=1',
    );
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: 'watchdog' });
    await daemon.hears('Watchdog timeout');
    const [started, hit] = ['Started x.service', 'Watchdog timeout'].map((words) => daemon.moments(words)[0]);
    expect(Number(hit) - Number(started)).toBeGreaterThan(1500);
  });

  it('EXTEND_TIMEOUT_USEC= carries a start on', async () => {
    const more = 'systemd-notify EXTEND_TIMEOUT_USEC=1500000; sleep 0.7;';
    const daemon = await scripted(
      box,
      `${more}${more}${more} systemd-notify --ready; sleep 60`,
      'TimeoutStartSec=1',
    );
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
  });

  it.each([
    { user: 'nobody', result: 'failed', because: 'it is another process' },
    { user: 'root', result: 'done', because: 'it speaks in the name of its parent' },
  ])('of $user with NotifyAccess=main: $result, since $because', async ({ result, user }) => {
    const daemon = await scripted(
      box,
      'systemd-notify --ready; sleep 60',
      'NotifyAccess=main',
      `User=${user}`,
      'TimeoutStartSec=1',
    );
    expect(await daemon.run('start', 'x.service')).toEqual({ result });
  });
});

asRoot('libraries of systemd', (box) => {
  it('libsystemd from C: listeners, watchdog, barrier, a stored descriptor, a longer start', async () => {
    const program = box.fresh('.bin');
    const built = await box.shell(`gcc -O1 -Wall -Werror -o ${program} ${fixture('libsystemd.c')} -lsystemd`);
    expect(built.stderr).toBe('');
    const daemon = await commandUnits(
      box,
      pair(
        'Type=notify',
        `ExecStart=${program}`,
        'TimeoutStartSec=1',
        'WatchdogSec=1',
        'FileDescriptorStoreMax=2',
        'Restart=on-failure',
        'StandardError=null',
      ),
    );
    const first = (await box.says(7001)).trim().split(' ');
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(first).toEqual([String(mainPid), 'watchdog=1000000', 'barrier=1', 'web']);
    expect(await daemon.status('x.service')).toMatchObject({ text: 'serving with 1', stored: 1 });
    const second = (await box.says(7001)).trim().split(' ');
    expect(second[0]).toBe(String(mainPid));
    // It says that it stops and does not. What follows is a restart, with what it stored.
    await daemon.reaches('x.service', 'stop-sigterm');
    await box.kill(Number(mainPid), 'SIGKILL');
    const third = (await box.says(7001)).trim().split(' ');
    expect(third.slice(3)).toEqual(['web', 'kept', `of-${mainPid}`]);
    expect(third[0]).not.toBe(String(mainPid));
  });

  it('python3-systemd: listeners, watchdog, a stored descriptor', async () => {
    const daemon = await commandUnits(
      box,
      pair(
        'Type=notify',
        `ExecStart=/usr/bin/python3 ${fixture('python-systemd.py')}`,
        'WatchdogSec=1',
        'FileDescriptorStoreMax=2',
      ),
    );
    const first = (await box.says(7001)).trim().split(' ');
    expect(first.slice(1)).toEqual(['web']);
    expect(await daemon.status('x.service')).toMatchObject({ text: 'serving', stored: 1 });
    await pause(1500);
    expect(await daemon.status('x.service')).toMatchObject({ sub: 'running', mainPid: Number(first[0]) });
    expect(await daemon.run('restart', 'x.service')).toEqual({ result: 'done' });
    expect((await box.says(7001)).trim().split(' ').slice(1)).toEqual(['web', 'kept', `of-${first[0]}`]);
  });
});
