/** Nobody who calls is lost: neither while a service restarts nor while it stops for want of callers. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { bound } from './observe.ts';
import { asRoot, root, type Sandbox } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';

const fixture = (name: string) => path.join(root, 'spec/fixtures', name);

async function build(box: Sandbox): Promise<string> {
  const program = box.fresh('.bin');
  const { stderr } = await box.shell(`gcc -O1 -Wall -Werror -o ${program} ${fixture('activated.c')}`);
  expect(stderr).toBe('');
  return program;
}

asRoot('callers of services that come and go', (box) => {
  it('10,000 connections opened during 20 restarts are all answered', async () => {
    const [restarts, each] = [20, 500];
    const daemon = await commandUnits(box, {
      'x.socket': unitText({ Socket: ['ListenStream=127.0.0.1:7001', 'Backlog=2048'] }),
      'x.service': unitText({
        Unit: ['StartLimitIntervalSec=0'],
        // A life takes its time to begin: callers come while nobody accepts.
        Service: ['ExecStartPre=/bin/sleep 0.3', `ExecStart=${await build(box)}`],
      }),
    });
    await box.says(7001);
    const [listener] = await bound(box, 'tcp', 7001);
    let answered = 0;
    let waited = 0;
    for (let restart = 0; restart < restarts; restart++) {
      const [{ stdout }, end] = await Promise.all([
        box.shell(`/usr/bin/python3 ${fixture('callers.py')} 7001 ${each}`),
        daemon.run('restart', 'x.service'),
      ]);
      const told = JSON.parse(stdout) as { answered: number; waited: number; failures: object };
      expect({ end, failures: told.failures }).toEqual({ end: { result: 'done' }, failures: {} });
      answered += told.answered;
      waited += told.waited;
    }
    expect(answered).toBe(10_000);
    // Most of them came while nobody was there to accept them.
    expect(waited).toBeGreaterThan(5_000);
    const lives = () => daemon.said('Started x.service.') === 1 + restarts;
    await daemon.until(lives, 'as many lives as restarts');
    expect(await bound(box, 'tcp', 7001)).toMatchObject([{ inode: Number(listener?.inode) }]);
  }, 90_000);

  it('of 1,000 callers between the stop signal of an idle service and its end none is lost', async () => {
    const [first, services, hits] = [8000, 120, 1000];
    const program = await build(box);
    const beacon = box.fresh('.beacon');
    const ports = Array.from({ length: services }, (_, at) => first + at);
    const daemon = await commandUnits(
      box,
      Object.fromEntries(
        ports.flatMap((port) => [
          [`s${port}.socket`, unitText({ Socket: [`ListenStream=127.0.0.1:${port}`] })],
          [
            `s${port}.service`,
            unitText({
              Unit: ['StartLimitIntervalSec=0'],
              Service: [
                `ExecStart=${program} ${beacon}`,
                `Environment=NAME=${port}`,
                'X-IdleTimeoutSec=400ms',
                'Restart=always',
              ],
            }),
          ],
        ]),
      ),
    );
    const { stdout, stderr } = await box.shell(
      `/usr/bin/python3 ${fixture('idle-race.py')} ${beacon} ${first} ${services} ${hits}`,
    );
    expect(stderr).toBe('');
    const told = JSON.parse(stdout) as { calls: number; hits: number; late: number; lost: number };
    expect(told.lost).toBe(0);
    expect(told.hits).toBeGreaterThanOrEqual(hits);
    expect(daemon.said('Stopping: idle for 0.4s.')).toBeGreaterThanOrEqual(told.calls);
  }, 120_000);
});
