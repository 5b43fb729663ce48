/** hosts.allow and hosts.deny, applied by the daemon itself. */

import { expect } from '@jest/globals';
import { conforms, type Daemon, serve } from './daemon.ts';
import { eventually, pause, stateOf } from './observe.ts';
import { asRoot, type Sandbox } from './sandbox.ts';

/** Debian's way of asking for the wrappers, and superd's own. */
const DEBIAN = { options: ['--dialect=debian', '-l'] };
const ALL = { options: ['-l', '-w', '-W'] };

const DENY_ALL = 'ALL: ALL\n';

asRoot('hosts.allow and hosts.deny', (box) => {
  const probe = (server: string, port = 23001) =>
    `${port} stream tcp4 nowait root ${box.server(server)} probe\n`;

  conforms('case 193: with -l a nowait program is refused at once, with a warning', 'D', async () => {
    await rules(box, { deny: DENY_ALL });
    const daemon = await serve(box, probe('hello'), DEBIAN);
    const begin = performance.now();
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(performance.now() - begin).toBeLessThan(2_000);
    if (!daemon.tells) return;
    expect(await daemon.event('refused')).toMatchObject({
      level: 'warning',
      reason: 'wrappers',
      service: '23001/tcp4',
    });
  });

  conforms('case 194: wait services and built-ins are not asked about', 'D', async () => {
    await rules(box, { deny: DENY_ALL });
    await serve(
      box,
      `23001 stream tcp4 wait root ${box.server('acc1')} probe\ndiscard stream tcp4 nowait root internal\n` +
        'daytime stream tcp4 nowait root internal\n',
      DEBIAN,
    );
    expect(await box.says(23001)).toMatch(/^\d+\n$/);
    expect(await box.says(13)).toMatch(/ \d\d:\d\d:\d\d /);
  });

  conforms('case 195: tcpd is not run, but asked for', 'D', async () => {
    await rules(box, { allow: 'args: 127.0.0.1\n', deny: DENY_ALL });
    await serve(box, `23001 stream tcp4 nowait root /usr/sbin/tcpd ${box.server('args')} one\n`, DEBIAN);
    expect(await box.says(23001)).toBe('[args][one]\n');
    await rules(box, { allow: 'other: ALL\n', deny: DENY_ALL });
    expect(await box.says(23001)).not.toContain('one');
  });

  conforms('with --no-native-tcpd the real tcpd asks', '', async () => {
    await rules(box, {
      allow: `${box.server('args')}: ALL\nargs: 127.0.0.1\n/usr/sbin/tcpd: ALL\n`,
      deny: DENY_ALL,
    });
    const daemon = await serve(
      box,
      `23001 stream tcp4 nowait root /usr/sbin/tcpd ${box.server('args')} one\n`,
      {
        options: [...DEBIAN.options, '--no-native-tcpd'],
      },
    );
    expect(await box.says(23001)).toContain('one');
    expect(await daemon.event('exited')).toMatchObject({ program: '/usr/sbin/tcpd' });
  });

  conforms('a change of the files holds for the next caller', 'D', async () => {
    await rules(box, {});
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).toBe('HELLO\n');
    await rules(box, { deny: 'probe: 127.0.0.1\n' });
    expect(await box.says(23001)).not.toContain('HELLO');
    await rules(box, { allow: 'probe: 127.0.0.1\n', deny: DENY_ALL });
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms(
    'case 204: spawn runs its command with the address, and the caller is served after it',
    'D',
    async () => {
      const mark = box.fresh();
      await rules(box, { allow: `probe: ALL: spawn sleep 0.2; echo %a %d > ${mark}\n`, deny: DENY_ALL });
      await serve(box, probe('hello'), DEBIAN);
      expect(await box.says(23001)).toBe('HELLO\n');
      expect(await box.read(mark)).toBe('127.0.0.1 probe\n');
    },
  );

  conforms('an aclexec that fails refuses in hosts.allow, whatever hosts.deny says', '', async () => {
    await rules(box, { allow: 'probe: ALL: aclexec /bin/false\n' });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).not.toContain('HELLO');
  });

  conforms('case 205: an aclexec that fails turns the verdict of its file round', 'D', async () => {
    await rules(box, { allow: 'probe: ALL: aclexec /bin/false\n', deny: DENY_ALL });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).not.toContain('HELLO');
    await rules(box, { deny: 'probe: ALL: aclexec /bin/false\n' });
    expect(await box.says(23001)).toBe('HELLO\n');
    await rules(box, { deny: 'probe: ALL: aclexec /bin/true\n' });
    expect(await box.says(23001)).not.toContain('HELLO');
  });

  conforms('case 206: twist serves its command in the place of the program', 'D', async () => {
    await rules(box, { allow: 'probe: ALL: twist /bin/echo 421 bye %a\n' });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).toBe('421 bye 127.0.0.1\n');
  });

  conforms('twist runs as the user of the service, and the log says it', '', async () => {
    await rules(box, { allow: 'probe: ALL: twist id -un\n' });
    const daemon = await serve(box, probe('hello').replace('root', 'nobody'), DEBIAN);
    expect(await box.says(23001)).toBe('nobody\n');
    await said(daemon, 'twist 127.0.0.1 to id -un');
  });

  for (const options of ['bogus', '', 'allow : umask 022']) {
    conforms(`case 207: "probe: ALL: ${options}" refuses, and the log says why`, 'D', async () => {
      await rules(box, { allow: `probe: ALL: ${options}\n` });
      const daemon = await serve(box, probe('hello'), DEBIAN);
      expect(await box.says(23001)).not.toContain('HELLO');
      await said(daemon, 'error: /etc/hosts.allow, line 1: ');
    });
  }

  conforms('case 208: a banner is sent with CR LF, and then the connection is closed', 'D', async () => {
    const folder = await bannerFolder(box, 'go away, %a\nbye\n');
    await rules(box, { deny: `probe: ALL: banners ${folder}\n` });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001, { send: 'unread\n' })).toBe('go away, 127.0.0.1\r\nbye\r\n');
  });

  conforms('a banner of whom is granted comes before the program', 'D', async () => {
    const folder = await bannerFolder(box, 'welcome\n');
    await rules(box, { allow: `probe: ALL: banners ${folder}\n`, deny: DENY_ALL });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).toBe('welcome\r\nHELLO\n');
  });

  conforms('a banner that a caller does not read delays nobody else', '', async () => {
    const folder = await bannerFolder(box, `${'x'.repeat(60_000)}\n`);
    await rules(box, { allow: `probe: ALL: banners ${folder}\n` });
    await serve(box, probe('hello') + probe('hello2', 23002).replace('probe', 'other'), DEBIAN);
    const idle = await Promise.all(Array.from({ length: 5 }, () => box.connect(23001)));
    expect(await box.says(23002)).toBe('HELLO2\n');
    expect((await box.says(23001)).endsWith('HELLO\n')).toBe(true);
    await Promise.all(idle.map((caller) => caller.close()));
  });

  conforms('umask, nice and setenv change the one child', 'D', async () => {
    await rules(box, { allow: 'probe: 127.0.0.1: umask 077: nice 5: setenv WHO %a-%d\n' });
    await serve(box, probe('state'), DEBIAN);
    const { env, umask, pid } = await stateOf(box, 23001);
    expect(env).toContain('WHO=127.0.0.1-probe');
    expect(umask).toBe(0o077);
    expect(pid).toBeGreaterThan(0);
    const plain = await stateOf(box, 23001, '127.0.0.1');
    expect(plain.umask).toBe(0o077);
    await rules(box, {});
    const after = await stateOf(box, 23001);
    expect(after.umask).toBe(0o022);
    expect(after.env).not.toContain('WHO=127.0.0.1-probe');
  });

  conforms('nice is added to that of superd', '', async () => {
    await rules(box, { allow: 'probe: ALL: nice 7: twist nice\n' });
    await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).toBe('7\n');
  });

  conforms('user and group replace root, with no group of root left', '', async () => {
    await rules(box, { allow: 'probe: ALL: user nobody.daemon\n' });
    await serve(box, probe('state'), DEBIAN);
    const { uid, gid, groups } = await stateOf(box, 23001);
    expect(uid).toEqual([65_534, 65_534, 65_534]);
    expect(gid).toEqual([1, 1, 1]);
    expect(groups).toEqual([1]);
  });

  for (const { option, owner } of [
    { option: 'user root', owner: 'nobody' },
    { option: 'user nobody-knows', owner: 'root' },
    { option: 'group nobody-knows', owner: 'root' },
  ]) {
    conforms(`'${option}' for a service of ${owner} refuses`, '', async () => {
      await rules(box, { allow: `probe: ALL: ${option}\n` });
      const daemon = await serve(box, probe('state').replace('root', owner), DEBIAN);
      expect(await box.says(23001)).not.toContain('uid');
      await said(daemon, 'error: /etc/hosts.allow, line 1: ');
    });
  }

  conforms('severity is the level of the lines', '', async () => {
    await rules(box, {
      allow: 'probe: 10.9.9.9: severity notice\n',
      deny: 'ALL: ALL: severity local0.info\n',
    });
    const daemon = await serve(box, probe('hello'), DEBIAN);
    await box.says(23001);
    expect(await daemon.event('refused')).toMatchObject({ level: 'info' });
    expect(await box.says(23001, { host: '10.9.9.9', localAddress: '10.9.9.9' })).toBe('HELLO\n');
    expect(await daemon.event('started')).toMatchObject({ level: 'notice' });
  });

  conforms('what is wrong in the files is said at the start', '', async () => {
    await rules(box, { allow: 'no rule at all\n', deny: 'probe: 192.0.2.5/24\n' });
    const daemon = await serve(box, probe('hello'), DEBIAN);
    expect(daemon.events('diagnostic')).toMatchObject([
      { file: '/etc/hosts.allow', line: 1, severity: 'error', code: 'hosts/no-colon' },
      { file: '/etc/hosts.deny', line: 1, column: 8, severity: 'warning', code: 'hosts/host-bits' },
    ]);
  });

  conforms('a hosts.deny that cannot be read lets nobody in whom hosts.allow does not name', '', async () => {
    await rules(box, { allow: 'probe: 10.9.9.9\n' });
    await box.shell('rm -f /etc/hosts.deny; mkfifo /etc/hosts.deny');
    const daemon = await serve(box, probe('hello'), DEBIAN);
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await box.says(23001, { host: '10.9.9.9', localAddress: '10.9.9.9' })).toBe('HELLO\n');
    await said(daemon, '/etc/hosts.deny cannot be read');
    await box.shell('rm -f /etc/hosts.deny');
  });

  conforms('a name is looked up and checked, and nobody else waits for a slow command', '', async () => {
    await box.write(
      '/etc/hosts',
      '127.0.0.1 localhost\n10.9.9.9 good.example.org\n127.0.0.7 liar.example.org\n',
    );
    await box.shell("sed -i '/liar/d' /etc/hosts; echo '127.0.0.7 good.example.org' >> /etc/hosts");
    await rules(box, { allow: 'probe: .example.org\nslow: ALL: spawn sleep 3\n', deny: DENY_ALL });
    await serve(box, probe('hello') + probe('hello2', 23002).replace('probe', 'slow'), DEBIAN);
    const slow = box.says(23002, { timeoutMs: 10_000 });
    expect(await box.says(23001, { host: '10.9.9.9', localAddress: '10.9.9.9' })).toBe('HELLO\n');
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await Promise.race([slow, Promise.resolve('still asked')])).toBe('still asked');
    expect(await slow).toBe('HELLO2\n');
  });

  conforms('rfc931 asks the host of the caller', 'D', async () => {
    await box.shell(
      `ncat --version >/dev/null 2>&1; nohup sh -c 'for i in 1 2 3; do nc -l -N 127.0.0.1 113 < ${await identAnswer(box)}; done' >/dev/null 2>&1 &`,
    );
    await eventually('ident is served', async () =>
      (await box.shell('ss -Hnlt sport = :113')).stdout.includes('113'),
    );
    await rules(box, { allow: 'probe: ALL: rfc931 5: setenv WHO %u\n', deny: DENY_ALL });
    await serve(box, probe('state'), DEBIAN);
    const state = JSON.parse(await box.says(23001, { localPort: 40_113 })) as { env: readonly string[] };
    expect(state.env).toContain('WHO=stjohns');
  });

  conforms('a caller who waits counts as a child and is gone when it is refused', '', async () => {
    await rules(box, { deny: 'probe: ALL: spawn sleep 1\n' });
    const daemon = await serve(box, probe('hello'), {
      options: ['-c', '1', ...DEBIAN.options],
    });
    const first = box.says(23001, { timeoutMs: 10_000 });
    await pause(300);
    await daemon.signal('SIGUSR1');
    expect(await daemon.event('state')).toMatchObject({ children: 1 });
    await first;
    await daemon.event('refused');
    await rules(box, {});
    expect(await box.says(23001)).toBe('HELLO\n');
    await daemon.signal('SIGUSR1');
    await eventually('the count', async () => daemon.events('state').length === 2);
    expect(daemon.events('state')[1]).toMatchObject({ served: 1, refused: 1 });
  });
});

