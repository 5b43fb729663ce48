/** Settings of units that are rarely used, and superd's own, against the real daemon. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { asRoot, root } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';

const LISTEN = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/listen.py')}`;

asRoot('settings of units', (box) => {
  const listen = (...lines: readonly string[]) =>
    unitText({ Socket: ['ListenStream=127.0.0.1:7001', ...lines] });

  it('C-095: DeferTrigger=yes waits for the end of a service that conflicts', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen('DeferTrigger=yes'),
      'x.service': unitText({ Unit: ['Conflicts=other.service'], Service: [`ExecStart=${LISTEN}`] }),
      'other.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
    });
    const other = await daemon.reaches('other.service', 'running');
    const answer = box.says(7001);
    expect(await daemon.reaches('x.socket', 'deferred')).toMatchObject({ active: 'active' });
    expect(await daemon.status('other.service')).toMatchObject({ sub: 'running', mainPid: other.mainPid });
    await box.kill(other.mainPid ?? 0, 'SIGTERM');
    expect(JSON.parse(await answer)).toMatchObject({ count: 1 });
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'running' });
  });

  it.each([
    { mode: 'yes', sub: 'failed', result: 'resources' },
    { mode: 'patient', sub: 'deferred', result: 'success' },
  ])(
    'DeferTrigger=$mode: a conflict that outlives all jobs leaves the socket $sub',
    async ({ mode, ...status }) => {
      const daemon = await commandUnits(box, {
        'x.socket': listen(`DeferTrigger=${mode}`),
        'x.service': unitText({ Unit: ['Conflicts=other.service'], Service: [`ExecStart=${LISTEN}`] }),
        'other.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
        'third.service': unitText({ Service: ['Type=oneshot', 'ExecStart=/bin/true'] }),
      });
      await daemon.reaches('other.service', 'running');
      void box.says(7001);
      await daemon.reaches('x.socket', 'deferred');
      expect(await daemon.run('start', 'third.service')).toEqual({ result: 'done' });
      expect(await daemon.reaches('x.socket', status.sub)).toMatchObject(status);
      expect(await daemon.status('other.service')).toMatchObject({ sub: 'running' });
    },
  );

  it('DeferTriggerMaxSec= ends the wait', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen('DeferTrigger=patient', 'DeferTriggerMaxSec=300ms'),
      'x.service': unitText({ Unit: ['Conflicts=other.service'], Service: [`ExecStart=${LISTEN}`] }),
      'other.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
    });
    await daemon.reaches('other.service', 'running');
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'timeout' });
    expect(await daemon.status('other.service')).toMatchObject({ sub: 'running' });
  });

  it('X-TriggerLimitAction=pause: callers wait for the next interval, and are served', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen(
        'Accept=yes',
        'X-TriggerLimitAction=pause',
        'TriggerLimitBurst=2',
        'TriggerLimitIntervalSec=1s',
      ),
      'x@.service': unitText({ Service: ['ExecStart=/bin/echo hello', 'StandardInput=socket'] }),
    });
    const begin = Date.now();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => box.says(7001)));
    expect(answers).toEqual(Array(5).fill('hello\n'));
    expect(Date.now() - begin).toBeGreaterThan(1900);
    expect(await daemon.status('x.socket')).toMatchObject({
      sub: 'listening',
      counters: { accepted: 5, refused: 0 },
    });
  });

  it('X-TriggerLimitAction=pause: a service that never takes its callers is started less often', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen('X-TriggerLimitAction=pause', 'TriggerLimitBurst=2', 'TriggerLimitIntervalSec=1h'),
      'x.service': unitText({ Unit: ['StartLimitIntervalSec=0'], Service: ['ExecStart=/bin/true'] }),
    });
    void box.says(7001);
    await daemon.hears('Trigger limit hit, callers wait until its interval ends.');
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening', counters: { triggered: 2 } });
  });

  it('S-13: X-TriggerInterruptsRestartDelay=yes starts the service for a caller before its delay ends', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen('X-TriggerInterruptsRestartDelay=yes'),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`, 'Restart=always', 'RestartSec=1h'] }),
    });
    const { pid } = JSON.parse(await box.says(7001)) as { readonly pid: number };
    await box.kill(pid, 'SIGKILL');
    await daemon.reaches('x.service', 'auto-restart');
    expect(JSON.parse(await box.says(7001))).toMatchObject({ count: 1 });
  });

  it('X-InstanceNaming=v258 has the cookie of the connection in the name of its instance', async () => {
    await commandUnits(box, {
      'x.socket': listen('Accept=yes', 'X-InstanceNaming=v258'),
      'x@.service': unitText({
        Service: ['ExecStart=/bin/sh -c \'echo "%i $SO_COOKIE"\'', 'StandardInput=socket'],
      }),
    });
    const [name = '', cookie] = (await box.says(7001)).trim().split(' ');
    expect(name.replace(/:\d+$/, '')).toBe(`0-${cookie}-127.0.0.1:7001-127.0.0.1`);
  });

  it('OpenFile= passes files on with their names', async () => {
    await commandUnits(box, {
      'x.socket': listen('Accept=yes'),
      'x@.service': unitText({
        Service: [
          'ExecStart=/bin/sh -c \'echo "$LISTEN_FDS $LISTEN_FDNAMES"; cat <&3\'',
          'StandardInput=socket',
          'OpenFile=/proc/sys/kernel/ostype:name:read-only',
          'OpenFile=/no/such::graceful',
        ],
      }),
    });
    expect(await box.says(7001)).toBe('1 name\nLinux\n');
  });

  it('RuntimeDirectory= with a link has both until the service ends', async () => {
    const daemon = await commandUnits(box, {
      'x.service': unitText({ Service: ['ExecStart=/bin/sleep 60', 'RuntimeDirectory=superd-x:superd-old'] }),
    });
    await daemon.reaches('x.service', 'running');
    const link = async () => (await box.shell('readlink /run/superd-old')).stdout.trim();
    expect(await link()).toBe('superd-x');
    await daemon.run('stop', 'x.service');
    expect(await link()).toBe('');
  });

  it('an option that the kernel does not take is said, and the socket listens', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': listen('TCPCongestion=no-such-thing'),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
    });
    await daemon.hears('TCPCongestion= failed (TCP_CONGESTION): ENOENT');
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening' });
  });
});
