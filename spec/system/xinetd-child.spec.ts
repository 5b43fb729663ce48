/** What servers of xinetd.conf are given, and how they are started. */

import { expect } from '@jest/globals';
import { agreed, serve } from './daemon.ts';
import { bound, eventually, pause, type State, stateOf } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { defaults, service } from './xinetd.ts';

asRoot('Servers of xinetd.conf', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const port = 23001;
  const hello = `server = ${box.server('hello')}`;
  const state = `server = ${box.server('state')}`;
  const args = `server = ${box.server('args')}`;

  /** A server that is a script. */
  async function script(...lines: readonly string[]): Promise<string> {
    return `server = ${await box.write(box.fresh('.sh'), `#!/bin/bash\n${lines.join('\n')}\n`, 0o755)}`;
  }

  /** The family of the socket on descriptor 0, by the kernel's tables. */
  const familyScript = () =>
    script(
      'inode=$(readlink /proc/self/fd/0 | tr -dc 0-9)',
      'grep -q " $inode " /proc/net/tcp && echo "inet $REMOTE_HOST"',
      'grep -q " $inode " /proc/net/tcp6 && echo "inet6 $REMOTE_HOST"',
    );

  const started = ({ env }: State) => env.filter((word) => !/^(PATH|PWD|SHLVL|_)=/.test(word)).sort();

  both(
    'xinetd case 66: descriptors 0, 1 and 2, a session, /, no ignored signals, as many files as may be',
    async () => {
      const limits = await script('ulimit -Sn; ulimit -Hn');
      await serve(box, service('a', port, state) + service('b', port + 1, limits), {
        under: ['prlimit', '--nofile=2000:3000'],
      });
      const { fds, cwd, sid, pid, SigIgn, nofile } = await stateOf(box, port);
      expect(fds.map(({ fd, kind, nonblocking }) => [fd, kind, nonblocking])).toEqual(
        [0, 1, 2].map((fd) => [fd, 'socket', false]),
      );
      expect({ cwd, leads: sid === pid, nofile }).toEqual({ cwd: '/', leads: true, nofile: 3000 });
      expect(SigIgn).toMatch(/^0+$/);
      expect(await box.says(port + 1)).toBe('3000\n3000\n');
    },
  );

  both('xinetd case 67: an IPv4 caller is ::ffff:127.0.0.1 on an IPv4 socket', async () => {
    await serve(box, service('a', port, await familyScript()));
    expect(await box.says(port, { halfClose: false })).toBe('inet ::ffff:127.0.0.1\n');
    expect(await box.says(port, { host: '::1' })).toBe('inet6 ::1\n');
  });

  ours('xinetd case 68: superd gives an IPv4 socket also for a caller that half-closes at once', async () => {
    await serve(box, service('a', port, await familyScript()));
    for (let n = 0; n < 10; n += 1) expect(await box.says(port)).toBe('inet ::ffff:127.0.0.1\n');
  });

  both('xinetd case 69: with flags = IPv4 there is no IPv6, and no mapped address', async () => {
    await serve(box, service('a', port, 'flags = IPv4', await familyScript()));
    expect(await box.says(port)).toBe('inet 127.0.0.1\n');
    expect(await box.says(port, { host: '::1' })).toBe('ECONNREFUSED');
  });

  both('xinetd case 70: with both flags both families are served', async () => {
    await serve(box, service('a', port, 'flags = IPv4 IPv6', await familyScript()));
    expect(await box.says(port)).toMatch(/^inet /);
    expect(await box.says(port, { host: '::1' })).toMatch(/^inet6 /);
  });

  ours('xinetd case 71: superd takes v6only = no at its word, and says so', async () => {
    const daemon = await serve(box, service('a', port, 'v6only = no', hello));
    expect(await box.says(port)).toBe('HELLO\n');
    expect(daemon.events('diagnostic').map(({ severity }) => severity)).toContain('warning');
  });

  ours('xinetd case 72: superd takes v6only = yes of defaults at its word too', async () => {
    await serve(box, defaults('v6only = yes') + service('a', port, hello));
    expect(await box.says(port, { host: '::1' })).toBe('HELLO\n');
    expect(await box.says(port)).toBe('ECONNREFUSED');
  });

  both(
    'xinetd case 73: a name with both kinds of addresses is bound as IPv6 unless flags = IPv4',
    async () => {
      await box.write('/etc/hosts', '127.0.0.1 localhost\n10.9.9.9 both.test\nfd00:9::9 both.test\n');
      const bind = 'bind = both.test';
      await serve(box, service('a', port, bind, hello) + service('b', port + 1, bind, 'flags = IPv4', hello));
      expect((await bound(box, 'tcp', port)).map(({ address }) => address)).toEqual([`[fd00:9::9]:${port}`]);
      expect((await bound(box, 'tcp', port + 1)).map(({ address }) => address)).toEqual([
        `10.9.9.9:${port + 1}`,
      ]);
    },
  );

  both("xinetd case 74: a service's bind goes before that of defaults", async () => {
    const own = service('b', port + 1, 'bind = 127.0.0.3', hello);
    await serve(box, defaults('bind = 127.0.0.2') + service('a', port, hello) + own);
    expect((await bound(box, 'tcp', port)).map(({ address }) => address)).toEqual([`127.0.0.2:${port}`]);
    expect((await bound(box, 'tcp', port + 1)).map(({ address }) => address)).toEqual([
      `127.0.0.3:${port + 1}`,
    ]);
  });

  both.each([
    { number: 75, lines: ['flags = NAMEINARGS', args, 'server_args = myname x y'], words: '[myname][x][y]' },
    { number: 77, lines: [args], words: '[args]' },
  ])('xinetd case $number: $lines is argv $words', async ({ lines, words }) => {
    await serve(box, service('a', port, ...lines));
    expect((await box.says(port)).trim()).toBe(words);
  });

  ours('xinetd case 76: to superd the order of flags and server_args is nothing', async () => {
    await serve(box, service('a', port, args, 'server_args = myname x y', 'flags = NAMEINARGS'));
    expect((await box.says(port)).trim()).toBe('[myname][x][y]');
  });

  both('xinetd case 78: a server that is missing or no program keeps its service from starting', async () => {
    const file = await box.write(box.fresh(), 'text', 0o644);
    const missing = service('a', port, 'server = /nonexistent/x');
    const daemon = await serve(
      box,
      `${missing}${service('b', port + 1, `server = ${file}`)}${service('c', port + 2, hello)}`,
    );
    expect(await box.says(port)).toBe('ECONNREFUSED');
    expect(await box.says(port + 1)).toBe('ECONNREFUSED');
    expect(await box.says(port + 2)).toBe('HELLO\n');
    await daemon.expectTold('diagnostic', { severity: 'error' }, { severity: 'error' });
  });

  ours('xinetd case 79: superd does not start a service whose server is a directory', async () => {
    const daemon = await serve(box, service('a', port, 'server = /usr') + service('b', port + 1, hello));
    expect(await box.says(port + 1)).toBe('HELLO\n');
    expect(await box.says(port)).toBe('ECONNREFUSED');
    expect(daemon.events('diagnostic')).toMatchObject([{ severity: 'error', line: 9 }]);
  });

  both('xinetd case 80: a script with a bad interpreter closes its caller, and superd says why', async () => {
    const file = await box.write(box.fresh(), '#!/nonexistent/sh\n', 0o755);
    const daemon = await serve(box, service('a', port, `server = ${file}`));
    expect(await box.says(port)).toBe('');
    await daemon.expectTold('start-failed', { step: 'exec', code: 'ENOENT', program: file });
  });

  both('xinetd case 81: user = 12345 is the group 12345 as well, without any other', async () => {
    await serve(box, service('a', port, 'user = 12345', state));
    expect(await stateOf(box, port)).toMatchObject({
      uid: [12345, 12345, 12345],
      gid: [12345, 12345, 12345],
      groups: [],
    });
  });

  both("xinetd case 82: a group goes before the user's own", async () => {
    await serve(box, service('a', port, 'user = nobody', 'group = daemon', state));
    expect(await stateOf(box, port)).toMatchObject({ uid: [65534, 65534, 65534], gid: [1, 1, 1] });
  });

  both('xinetd case 83: groups = yes adds those of the user', async () => {
    await serve(box, service('a', port, 'user = mail', 'group = 4242', 'groups = yes', state));
    const { gid, groups } = await stateOf(box, port);
    expect(gid).toEqual([4242, 4242, 4242]);
    expect(groups).toContain(8);
  });

  ours('xinetd case 84: groups = yes needs a user that is known', async () => {
    const daemon = await serve(box, service('a', port, 'user = 12345', 'groups = yes', state));
    expect(await box.says(port)).toBe('ECONNREFUSED');
    expect(daemon.events('diagnostic')).toMatchObject([{ severity: 'error' }]);
  });

  ours('xinetd case 85: superd applies a negative nice value also where the user is not root', async () => {
    await serve(box, service('a', port, 'nice = -5', 'user = nobody', await script('nice')));
    expect(await box.says(port)).toBe('-5\n');
  });

  both('xinetd case 86: limits are soft and hard', async () => {
    const ulimit = await script('for o in v t n m; do echo $(ulimit -S$o) $(ulimit -H$o); done');
    const limits = ['rlimit_as = 512M', 'rlimit_cpu = 20', 'rlimit_files = 100', 'rlimit_rss = 64k'];
    await serve(box, service('a', port, ...limits, 'user = nobody', ulimit));
    expect(await box.says(port)).toBe('524288 524288\n20 20\n100 100\n64 64\n');
  });

  both.each(['rlimit_as = 1G', 'rlimit_cpu = 1m'])(
    'xinetd case 87: %s keeps its service from starting',
    async (line) => {
      await serve(box, service('a', port, line, hello) + service('b', port + 1, hello));
      expect(await box.says(port + 1)).toBe('HELLO\n');
      expect(await box.says(port)).toBe('ECONNREFUSED');
    },
  );

  both('xinetd case 88: the umask of defaults, of a service, and none that is one', async () => {
    const own = (n: number, umask: string) => service(`s${n}`, port + n, `umask = ${umask}`, state);
    await serve(
      box,
      defaults('umask = 007') + service('a', port, state) + own(1, '77') + own(2, '1000') + own(3, '8'),
    );
    expect(await stateOf(box, port)).toMatchObject({ umask: 0o007 });
    expect(await stateOf(box, port + 1)).toMatchObject({ umask: 0o077 });
    expect(await box.says(port + 2)).toBe('ECONNREFUSED');
    expect(await box.says(port + 3)).toBe('ECONNREFUSED');
  });

  const env = { PATH: '/usr/bin:/bin', FOO: 'foo', BAR: 'bar', OTHER: 'other' };

  both.each([
    {
      number: 89,
      shared: ['passenv = FOO'],
      lines: ['passenv += BAR', 'env = A=1 FOO=over'],
      variables: ['A=1', 'BAR=bar', 'FOO=over'],
    },
    { number: 90, shared: [], lines: ['passenv ='], variables: [] },
    { number: 91, shared: [], lines: ['passenv =', 'env = REMOTE_HOST=fake'], variables: [] },
    { number: 93, shared: [], lines: [], variables: ['BAR=bar', 'FOO=foo', 'OTHER=other'] },
  ])(
    'xinetd case $number: $shared, $lines is $variables and REMOTE_HOST',
    async ({ shared, lines, variables }) => {
      await serve(box, defaults(...shared) + service('a', port, ...lines, state), { env });
      expect(started(await stateOf(box, port))).toEqual([...variables, 'REMOTE_HOST=::ffff:127.0.0.1']);
    },
  );

  both.each(['env -= X=1', 'env = NOEQ'])(
    'xinetd case 92: %s keeps its service from starting',
    async (line) => {
      await serve(box, service('a', port, line, hello) + service('b', port + 1, hello));
      expect(await box.says(port + 1)).toBe('HELLO\n');
      expect(await box.says(port)).toBe('ECONNREFUSED');
    },
  );

  both('xinetd case 94: the caller hears what the server says on descriptor 2', async () => {
    await serve(box, service('a', port, await script('echo trouble >&2')));
    expect(await box.says(port)).toBe('trouble\n');
  });

  both('xinetd case 95: NODELAY and KEEPALIVE are set on the connection', async () => {
    const options = 'print unpack("i", getsockopt(STDIN, 6, 1)), unpack("i", getsockopt(STDIN, 1, 9))';
    const server = await script(`perl -e '${options}'`);
    const text = service('a', port, 'flags = NODELAY KEEPALIVE', server) + service('b', port + 1, server);
    await serve(box, text);
    expect(await box.says(port)).toBe('11');
    expect(await box.says(port + 1)).toBe('00');
  });

  both('xinetd case 98: a wait server accepts by itself, and another one follows it', async () => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_success = HOST PID'];
    await serve(box, service('a', port, 'wait = yes', `server = ${box.server('acc1')}`, ...words));
    const [first, second] = [await box.says(port), await box.says(port)];
    expect(first).toMatch(/^\d+\n$/);
    expect(second).toMatch(/^\d+\n$/);
    expect(second).not.toBe(first);
    await eventually('two lines', async () => (await box.read(log)).split('START').length === 3);
    expect(await box.read(log)).toMatch(/START: a pid=\d+ from=<no address>\n/);
  });

  both(
    'xinetd case 99: a wait server of datagrams has the first one, and REMOTE_HOST names its sender',
    async () => {
      const lines = ['socket_type = dgram', 'protocol = udp', 'wait = yes'];
      await serve(box, service('a', port, ...lines, `server = ${box.server('state-dgram')}`));
      const [answer] = await box.udp(port, ['x']);
      expect(started(JSON.parse(String(answer?.data)) as State)).toContain('REMOTE_HOST=::ffff:127.0.0.1');
    },
  );

  ours(
    'xinetd case 100: a wait server that never accepts is started as often as cps allows, then superd pauses',
    async () => {
      const text = service('a', port, 'wait = yes', 'server = /bin/false');
      const daemon = await serve(box, text, { options: ['-l'] });
      const caller = await box.connect(port);
      expect(await daemon.event('paused')).toMatchObject({ service: 'a', reason: 'rate', pauseMs: 10_000 });
      const starts = daemon.events('handed-over').length;
      expect(starts).toBeGreaterThanOrEqual(50);
      await pause(300);
      expect(daemon.events('handed-over')).toHaveLength(starts);
      await caller.close();
    },
  );

  both('xinetd case 101: the backlog is 64', async () => {
    await serve(box, service('a', port, hello));
    expect(new Set((await bound(box, 'tcp', port)).map(({ backlog }) => backlog))).toEqual(new Set([64]));
  });

  ours(
    "xinetd case 102: without root a service runs as the daemon's own user or not at all, which is said",
    async () => {
      const text =
        service('a', port, 'user = daemon', state) + service('b', port + 1, 'user = nobody', state);
      const daemon = await serve(box, text, { uid: 65534 });
      expect(await box.says(port)).toBe('ECONNREFUSED');
      expect(daemon.events('diagnostic')).toMatchObject([{ severity: 'error', line: 8 }]);
      expect(await stateOf(box, port + 1)).toMatchObject({ uid: [65534, 65534, 65534] });
    },
  );

  both('xinetd case 104: without a portmapper an RPC service is not there', async () => {
    const lines = [
      'type = RPC UNLISTED',
      'rpc_version = 1',
      'rpc_number = 300000',
      'wait = yes',
      'socket_type = dgram',
      'protocol = udp',
      `server = ${box.server('hold-dgram')}`,
    ];
    const daemon = await serve(box, service('b', port + 1, hello) + service('r', 0, ...lines));
    await daemon.expectTold('bind-failed', { service: 'r', call: 'rpcbind' });
    expect(await box.says(port + 1)).toBe('HELLO\n');
    expect((await box.shell('ss -Hnlu | wc -l')).stdout).toBe('0\n');
  });

  both('xinetd case 103: a service whose port is taken comes up once it is free', async () => {
    const holder = await serve(box, service('a', port, 'flags = IPv4', hello));
    const daemon = await serve(box, service('a', port, 'flags = IPv4', `server = ${box.server('hello2')}`), {
      env: { PATH: '/usr/bin:/bin', XINETD_BIND_DELAY: '300000' },
    });
    await daemon.expectTold('bind-failed', { service: 'a' });
    await holder.stop();
    await eventually('its port', async () => (await box.says(port)) === 'HELLO2\n');
  });
});
