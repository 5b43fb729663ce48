/** What a child is given: descriptors, session, signals, directory, umask, environment, limits. */

import { expect } from '@jest/globals';
import { conforms, daemonise, serve } from './daemon.ts';
import { eventually, stateOf } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Children of inetd.conf services', (box) => {
  const state = `nowait root ${box.server('state')} s`;

  conforms(
    'case 126: a nowait stream child has its connection on 0, 1 and 2, blocking, and nothing else',
    'D',
    async () => {
      const others = Array.from({ length: 20 }, (_, index) => `${23100 + index} stream tcp4 ${state}\n`);
      await serve(box, `23001 stream tcp4 ${state}\n${others.join('')}`);
      const held = await box.connect(23001);
      const { fds } = await stateOf(box, 23001);
      expect(fds.map(({ fd, kind, nonblocking }) => ({ fd, kind, nonblocking }))).toEqual(
        [0, 1, 2].map((fd) => ({ fd, kind: 'socket', nonblocking: false })),
      );
      expect(new Set(fds.map(({ inode }) => inode)).size).toBe(1);
      await held.close();
    },
  );

  conforms(
    'case 127: a wait stream child has the listener itself, with its caller still queued',
    'D',
    async () => {
      await serve(box, `23001 stream tcp4 wait root ${box.server('state-wait')} s\n`);
      const { fds } = await stateOf(box, 23001);
      expect(
        fds.map(({ fd, kind, listening, nonblocking }) => ({ fd, kind, listening, nonblocking })),
      ).toEqual([0, 1, 2].map((fd) => ({ fd, kind: 'socket', listening: 1, nonblocking: false })));
    },
  );

  conforms(
    'case 128: after it the daemon never stands still, whoever takes the connection',
    'D',
    async () => {
      // The wait server's listener comes back; a caller that leaves at once must not stop the others.
      await serve(
        box,
        `23001 stream tcp4 wait root ${box.server('acc1')} a\n23002 stream tcp4 nowait root ${box.server('hello')} h\n`,
      );
      for (let round = 0; round < 10; round += 1) {
        expect(await box.says(23001)).toMatch(/^\d+\n$/);
        await box.resetting(23001);
        expect(await box.says(23002, { timeoutMs: 1_500 })).toBe('HELLO\n');
      }
    },
  );

  conforms('case 129: descriptor 2 of a wait child is the socket', 'D', async () => {
    await serve(box, `23001 dgram udp4 wait root ${box.server('state-dgram')} s\n`);
    const [answer] = await box.udp(23001, ['x']);
    const { fds } = JSON.parse(String(answer?.data)) as { fds: { fd: number; inode: number }[] };
    expect(fds.map(({ fd }) => fd)).toEqual([0, 1, 2]);
    expect(new Set(fds.map(({ inode }) => inode)).size).toBe(1);
  });

  conforms("case 129: in busybox it is the daemon's", '', async () => {
    await serve(box, `23001 stream tcp wait root ${box.server('state-wait')} s\n`, {
      options: ['--dialect=busybox'],
    });
    const { fds } = await stateOf(box, 23001);
    expect(fds.map(({ fd, listening }) => [fd, listening])).toEqual([
      [0, 1],
      [1, 1],
      [2, expect.any(Number)],
    ]);
    expect(fds[2]?.inode).not.toBe(fds[0]?.inode);
  });

  conforms('case 130: it leads a session and a process group of its own', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`);
    const { pid, sid, pgrp } = await stateOf(box, 23001);
    expect([sid, pgrp]).toEqual([pid, pid]);
  });

  conforms('case 131: no signal is blocked or ignored', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`);
    expect(await stateOf(box, 23001)).toMatchObject({ SigBlk: '0'.repeat(16), SigIgn: '0'.repeat(16) });
  });

  conforms('case 131: whatever the daemon was started with', '', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, {
      under: ['sh', '-c', 'trap "" PIPE HUP USR1; exec "$@"', 'sh'],
    });
    expect(await stateOf(box, 23001)).toMatchObject({ SigBlk: '0'.repeat(16), SigIgn: '0'.repeat(16) });
  });

  conforms('case 132: the directory of a daemonised daemon’s children is /', 'DG', async () => {
    await daemonise(box, `23001 stream tcp4 ${state}\n`, { cwd: '/run/spec' });
    expect((await stateOf(box, 23001)).cwd).toBe('/');
  });

  conforms('case 133: the umask of a child is 022, whatever the daemon’s', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { under: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] });
    expect((await stateOf(box, 23001)).umask).toBe(0o022);
  });

  const inherited = {
    HOME: '/root',
    LD_LIBRARY_PATH: '/nonexistent',
    SSH_CLIENT: 'x',
    TERM: 'vt100',
    TMPDIR: '/tmp',
  };

  conforms('case 134: what belongs to the administrator’s shell is not passed on', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { env: { PATH: '/usr/bin:/bin', ...inherited } });
    const names = (await stateOf(box, 23001)).env.map((variable) => variable.split('=')[0]);
    expect(names.filter((name) => name === 'PATH' || String(name) in inherited)).toEqual([]);
  });

  conforms('case 134: with -E it is', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, {
      env: { PATH: '/usr/bin:/bin', ...inherited },
      options: ['-E'],
    });
    expect((await stateOf(box, 23001)).env).toEqual(
      expect.arrayContaining([
        'PATH=/usr/bin:/bin',
        'HOME=/root',
        'SSH_CLIENT=x',
        'TERM=vt100',
        'TMPDIR=/tmp',
      ]),
    );
  });

  conforms('case 135: any other variable is passed on', 'DG', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { env: { PATH: '/usr/bin:/bin', FOO: '1' } });
    expect((await stateOf(box, 23001)).env).toContain('FOO=1');
  });

  conforms('case 136: --environment tells both addresses', 'G', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { options: ['--environment', '--dialect=gnu'] });
    const { env, peerPort } = await stateOf(box, 23001);
    expect(env.filter((variable) => /^(PROTO|TCP)/.test(variable)).sort()).toEqual([
      'PROTO=TCP',
      'TCPLOCALIP=127.0.0.1',
      'TCPLOCALPORT=23001',
      'TCPREMOTEIP=127.0.0.1',
      `TCPREMOTEPORT=${peerPort}`,
    ]);
  });

  conforms('case 136: a mapped address is told as the v4 address that it is', '', async () => {
    await serve(box, `23001 stream tcp46 ${state}\n`, { options: ['--environment'] });
    expect((await stateOf(box, 23001)).env).toEqual(
      expect.arrayContaining(['TCPLOCALIP=127.0.0.1', 'TCPREMOTEIP=127.0.0.1']),
    );
  });

  conforms('case 137: and tells them to no other child', '', async () => {
    await serve(
      box,
      `23001 stream tcp4 ${state}\n23002 dgram udp4 wait root ${box.server('state-dgram')} s\n`,
      { options: ['--environment', '--dialect=gnu'] },
    );
    await stateOf(box, 23001);
    const [answer] = await box.udp(23002, ['x']);
    expect(String(answer?.data)).not.toMatch(/TCP|PROTO/);
  });

  conforms('case 138: --resolve tells names too', 'G', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { options: ['--resolve', '--dialect=gnu'] });
    const { env } = await stateOf(box, 23001);
    expect(env).toEqual(
      expect.arrayContaining(['TCPREMOTEHOST=localhost', 'TCPLOCALHOST=localhost', 'PROTO=TCP']),
    );
  });

  conforms('case 139: the limit of open files is as it was when the daemon started', '', async () => {
    await serve(box, `23001 stream tcp4 ${state}\n`, { under: ['prlimit', '--nofile=1024:4096'] });
    expect((await stateOf(box, 23001)).nofile).toBe(1024);
  });

  conforms('case 139: a child that ends is reaped', 'DG', async () => {
    const daemon = await serve(box, `23001 stream tcp4 ${state}\n`);
    const { pid } = await stateOf(box, 23001);
    await eventually('it is gone', async () => (await box.shell(`test -e /proc/${pid}`)).status !== 0);
    expect(await box.lives(daemon.pid)).toBe(true);
  });
});
