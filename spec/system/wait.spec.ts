/** The wait field, the owner and the program, as served. */

import { expect } from '@jest/globals';
import { conforms, type Setup, serve } from './daemon.ts';
import { stateOf } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Wait field, owner and program of inetd.conf', (box) => {
  const hello = `${box.server('hello')} h`;
  const sleep = `${box.server('sleep')} s`;
  const state = `${box.server('state')} s`;
  const acc1 = `${box.server('acc1')} a`;
  /** A daemon with groups of its own, which no child may keep. */
  const withGroups: Setup = { under: ['setpriv', '--groups=4,24,27'] };

  conforms('case 64: a misspelt wait word is an error of its line', '', async () => {
    const lines = ['nowiat', 'WAIT', 'nowait/x'].map(
      (word, index) => `${23001 + index} stream tcp4 ${word} root ${hello}`,
    );
    const daemon = await serve(box, `${lines.join('\n')}\n23009 stream tcp4 nowait root ${hello}\n`);
    expect(await box.says(23009)).toBe('HELLO\n');
    expect((await box.shell('ss -Hnlt | wc -l')).stdout).toBe('1\n');
    daemon.expectDiagnosed('1 error', '2 error', '3 error');
  });

  conforms('case 65: wait.1 is wait', 'D', async () => {
    await serve(box, `23001 stream tcp4 wait.1 root ${acc1}\n`);
    expect(await box.says(23001)).toMatch(/^\d+\n$/);
  });

  conforms('case 65: wait:1 is wait', '', async () => {
    await serve(box, `23001 stream tcp4 wait:1 root ${acc1}\n`);
    expect(await box.says(23001)).toMatch(/^\d+\n$/);
  });

  conforms('case 66: with nowait/2 a third caller waits in the backlog until a child ends', '', async () => {
    await serve(box, `23001 stream tcp4 nowait/2 root ${sleep}\n`);
    const [first, second] = [await box.connect(23001), await box.connect(23001)];
    await first.line();
    await second.line();
    const third = await box.connect(23001);
    expect(await third.line(300)).toBeNull();
    await second.close();
    expect(await third.line()).toMatch(/^\d+\n$/);
  });

  conforms(
    'case 67: with nowait/0/3 the fourth connection of one address in a minute is closed',
    '',
    async () => {
      const daemon = await serve(box, `23001 stream tcp4 nowait/0/3 root ${hello}\n`);
      const heard: string[] = [];
      for (let n = 0; n < 4; n += 1) heard.push(await box.says(23001));
      expect(heard).toEqual(['HELLO\n', 'HELLO\n', 'HELLO\n', expect.stringMatching(/^(ECONNRESET)?$/)]);
      expect(await box.says(23001, { localAddress: '10.9.9.9' })).toBe('HELLO\n');
      expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'per-address-rate', limit: 3 }]);
    },
  );

  conforms(
    'case 68: with nowait/0/0/1 a second connection of one address at once is closed',
    '',
    async () => {
      const daemon = await serve(box, `23001 stream tcp4 nowait/0/0/1 root ${sleep}\n`);
      const first = await box.connect(23001);
      const pid = Number(await first.line());
      expect(await box.says(23001, { halfClose: false })).toMatch(/^(ECONNRESET)?$/);
      const other = await box.connect(23001, { localAddress: '10.9.9.9' });
      expect(await other.line()).toMatch(/^\d+\n$/);
      expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'per-address-children', limit: 1 }]);
      expect(await box.lives(pid)).toBe(true);
    },
  );

  conforms('case 69: nowait.0 is without limit, with a warning', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait.0 root ${hello}\n`);
    for (let n = 0; n < 13; n += 1) {
      const heard = await Promise.all(Array.from({ length: 20 }, () => box.says(23001)));
      expect(new Set(heard)).toEqual(new Set(['HELLO\n']));
    }
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 70: nowait.x is an error of its line', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait.x root ${hello}\n`);
    expect(await box.says(23001)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 71: a child has the ids of its user, and the groups of that user only', 'DG', async () => {
    await serve(box, `23001 stream tcp4 nowait nobody ${state}\n`, withGroups);
    expect(await stateOf(box, 23001)).toMatchObject({
      uid: [65_534, 65_534, 65_534],
      gid: [65_534, 65_534, 65_534],
      groups: [65_534],
    });
  });

  conforms('case 72: nobody.daemon and nobody:daemon give the group daemon', 'DG', async () => {
    await serve(
      box,
      `23001 stream tcp4 nowait nobody.daemon ${state}\n23002 stream tcp4 nowait nobody:daemon ${state}\n`,
      withGroups,
    );
    for (const port of [23001, 23002]) {
      expect(await stateOf(box, port)).toMatchObject({
        uid: [65_534, 65_534, 65_534],
        gid: [1, 1, 1],
        groups: [1],
      });
    }
  });

  conforms('case 73: root:daemon gives the group daemon', '', async () => {
    await serve(box, `23001 stream tcp4 nowait root:daemon ${state}\n`, withGroups);
    expect(await stateOf(box, 23001)).toMatchObject({ uid: [0, 0, 0], gid: [1, 1, 1], groups: [1] });
  });

  conforms('case 74: a user whose name has a dot is that user', '', async () => {
    await box.shell('echo first.last:x:4711:4712::/nonexistent:/bin/sh >> /etc/passwd');
    await serve(box, `23001 stream tcp4 nowait first.last ${state}\n`);
    expect(await stateOf(box, 23001)).toMatchObject({ uid: [4711, 4711, 4711], gid: [4712, 4712, 4712] });
  });

  conforms('case 75: and may have a group behind a colon', 'G', async () => {
    await box.shell(
      'grep -q first.last /etc/passwd || echo first.last:x:4711:4712::/nonexistent:/bin/sh >> /etc/passwd',
    );
    await serve(box, `23001 stream tcp4 nowait first.last:daemon ${state}\n`);
    expect(await stateOf(box, 23001)).toMatchObject({ uid: [4711, 4711, 4711], gid: [1, 1, 1] });
  });

  conforms('case 76: a number that names no user is a user id', '', async () => {
    await serve(box, `23001 stream tcp4 nowait 65534 ${state}\n`);
    expect(await stateOf(box, 23001)).toMatchObject({ uid: [65_534, 65_534, 65_534] });
  });

  conforms('case 77: a login class is left aside with a notice', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait nobody:daemon/staff ${state}\n`);
    expect(await stateOf(box, 23001)).toMatchObject({ uid: [65_534, 65_534, 65_534], gid: [1, 1, 1] });
    daemon.expectDiagnosed('1 note');
  });

  conforms('case 78: an unknown user is said at load and the port stays closed', 'G', async () => {
    const daemon = await serve(
      box,
      `23001 stream tcp4 nowait nosuchuser ${hello}\n23002 stream tcp4 nowait root ${hello}\n`,
    );
    expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    daemon.expectDiagnosed('1 error');
    daemon.expectSaid('nosuchuser');
  });

  conforms('case 79: so with a built-in service', 'G', async () => {
    const daemon = await serve(box, 'daytime stream tcp4 nowait nosuchuser internal\n');
    expect(await box.says(13)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 80: a program that does not exist gives the caller an end, and is said', 'DG', async () => {
    const daemon = await serve(box, '23001 stream tcp4 nowait root /nonexistent/x x\n');
    expect(await box.tcp(23001)).toMatchObject({ data: Buffer.alloc(0) });
    if (daemon.tells) {
      expect(await daemon.event('start-failed')).toMatchObject({ program: '/nonexistent/x', code: 'ENOENT' });
    }
  });

  conforms('case 81: a script without #! cannot be run', 'DG', async () => {
    const script = await box.write(box.fresh(), 'echo SCRIPT\n', 0o755);
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${script} s\n`);
    expect(await box.says(23001)).not.toContain('SCRIPT');
    if (daemon.tells)
      expect(await daemon.event('start-failed')).toMatchObject({ program: script, code: 'ENOEXEC' });
  });

  conforms('case 81: in busybox sh runs it', '', async () => {
    const script = await box.write(box.fresh(), 'echo SCRIPT\n', 0o755);
    await serve(box, `23001 stream tcp nowait root ${script} s\n`, { options: ['--dialect=busybox'] });
    expect(await box.says(23001)).toBe('SCRIPT\n');
  });

  conforms('case 82: INTERNAL is no built-in service', '', async () => {
    const daemon = await serve(box, 'daytime stream tcp4 nowait root INTERNAL\n');
    expect(await box.says(13)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 83: a built-in stream service with wait works as with nowait', 'DG', async () => {
    await serve(box, 'echo stream tcp4 wait root internal\n');
    const first = await box.connect(7);
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
    await first.write('first\n');
    expect(await first.line()).toBe('first\n');
  });

  conforms('case 84: a relative program is an error of its line', '', async () => {
    const daemon = await serve(box, '23001 stream tcp4 nowait root bin/hello h\n', { cwd: '/run/spec' });
    expect(await box.says(23001)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('1 error');
  });

  for (const dialect of ['bsd', 'debian', 'gnu', 'busybox']) {
    conforms(`case 84: in ${dialect} it is sought from the daemon's directory`, 'DG', async () => {
      await serve(box, '23001 stream tcp nowait root bin/hello h\n', {
        cwd: '/run/spec',
        options: [`--dialect=${dialect}`],
      });
      expect(await box.says(23001)).toBe('HELLO\n');
    });
  }
});
