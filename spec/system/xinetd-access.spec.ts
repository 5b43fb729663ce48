/** Who is served by xinetd.conf services: lists, hours, limits, sensors and the question for the user. */

import { expect } from '@jest/globals';
import type { RefusalReason } from '../../lib/model/refusal.ts';
import { agreed, type Daemon, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { defaults, service } from './xinetd.ts';

asRoot('Access control and limits of xinetd.conf services', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const hello = `server = ${box.server('hello')}`;
  const sleep = `server = ${box.server('sleep')}`;
  const port = 23001;

  /** What a caller from an address hears. */
  const from = (address: string, on = port): Promise<string> =>
    box.says(on, { host: address.includes(':') ? '::1' : '127.0.0.1', localAddress: address });

  /** Which of these addresses are served. */
  async function served(addresses: readonly string[]): Promise<readonly string[]> {
    const heard: string[] = [];
    for (const address of addresses) if ((await from(address)) === 'HELLO\n') heard.push(address);
    return heard;
  }

  /** Why callers were refused, as superd tells: they may know before the log does. */
  const expectRefused = (daemon: Daemon, ...reasons: readonly RefusalReason[]): Promise<void> =>
    daemon.expectTold('refused', ...reasons.map((reason) => ({ reason })));

  /** That superd finds something wrong with the file. */
  const expectErrors = async (daemon: Daemon): Promise<void> => {
    if (daemon.tells) await daemon.event('diagnostic', ({ severity }) => severity === 'error');
  };

  /** The lines of a service's log without their times, once there are so many. */
  async function logged(file: string, count: number): Promise<readonly string[]> {
    let lines: readonly string[] = [];
    await eventually(`${count} lines in ${file}`, async () => {
      lines = (await box.read(file).catch(() => '')).split('\n').slice(0, -1);
      return lines.length >= count;
    });
    return lines.map((line) => line.replace(/^\S+ /, ''));
  }

  async function banners(): Promise<readonly string[]> {
    const [always, failure, success] = [box.fresh('.always'), box.fresh('.failure'), box.fresh('.success')];
    await box.write(always, 'BANNER ');
    await box.write(failure, 'FAIL ');
    await box.write(success, 'SUCC ');
    return [`banner = ${always}`, `banner_fail = ${failure}`, `banner_success = ${success}`];
  }

  both('xinetd case 96: banner and banner_success stand before what the server says', async () => {
    await serve(box, service('a', port, hello, ...(await banners())));
    expect(await box.says(port)).toBe('BANNER SUCC HELLO\n');
  });

  both('xinetd case 97: a large banner that one client does not read holds up nobody', async () => {
    const [large, other] = [box.fresh('.large'), 'other'];
    await box.shell(`head -c 1000000 /dev/zero >${large}`);
    await serve(box, service('a', port, hello, `banner = ${large}`) + service(other, port + 1, hello));
    const mute = await box.connect(port);
    expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
    expect((await box.tcp(port)).data.length).toBe(1_000_006);
    await mute.close();
  });

  ours('xinetd case 105: only_from refuses with both banners; superd logs FAIL alone', async () => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_success = PID HOST EXIT', 'log_on_failure = HOST'];
    const daemon = await serve(
      box,
      service('a', port, hello, 'only_from = 10.0.0.0/8', ...words, ...(await banners())),
    );
    expect(await from('127.0.0.1')).toBe('BANNER FAIL ');
    expect(await logged(log, 1)).toEqual(['FAIL: a address from=::ffff:127.0.0.1']);
    await daemon.expectTold('refused', { reason: 'address', service: 'a' });
  });

  ours('xinetd case 106: a banner_fail that the user of the service may not read is left out', async () => {
    const lines = await banners();
    const failure = String(lines[1]).replace('banner_fail = ', '');
    await box.shell(`chmod 600 ${failure}`);
    const daemon = await serve(
      box,
      service('a', port, hello, 'user = nobody', 'only_from = 10.0.0.0/8', ...lines),
    );
    expect(await from('127.0.0.1')).toBe('BANNER ');
    await daemon.event('message', ({ message }) => message.includes(`open of banner ${failure} failed`));
  });

  both('xinetd case 107: outside of access_times callers hear both banners', async () => {
    // A minute on the other side of the day.
    const hour = (new Date().getUTCHours() + 12) % 24;
    const time = `access_times = ${hour}:00-${hour}:01`;
    const daemon = await serve(box, service('a', port, hello, time, ...(await banners())), {
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
    });
    expect(await from('127.0.0.1')).toBe('BANNER FAIL ');
    await daemon.expectTold('refused', { reason: 'hours' });
  });

  both('xinetd case 108: 0:0-23:59 is the whole day', async () => {
    await serve(box, service('a', port, hello, 'access_times = 0:0-23:59'));
    expect(await from('127.0.0.1')).toBe('HELLO\n');
  });

  both.each([
    { number: 111, line: 'max_load = 0' },
    { number: 123, line: 'only_from = 127.0.0.1,,' },
    { number: 138, line: 'cps = UNLIMITED 3' },
  ])('xinetd case $number: $line keeps the service from starting', async ({ line }) => {
    const daemon = await serve(box, service('a', port, hello, line) + service('b', port + 1, hello));
    expect(await from('127.0.0.1')).toBe('ECONNREFUSED');
    expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
    await expectErrors(daemon);
  });

  ours.each([
    { number: 122, line: 'only_from = 127.0.0.0/255.0.255.0' },
    { number: 127, line: 'no_access = no-such-host.invalid' },
  ])('xinetd case $number: with $line superd does not start the service', async ({ line }) => {
    const daemon = await serve(box, service('a', port, hello, line) + service('b', port + 1, hello));
    expect(await from('127.0.0.1')).toBe('ECONNREFUSED');
    expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
    await expectErrors(daemon);
  });

  both.each(['12:00-24:00', '22:00-06:00', '9:00-9:00', '2-9', '2:00-3:00,4:00-5:00'])(
    'xinetd case 109: read strictly, access_times = %s keeps the service from starting',
    async (hours) => {
      const daemon = await serve(box, service('a', port, hello, `access_times = ${hours}`), {
        options: ['--strict-xinetd'],
      });
      expect(await from('127.0.0.1')).toBe('ECONNREFUSED');
      await expectErrors(daemon);
    },
  );

  both('xinetd case 110: above max_load callers are refused', async () => {
    const daemon = await serve(box, service('a', port, hello, 'max_load = 0.0001'));
    expect(await from('127.0.0.1')).not.toBe('HELLO\n');
    await daemon.expectTold('refused', { reason: 'load' });
  });

  both(
    'xinetd case 112: with instances = 1 the second caller is refused, and served after the first',
    async () => {
      const daemon = await serve(box, service('a', port, sleep, 'instances = 1'));
      const first = await box.connect(port);
      const pid = Number(await first.line());
      expect(await from('127.0.0.1')).toBe('');
      await daemon.expectTold('refused', { reason: 'children', limit: 1 });
      expect(await box.lives(pid)).toBe(true);
      await first.close();
      await eventually('room', async () => /^\d+/.test(await from('127.0.0.1')));
    },
  );

  both('xinetd case 113: per_source counts each address by itself', async () => {
    const daemon = await serve(box, service('a', port, sleep, 'per_source = 1'));
    const first = await box.connect(port);
    await first.line();
    expect(await from('127.0.0.1')).toBe('');
    await expectRefused(daemon, 'per-address-children');
    expect(await from('127.0.0.2')).toMatch(/^\d+/);
    expect(await from('::1')).toMatch(/^\d+/);
  });

  both('xinetd case 114: with -limit 1 another service refuses while one child runs', async () => {
    const daemon = await serve(box, service('a', port, sleep) + service('b', port + 1, hello), {
      options: ['--process-limit=1'],
    });
    const first = await box.connect(port);
    await first.line();
    expect(await from('127.0.0.1', port + 1)).toBe('');
    await daemon.expectTold('refused', { reason: 'process-limit', service: 'b' });
    await first.close();
    await eventually('room', async () => (await from('127.0.0.1', port + 1)) === 'HELLO\n');
  });

  both.each([
    { number: 115, only: '127.1.0.0', calls: ['127.1.9.2', '127.0.0.1'], serves: ['127.1.9.2'] },
    { number: 116, only: '0.0.0.0', calls: ['127.0.0.1', '::1'], serves: ['127.0.0.1'] },
    { number: 119, only: '::/64', calls: ['::1'], serves: ['::1'] },
    {
      number: 120,
      only: '127.0.0.{2,3}',
      calls: ['127.0.0.1', '127.0.0.2', '127.0.0.3'],
      serves: ['127.0.0.2', '127.0.0.3'],
    },
    {
      number: 120,
      only: '127.0.{5,6}',
      calls: ['127.0.0.1', '127.0.5.9', '127.0.6.1'],
      serves: ['127.0.5.9', '127.0.6.1'],
    },
    {
      number: 121,
      only: '127.0.0.4/30',
      calls: ['127.0.0.3', '127.0.0.4', '127.0.0.7', '127.0.0.8'],
      serves: ['127.0.0.4', '127.0.0.7'],
    },
    { number: 128, only: '', calls: ['127.0.0.1', '::1'], serves: [] },
  ])('xinetd case $number: only_from = $only serves $serves of $calls', async ({ only, calls, serves }) => {
    await serve(box, service('a', port, hello, `only_from = ${only}`));
    expect(await served(calls)).toEqual(serves);
  });

  ours.each([
    { number: 117, only: '::' },
    { number: 118, only: '::1/128' },
  ])('xinetd case $number: to superd only_from = $only is ::1 and not 127.0.0.1', async ({ only }) => {
    await serve(box, service('a', port, hello, `only_from = ${only}`));
    expect(await served(['127.0.0.1', '::1'])).toEqual(['::1']);
  });

  ours(
    'xinetd case 146: superd serves a TCP wait service with only_from, and checks each caller',
    async () => {
      const held = service(
        'a',
        port,
        `server = ${box.server('hold')}`,
        'wait = yes',
        'only_from = 127.0.0.2',
      );
      const daemon = await serve(box, held);
      expect(await from('127.0.0.1')).toBe('');
      await daemon.expectTold('refused', { reason: 'address', service: 'a' });
      const caller = await box.connect(port, { localAddress: '127.0.0.2' });
      expect(await caller.line()).toMatch(/^\d+/);
      await caller.close();
    },
  );

  both('xinetd case 125: names are compared without regard to case, and must lead back', async () => {
    await box.write(
      '/etc/hosts',
      '127.0.0.1 localhost\n127.0.0.5 five.example.net\n127.0.0.6 six.example.org\n',
    );
    const named = (id: string, on: number, list: string) => service(id, on, hello, 'flags = IPv4', list);
    await serve(
      box,
      named('a', port, 'only_from = FIVE.example.net') + named('b', port + 1, 'only_from = .Example.ORG'),
    );
    expect(await served(['127.0.0.5', '127.0.0.6', '127.0.0.7'])).toEqual(['127.0.0.5']);
    expect([await from('127.0.0.5', port + 1), await from('127.0.0.6', port + 1)]).toEqual(['', 'HELLO\n']);
  });

  ours(
    'xinetd case 126: superd knows the names of IPv4 callers of a service for both families too',
    async () => {
      await box.write('/etc/hosts', '127.0.0.1 localhost\n127.0.0.5 five.example.net\n');
      await serve(box, service('a', port, hello, 'only_from = five.example.net'));
      expect(await served(['127.0.0.5', '127.0.0.1'])).toEqual(['127.0.0.5']);
    },
  );

  both('xinetd case 129: who is on both lists is refused, whichever is more exact', async () => {
    const both = (id: string, on: number, only: string, never: string) =>
      service(id, on, hello, `only_from = ${only}`, `no_access = ${never}`);
    const daemon = await serve(
      box,
      both('a', port, '127.0.0.1', '127.0.0.0/8') + both('b', port + 1, '127.0.0.0/8', '127.0.0.1'),
    );
    expect([await from('127.0.0.1'), await from('127.0.0.1', port + 1)]).toEqual(['', '']);
    const match = 'only_from list and no_access list match equally the address 127.0.0.1';
    await daemon.expectTold(
      'message',
      { level: 'err', message: `Service=a: ${match}` },
      { level: 'err', message: `Service=b: ${match}` },
    );
    expect(await from('127.0.0.2', port + 1)).toBe('HELLO\n');
  });

  ours('xinetd case 130: superd applies defaults to the services before them too', async () => {
    await serve(box, service('a', port, hello) + defaults('no_access = 127.0.0.2'));
    expect(await served(['127.0.0.1', '127.0.0.2'])).toEqual(['127.0.0.1']);
  });

  both.each([
    { line: 'only_from = 127.0.0.4', serves: ['127.0.0.4'] },
    { line: 'only_from -= 127.0.0.3', serves: ['127.0.0.2'] },
    { line: 'only_from += 127.0.0.4', serves: ['127.0.0.2', '127.0.0.3', '127.0.0.4'] },
  ])('xinetd case 131: $line behind defaults of .2 and .3 serves $serves', async ({ line, serves }) => {
    await serve(box, defaults('only_from = 127.0.0.2 127.0.0.3') + service('a', port, hello, line));
    expect(await served(['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'])).toEqual(serves);
  });

  both(
    'xinetd case 132: hosts.deny refuses by the name of the program, unless libwrap says otherwise',
    async () => {
      await box.write('/etc/hosts.deny', 'hello: ALL\n');
      const daemon = await serve(
        box,
        service('a', port, hello) +
          service('b', port + 1, hello, 'flags = NOLIBWRAP') +
          service('c', port + 2, hello, 'libwrap = other'),
      );
      expect([
        await from('127.0.0.1'),
        await from('127.0.0.1', port + 1),
        await from('127.0.0.1', port + 2),
      ]).toEqual(['', 'HELLO\n', 'HELLO\n']);
      await expectRefused(daemon, 'wrappers');
      await box.shell('rm /etc/hosts.deny');
    },
  );

  both('hosts.deny is asked about the unknown client of a server that accepts by itself', async () => {
    await box.write('/etc/hosts.deny', 'hold: ALL\n');
    const wait = ['wait = yes', `server = ${box.server('hold')}`];
    const daemon = await serve(box, service('a', port, ...wait) + service('b', port + 1, hello));
    const first = await box.connect(port);
    expect(await first.rest()).toBe('');
    expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
    if (daemon.tells) {
      expect(daemon.events('refused')[0]).toMatchObject({ reason: 'wrappers', service: 'a' });
      expect(daemon.events('handed-over')).toEqual([]);
    }
    await first.close();
    await box.shell('rm /etc/hosts.deny');
  });

  both('xinetd case 133: an internal service is known to hosts.deny by its name, not its id', async () => {
    await box.write('/etc/hosts.deny', 'echo: ALL\n');
    const daemon = await serve(box, service('echo', port, 'type = INTERNAL UNLISTED', 'id = int-e'));
    expect(await box.says(port, { send: 'x' })).not.toBe('x');
    await daemon.expectTold('refused', { reason: 'wrappers', service: 'int-e' });
    await box.shell('rm /etc/hosts.deny');
  });

  ours(
    'xinetd case 134: of six callers with cps = 2 2 two are served, one refused; superd serves the rest later',
    async () => {
      const daemon = await serve(box, service('a', port, hello, 'cps = 2 2'));
      const heard = await Promise.all(Array.from({ length: 6 }, () => from('127.0.0.1')));
      expect(heard.filter((text) => text === 'HELLO\n').length).toBeGreaterThanOrEqual(4);
      expect(daemon.events('paused')[0]).toMatchObject({ reason: 'rate', limit: 2, pauseMs: 2000 });
      await daemon.event('resumed');
      const refused = heard.filter((text) => text === '').length;
      expect(refused).toBeGreaterThan(0);
      await expectRefused(daemon, ...Array<RefusalReason>(refused).fill('rate'));
    },
  );

  ours(
    'xinetd case 135: by default fifty callers at once are served and the next one is refused',
    async () => {
      const daemon = await serve(box, service('a', port, hello));
      const calls = Array.from({ length: 60 }, () => box.says(port, { timeoutMs: 1500 }));
      const heard = await Promise.all(calls);
      const paused = await daemon.event('paused');
      expect(paused).toMatchObject({ reason: 'rate', limit: 50, pauseMs: 10_000 });
      // A few are earned back while they come.
      expect(heard.filter((text) => text === 'HELLO\n').length).toBeGreaterThanOrEqual(50);
      expect(heard.filter((text) => text === '')).toHaveLength(1);
      await expectRefused(daemon, 'rate');
    },
  );

  both('xinetd case 136: cps = 0 0 has no limit', async () => {
    await serve(box, service('a', port, hello, 'cps = 0 0'));
    const heard = await Promise.all(Array.from({ length: 80 }, () => from('127.0.0.1')));
    expect(new Set(heard)).toEqual(new Set(['HELLO\n']));
  });

  both('xinetd case 137: connections outlive a trip', async () => {
    const daemon = await serve(box, service('a', port, sleep, 'cps = 1 2'));
    const live = await box.connect(port);
    const pid = Number(await live.line());
    expect(await from('127.0.0.1')).toBe('');
    if (daemon.tells) await daemon.event('paused');
    expect(await box.lives(pid)).toBe(true);
    expect(await live.rest(100)).toBeNull();
    await live.close();
  });

  ours('xinetd case 139: HUP does not shorten a trip', async () => {
    const daemon = await serve(box, service('a', port, hello, 'cps = 1 3'));
    await Promise.all([from('127.0.0.1'), from('127.0.0.1')]);
    await daemon.event('paused');
    await daemon.reload();
    expect(await box.says(port, { timeoutMs: 500 })).toBe('timeout');
    await daemon.event('resumed');
  });

  both('xinetd case 140: who touches a sensor is refused by every service, also after HUP', async () => {
    const daemon = await serve(
      box,
      service('trap', port, 'type = INTERNAL UNLISTED', 'flags = SENSOR', 'deny_time = 1') +
        service('a', port + 1, hello),
    );
    expect(await from('127.0.0.3', port + 1)).toBe('HELLO\n');
    expect(await from('127.0.0.3')).not.toBe('HELLO\n');
    await daemon.expectTold('sensed', { service: 'trap', denyMinutes: 1 });
    expect(await from('127.0.0.3', port + 1)).toBe('');
    expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
    await daemon.reload();
    expect(await from('127.0.0.3', port + 1)).toBe('');
    await expectRefused(daemon, 'sensor', 'sensor', 'sensor');
  });

  both.each(['deny_time = NEVER', 'umask = 022'])(
    'xinetd case 141: a sensor with %s shuts nobody out',
    async (line) => {
      const daemon = await serve(
        box,
        service('trap', port, 'type = INTERNAL UNLISTED', 'flags = SENSOR', line) +
          service('a', port + 1, hello),
      );
      await from('127.0.0.1');
      await daemon.expectTold('refused', { reason: 'sensor' });
      expect(await from('127.0.0.1', port + 1)).toBe('HELLO\n');
      expect(daemon.events('sensed')).toEqual([]);
    },
  );

  both('xinetd case 142: a sensor without INTERNAL or server does not start', async () => {
    const daemon = await serve(box, service('trap', port, 'flags = SENSOR') + service('a', port + 1, hello));
    expect(await from('127.0.0.1')).toBe('ECONNREFUSED');
    await expectErrors(daemon);
  });

  /** An ident server of a sandbox that gives this answer about any connection. */
  async function identd(answer: string): Promise<string> {
    const script = await box.write(
      box.fresh('.sh'),
      `#!/bin/sh\nIFS=', ' read client server\nprintf "$client,\${server%?}:${answer}\\r\\n"\n`,
      0o755,
    );
    return service('identd', 113, `server = ${script}`);
  }

  both.each([
    { host: 'has no ident server', answer: null, hears: '', line: 'NOID: a ::ffff:127.0.0.1 no server' },
    {
      host: 'names alice',
      answer: 'USERID:UNIX:alice',
      hears: 'HELLO\n',
      line: 'USERID: a UNIX:alice',
    },
    {
      host: 'answers with an error',
      answer: 'ERROR:NO-USER',
      hears: '',
      line: 'NOID: a ::ffff:127.0.0.1 bad response',
    },
  ])('xinetd case 143: with IDONLY, where the host $host: $line', async ({ answer, hears, line }) => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_success = USERID', 'flags = IDONLY'];
    const daemon = await serve(
      box,
      service('a', port, hello, ...words) + (answer === null ? '' : await identd(answer)),
    );
    expect(await from('127.0.0.1')).toBe(hears);
    expect(await logged(log, 1)).toContain(line);
    if (hears === '') await expectRefused(daemon, 'ident');
  });

  both('xinetd case 144: a caller who is refused by a limit is asked for as well', async () => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_failure = USERID'];
    await serve(
      box,
      service('a', port, hello, 'max_load = 0.0001', ...words) + (await identd('USERID:UNIX:alice')),
    );
    expect(await from('127.0.0.1')).toBe('');
    expect(await logged(log, 2)).toEqual(['FAIL: a load', 'USERID: a UNIX:alice']);
  });

  both(
    'xinetd case 145: datagrams of one sender that are refused again and again are told once',
    async () => {
      const log = box.fresh('.log');
      await serve(
        box,
        service(
          'echo',
          port,
          'type = INTERNAL UNLISTED',
          'socket_type = dgram',
          'protocol = udp',
          'wait = yes',
          'only_from = 10.0.0.0/8',
          `log_type = FILE ${log}`,
          'log_on_failure = HOST',
        ),
      );
      const ask = (localPort: number, payloads: readonly string[]) =>
        box.udp(port, payloads, { localPort, localAddress: '127.0.0.1', timeoutMs: 200 });
      expect(await ask(40_001, ['a', 'b', 'c'])).toEqual([]);
      expect(await ask(40_002, ['a'])).toEqual([]);
      const lines = await logged(log, 2);
      expect(lines).toEqual(Array(2).fill('FAIL: echo address from=::ffff:127.0.0.1'));
    },
  );
});
