/** Binding: ports in use, old connections and old servers in the way, the accept queue. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { bound, eventually, pause } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Ports of inetd.conf services', (box) => {
  const text = `23001 stream tcp4 nowait root ${box.server('hello')} h\n`;

  /** A listener of somebody else on 23001; gives its pid. */
  async function intruder(): Promise<number> {
    const { stdout } = await box.shell(
      `nc -lk 127.0.0.1 23001 >/dev/null 2>&1 </dev/null & echo $!; until ss -Hnlt | grep -q :23001; do sleep 0.02; done`,
    );
    return Number(stdout);
  }

  conforms(
    'case 159: a port that was in use at the start is served after it was freed and ALRM',
    'D',
    async () => {
      const pid = await intruder();
      const daemon = await serve(box, text);
      if (daemon.tells) expect(daemon.events('bind-failed')).toMatchObject([{ code: 'EADDRINUSE' }]);
      await box.kill(pid, 'SIGKILL');
      await eventually('it is free', async () => (await bound(box, 'tcp', 23001)).length === 0);
      await daemon.signal('SIGALRM');
      await eventually('it is served', async () => (await box.says(23001)) === 'HELLO\n');
    },
  );

  conforms('case 159: and without ALRM soon, said once', '', async () => {
    const pid = await intruder();
    const daemon = await serve(box, text);
    await pause(1_500);
    await box.kill(pid, 'SIGKILL');
    await eventually('it is served', async () => (await box.says(23001)) === 'HELLO\n');
    expect(daemon.events('bind-failed')).toHaveLength(1);
  });

  conforms('case 160: connections in TIME_WAIT do not keep a new daemon from binding', 'DG', async () => {
    const daemon = await serve(box, text);
    for (let n = 0; n < 3; n += 1) expect(await box.says(23001, { halfClose: false })).toBe('HELLO\n');
    expect((await box.shell("ss -Hnt state time-wait 'sport = :23001' | wc -l")).stdout).not.toBe('0\n');
    await daemon.stop();
    const next = await serve(box, text);
    expect(next.events('bind-failed')).toEqual([]);
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms(
    'case 161: a TCP wait server that outlives its daemon keeps the port until it ends',
    '',
    async () => {
      const hold = `23001 stream tcp4 wait root ${box.server('hold')} h\n`;
      const first = await serve(box, hold);
      const caller = await box.connect(23001);
      const pid = await caller.line();
      await first.stop();
      const second = await serve(box, hold);
      await second.event('bind-failed');
      await caller.write('q');
      await second.event('listening');
      const next = await box.connect(23001);
      expect(await next.line()).not.toBe(pid);
    },
  );

  conforms('case 162: a UDP wait server does so too, and nobody shares its port', '', async () => {
    const hold = `23001 dgram udp4 wait root ${box.server('hold-dgram')} h\n`;
    const ask = async (word: string) => (await box.udp(23001, [word])).map(({ data }) => data.toString())[0];
    const first = await serve(box, hold);
    const pid = await ask('a');
    await first.stop();
    const second = await serve(box, hold);
    await second.event('bind-failed');
    expect([await ask('b'), await ask('c')]).toEqual([pid, pid]);
    expect(await bound(box, 'udp', 23001)).toHaveLength(1);
    await ask('q');
    await second.event('listening');
    expect(await ask('d')).not.toBe(pid);
  });

  for (const { asked, backlog } of [
    { asked: 1, backlog: 10 },
    { asked: 50, backlog: 50 },
  ]) {
    conforms(`case 163: in debian -q ${asked} is an accept queue of ${backlog}`, 'D', async () => {
      await serve(box, text, { options: ['-q', String(asked), '--dialect=debian'] });
      expect((await bound(box, 'tcp', 23001)).map((socket) => socket.backlog)).toEqual([backlog]);
    });
  }

  conforms('case 163: without -q it is what the system allows, up to 4096', '', async () => {
    await serve(box, text);
    const most = Number(await box.read('/proc/sys/net/core/somaxconn'));
    expect((await bound(box, 'tcp', 23001)).map(({ backlog }) => backlog)).toEqual([Math.min(4_096, most)]);
  });
});