asRoot('The wrappers of datagrams and built-ins', (box) => {
  const dgram = () => `23001 dgram udp4 wait root ${box.server('state-dgram')} probe\n`;

  conforms(
    'the first datagram of a wait service is asked about; a refused one is thrown away',
    '',
    async () => {
      await rules(box, { deny: 'probe: 127.0.0.1\n' });
      const daemon = await serve(box, dgram(), ALL);
      expect(await box.udp(23001, ['x'], { timeoutMs: 300 })).toEqual([]);
      expect(await daemon.event('refused')).toMatchObject({ reason: 'wrappers' });
      expect(daemon.events('refused')).toHaveLength(1);
      await rules(box, {});
      expect(await box.udp(23001, ['x'])).toHaveLength(1);
    },
  );

  conforms('one that needs an answer waits for it, and is asked about once', '', async () => {
    const mark = box.fresh();
    await rules(box, { allow: `probe: ALL: spawn sleep 0.3; echo once >> ${mark}\n`, deny: DENY_ALL });
    await serve(box, dgram(), ALL);
    expect(await box.udp(23001, ['x'])).toHaveLength(1);
    expect(await box.read(mark)).toBe('once\n');
  });

  conforms('a twist for datagrams refuses', '', async () => {
    await rules(box, { allow: 'probe: ALL: twist /bin/echo no\n' });
    const daemon = await serve(box, dgram(), ALL);
    expect(await box.udp(23001, ['x'], { timeoutMs: 300 })).toEqual([]);
    await daemon.event('refused');
    await said(daemon, 'twist option with datagrams');
  });

  conforms('busybox: a datagram of each peer is asked about', '', async () => {
    await rules(box, { deny: 'probe: 127.0.0.1\n' });
    const daemon = await serve(box, `23001 dgram udp nowait root ${box.server('state-dgram')} probe\n`, {
      options: ['--dialect=busybox', '-w'],
    });
    expect(await box.udp(23001, ['x'], { timeoutMs: 300 })).toEqual([]);
    await daemon.event('refused');
    expect(await box.udp(23001, ['x'], { host: '10.9.9.9', localAddress: '10.9.9.9' })).toHaveLength(1);
  });

  conforms('-W asks about built-in services by their names', '', async () => {
    await rules(box, { deny: 'daytime: 127.0.0.1\necho: 127.0.0.1\n' });
    const daemon = await serve(
      box,
      'daytime stream tcp4 nowait root internal\ntime stream tcp4 nowait root internal\necho dgram udp4 wait root internal\n',
      ALL,
    );
    expect(await box.says(13)).not.toMatch(/\d\d:\d\d/);
    expect((await box.tcp(37)).data).toHaveLength(4);
    expect(await box.udp(7, ['x'], { timeoutMs: 300 })).toEqual([]);
    expect(await daemon.told('refused', 2)).toHaveLength(2);
    await rules(box, { allow: 'daytime: ALL: twist /bin/echo never\n' });
    expect(await box.says(13)).toBe('never\n');
    expect(await box.udp(7, ['x'])).toHaveLength(1);
  });

  conforms('tcpmux: who is refused was not told to go on, at once or after a command', '', async () => {
    const mux = (name: string) => `tcpmux/+${name} stream tcp4 nowait root ${box.server('hello')} ${name}\n`;
    await serve(box, `tcpmux stream tcp4 nowait root internal\n${mux('one')}${mux('two')}${mux('three')}`, {
      options: ['-w'],
    });
    await rules(box, {
      allow: 'three: ALL: spawn sleep 0.1\n',
      deny: 'one: ALL\ntwo: ALL: spawn sleep 0.1\n',
    });
    expect(await box.says(1, { send: 'one\r\n', halfClose: false })).toBe('-Service not available\r\n');
    expect(await box.says(1, { send: 'two\r\n', halfClose: false })).toBe('');
    expect(await box.says(1, { send: 'three\r\n', halfClose: false })).toBe('+Go\r\nHELLO\n');
  });

  conforms('a linger time never holds the daemon up', '', async () => {
    const folder = await bannerFolder(box, `${'x'.repeat(60_000)}\n`);
    await rules(box, { deny: `probe: ALL: linger 20: banners ${folder}\n` });
    const probe = `23001 stream tcp4 nowait root ${box.server('hello')} probe\n`;
    await serve(box, `${probe}23002 stream tcp4 nowait root ${box.server('hello2')} other\n`, ALL);
    await box.connect(23001);
    expect(await box.says(23001)).toMatch(/^x+/);
    const begin = performance.now();
    expect(await box.says(23002)).toBe('HELLO2\n');
    expect(performance.now() - begin).toBeLessThan(3_000);
  });

  conforms('a wait stream service is named by a note', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 wait root ${box.server('acc1')} a\n`, ALL);
    daemon.expectDiagnosed('1 note');
  });
});

/** Both files as they are to be; what is not given is empty. */
async function rules(
  box: Sandbox,
  { allow = '', deny = '' }: { allow?: string; deny?: string },
): Promise<void> {
  await box.write('/etc/hosts.allow', allow);
  await box.write('/etc/hosts.deny', deny);
}

/** Waits until the log of superd says so. */
async function said(daemon: Daemon, words: string): Promise<void> {
  if (daemon.tells) await daemon.event('message', ({ message }) => message.includes(words));
}

/** A folder with a banner for the daemon `probe`. */
async function bannerFolder(box: Sandbox, text: string): Promise<string> {
  const folder = box.fresh();
  await box.shell(`mkdir ${folder}`);
  await box.write(`${folder}/probe`, text);
  return folder;
}

/** A file with what an ident server says about port 40113. */
function identAnswer(box: Sandbox): Promise<string> {
  return box.write(box.fresh(), '40113, 23001 : USERID : UNIX : stjohns\r\n');
}
