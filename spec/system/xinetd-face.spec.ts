/** bin/xinetd.js: options, signals, reloads and the state dump. */

import path from 'node:path';
import { expect } from '@jest/globals';
import { agreed } from './daemon.ts';
import { eventually, pause } from './observe.ts';
import { asRoot, root, scratch } from './sandbox.ts';

const program = `${process.execPath} ${path.join(root, 'bin/xinetd.js')}`;
const pidFile = `${scratch}/xinetd.pid`;
const messages = `${scratch}/xinetd.log`;

asRoot('Called as xinetd', (box) => {
  const ours = agreed('');
  const block = (id: string, port: number, server: string, lines: readonly string[] = []): string =>
    [
      ...[
        `service ${id}`,
        '{',
        'type = UNLISTED',
        `port = ${port}`,
        'socket_type = stream',
        'protocol = tcp',
      ],
      ...['wait = no', 'user = root', `server = ${box.server(server)}`, ...lines, '}', ''],
    ].join('\n');
  const hello = block('greet', 23001, 'hello');

  interface Daemon {
    readonly pid: number;
    readonly file: string;
    /** Resolves when its log holds this. */
    said(words: string | RegExp): Promise<void>;
    log(): Promise<string>;
    /** Its end. */
    ended(): Promise<{ readonly status: number | null }>;
    signal(name: NodeJS.Signals): Promise<boolean>;
  }

  /** In the foreground, on a file; `ready` is what its log says when it serves. */
  async function start(
    text: string,
    options: readonly string[] = [],
    ready = 'Started working',
  ): Promise<Daemon> {
    const file = await box.write(box.fresh('.conf'), text);
    await box.shell(`rm -f ${messages} ${pidFile} /run/xinetd.dump`);
    let exit: { readonly status: number | null } | null = null;
    const words = ['-f', file, '-filelog', messages, '-pidfile', pidFile, '-dontfork', ...options];
    const pid = await box.start(
      { command: process.execPath, args: [path.join(root, 'bin/xinetd.js'), ...words] },
      { env: { PATH: '/usr/bin:/bin' }, cwd: scratch },
      (told) => {
        if ('exit' in told) exit = told.exit;
      },
    );
    const log = () => box.read(messages).catch(() => '');
    const said = (wanted: string | RegExp) =>
      eventually(String(wanted), async () => {
        const lines = await log();
        return typeof wanted === 'string' ? lines.includes(wanted) : wanted.test(lines);
      });
    await said(ready);
    return {
      pid,
      file,
      said,
      log,
      signal: (name) => box.kill(pid, name),
      async ended() {
        await eventually('its end', async () => exit !== null, 15_000);
        return exit ?? { status: null };
      },
    };
  }

  /** In the background, to the end of the first process. */
  const launch = (options: string) =>
    box.shell(`rm -f ${messages} ${pidFile}; ${program} ${options} </dev/null`);

  const isThere = async (file: string) => (await box.shell(`test -e ${file}`)).status === 0;

  ours('xinetd case 182: a reload without the main file fails, and all goes on', async () => {
    const daemon = await start(hello);
    await box.shell(`rm ${daemon.file}`);
    await daemon.signal('SIGHUP');
    await daemon.said('reconfiguration failed');
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  ours('xinetd case 183: a reload with a wrong defaults block fails, and all goes on', async () => {
    const daemon = await start(hello);
    await box.write(daemon.file, `defaults\n{\n cps = many\n}\n${block('other', 23002, 'hello')}`);
    await daemon.signal('SIGHUP');
    await daemon.said('reconfiguration failed');
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await box.says(23002)).toBe('ECONNREFUSED');
  });

  ours.each(['SIGHUP', 'SIGUSR2'] as const)('xinetd case 184: %s reads the files again', async (signal) => {
    const daemon = await start(hello);
    await box.write(daemon.file, block('greet', 23001, 'hello2') + block('new', 23002, 'hello'));
    await daemon.signal(signal);
    await daemon.said('Reconfigured: new=1 old=1 dropped=0 (services)');
    expect(await box.says(23001)).toBe('HELLO2\n');
    expect(await box.says(23002)).toBe('HELLO\n');
  });

  ours('xinetd case 185: each USR1 appends a state dump', async () => {
    const daemon = await start(hello);
    for (const dumps of [1, 2]) {
      await daemon.signal('SIGUSR1');
      await daemon.said(new RegExp(`(generated state dump[^]*){${dumps}}`));
    }
    const text = await box.read('/run/xinetd.dump');
    expect(text.match(/^INTERNAL STATE DUMP: /gm)).toHaveLength(2);
    expect(text.match(/^END OF DUMP$/gm)).toHaveLength(2);
    expect(text).toMatch(
      /^Service = greet\n\tState = Active\n\tService configuration: greet\n\t\tid = greet\n/m,
    );
    expect((await box.shell('stat -c %a /run/xinetd.dump')).stdout).toBe('644\n');
  });

  ours('xinetd case 185: a dump tells the defaults block that is in force', async () => {
    const block = (text: string) => `defaults\n{\n${text}\n}\n${hello}`;
    const daemon = await start(
      block(
        'instances = 5\nper_source = 3\ncps = 7 9\nonly_from = 127.0.0.1\nlog_type = SYSLOG daemon\nlog_on_success = PID HOST',
      ),
    );
    await daemon.signal('SIGUSR1');
    await daemon.said('generated state dump');
    expect(await box.read('/run/xinetd.dump')).toContain(
      [
        'Service defaults',
        '\tInstances = 5',
        '\tCPS = max conn:7 wait:9',
        '\tPER_SOURCE = 3',
        '\tBind = All addresses.',
        '\tOnly from:  127.0.0.1(NUMERIC)',
        '\tNo access: No blocked sites',
        '\tLogging to syslog. Facility = daemon, level = info',
        '\tLog_on_success flags = HOST PID',
        '',
      ].join('\n'),
    );
    await box.write(daemon.file, block('instances = UNLIMITED'));
    await daemon.signal('SIGHUP');
    await daemon.said('Reconfigured');
    await daemon.signal('SIGUSR1');
    await daemon.said(/(generated state dump[\s\S]*){2}/);
    const [, second] = (await box.read('/run/xinetd.dump')).split(/(?<=^END OF DUMP\n)/m);
    expect(second).toContain('Service defaults\n\tInstances = UNLIMITED\n\tBind = All addresses.\n');
  });

  ours('xinetd case 185: no dump goes through a link', async () => {
    const daemon = await start(hello);
    await box.shell(`echo mine > ${scratch}/victim; ln -s ${scratch}/victim /run/xinetd.dump`);
    await daemon.signal('SIGUSR1');
    await daemon.said('no state dump');
    expect(await box.read(`${scratch}/victim`)).toBe('mine\n');
    await box.shell('rm /run/xinetd.dump');
  });

  ours('xinetd case 186: ABRT checks the tables, with servers running too', async () => {
    const daemon = await start(block('hold', 23001, 'sleep', ['server_args = 100']));
    const caller = await box.connect(23001);
    await eventually('its server', async () => (await box.shell('pgrep -x sleep')).status === 0);
    await daemon.signal('SIGABRT');
    await daemon.said('INFO: Consistency check passed');
    await caller.close();
  });

  /** A daemon with a server that does not end by itself, and the server's pid. */
  async function withServer(): Promise<{ readonly daemon: Daemon; readonly server: number }> {
    const daemon = await start(block('hold', 23001, 'sleep', ['server_args = 100']));
    await box.connect(23001);
    let server = 0;
    await eventually('its server', async () => {
      server = Number((await box.shell('pgrep -x sleep')).stdout);
      return server > 0;
    });
    return { daemon, server };
  }

  ours.each(['SIGTERM', 'SIGINT'] as const)(
    'xinetd case 187: %s ends the servers too, and removes the pid file',
    async (signal) => {
      const { daemon, server } = await withServer();
      expect(Number(await box.read(pidFile))).toBe(daemon.pid);
      await daemon.signal(signal);
      expect(await daemon.ended()).toMatchObject({ status: 0 });
      expect(await box.lives(server)).toBe(false);
      expect(await isThere(pidFile)).toBe(false);
      expect(await daemon.log()).toMatch(/WARNING: Exiting\.\.\.\n/);
    },
  );

  ours('xinetd case 188: QUIT leaves the servers', async () => {
    const { daemon, server } = await withServer();
    await daemon.signal('SIGQUIT');
    expect(await daemon.ended()).toMatchObject({ status: 0 });
    expect(await box.lives(server)).toBe(true);
    expect(await isThere(pidFile)).toBe(false);
  });

  ours('xinetd case 189: ALRM does nothing', async () => {
    const daemon = await start(hello);
    await daemon.signal('SIGALRM');
    await pause(100);
    expect(await box.says(23001)).toBe('HELLO\n');
    await daemon.signal('SIGINT');
    expect(await daemon.ended()).toMatchObject({ status: 0 });
  });

  ours('xinetd case 190: without services it does not stay', async () => {
    const file = await box.write(box.fresh('.conf'), 'defaults\n{\n}\n');
    expect(await launch(`-f ${file} -filelog ${messages} -pidfile ${pidFile}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no service'),
    });
    expect(await box.read(messages)).toMatch(/CRITICAL: .*no services\. Exiting\.\.\.\n/);
    expect(await isThere(pidFile)).toBe(false);
  });

  ours('xinetd case 190: nor when a reload leaves none', async () => {
    const file = await box.write(box.fresh('.conf'), hello);
    expect(await launch(`-f ${file} -filelog ${messages} -pidfile ${pidFile}`)).toMatchObject({ status: 0 });
    const pid = Number(await box.read(pidFile));
    await box.write(file, 'defaults\n{\n}\n');
    await box.kill(pid, 'SIGHUP');
    await eventually('it is gone', async () => !(await box.lives(pid)));
    expect(await box.read(messages)).toContain('No available services. Exiting');
    expect(await isThere(pidFile)).toBe(false);
  });

  ours('xinetd case 191: with -stayalive it stays, a daemon like any other', async () => {
    const file = await box.write(box.fresh('.conf'), 'defaults\n{\n}\n');
    expect(await launch(`-f ${file} -filelog ${messages} -pidfile ${pidFile} -stayalive`)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const pid = Number(await box.read(pidFile));
    const { stdout } = await box.shell(
      `readlink /proc/${pid}/cwd /proc/${pid}/fd/{0,1,2}; cat /proc/${pid}/comm; grep Umask /proc/${pid}/status`,
    );
    expect(stdout.trim().split(/\s+/)).toEqual([
      ...['/', '/dev/null', '/dev/null', '/dev/null', 'xinetd'],
      ...['Umask:', '0022'],
    ]);
  });

  ours('xinetd case 192: without its file it does not start', async () => {
    expect(await launch(`-f /nonexistent -dontfork -filelog ${messages}`)).toMatchObject({
      status: 1,
      stderr: 'xinetd: cannot read /nonexistent: ENOENT\n',
    });
    expect(await box.read(messages)).toContain("couldn't get configuration. Exiting...");
  });

  /** How it refuses a command line. */
  async function expectUsage(options: string): Promise<void> {
    const { status, stdout, stderr } = await launch(options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('Usage: xinetd ');
  }

  ours.each(['-filelog /x -syslog daemon', '-dontfork word', '-limit abc'])(
    'xinetd case 193: "%s" is wrong usage',
    expectUsage,
  );

  ours('xinetd case 194: -version speaks on standard error', async () => {
    expect(await launch('-version')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^xinetd \(superd\) \d+\.\d+\.\d+ libwrap loadavg\n$/),
    });
  });

  ours('xinetd case 195: an option that nobody knows is wrong usage', () => expectUsage('-nonsense'));

  ours('xinetd case 196: -inetd_compat serves what inetd.conf defines', async () => {
    const entries = [
      'daytime stream tcp nowait root internal',
      `2003 stream tcp4 nowait root ${box.server('hello')} h`,
    ];
    await box.write('/etc/inetd.conf', `${entries.join('\n')}\n`);
    const daemon = await start(hello, ['-inetd_compat']);
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await box.says(2003)).toBe('HELLO\n');
    expect(await box.says(13)).toMatch(/\d{4}\r\n$/);
    await box.write('/etc/inetd.conf', `${entries[0]}\n`);
    await daemon.signal('SIGHUP');
    await daemon.said('Reconfigured: ');
    expect(await box.says(2003)).toBe('ECONNREFUSED');
  });

  ours('xinetd case 197: the restrictions of defaults hold for inetd.conf as well', async () => {
    await box.write('/etc/inetd.conf', `23003 stream tcp4 nowait root ${box.server('hello')} h\n`);
    await start(`defaults\n{\n only_from = 10.9.9.9\n}\n${hello}`, ['-inetd_compat']);
    expect(await box.says(23003)).not.toContain('HELLO');
    expect(await box.says(23003, { host: '10.9.9.9', localAddress: '10.9.9.9' })).toBe('HELLO\n');
  });

  ours('xinetd case 198: a disabled service does not hide that of inetd.conf', async () => {
    await box.write('/etc/inetd.conf', `23001 stream tcp4 nowait root ${box.server('hello2')} h\n`);
    await start(block('greet', 23001, 'hello', ['disable = yes']), ['-inetd_compat', '-stayalive']);
    expect(await box.says(23001)).toBe('HELLO2\n');
  });

  ours('xinetd case 199: a line of two fields is an error, and the others are served', async () => {
    await box.write(
      '/etc/inetd.conf',
      `echo stream\n23003 stream tcp4 nowait root ${box.server('hello')} h\n`,
    );
    const daemon = await start(hello, ['-inetd_compat']);
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await box.says(23003)).toBe('HELLO\n');
    expect(await daemon.log()).toMatch(/ERROR: .*inetd\.conf/);
  });

  ours("xinetd case 200: Debian's file with all stubs enabled", async () => {
    const stub = (name: string, type: 'stream' | 'dgram', id: string) =>
      [
        ...[`service ${name}`, '{', 'disable = no', 'type = INTERNAL', `id = ${id}`, `socket_type = ${type}`],
        ...[
          `protocol = ${type === 'stream' ? 'tcp' : 'udp'}`,
          'user = root',
          `wait = ${type === 'stream' ? 'no' : 'yes'}`,
        ],
        ...['}', ''],
      ].join('\n');
    const folder = box.fresh('.d');
    for (const name of ['chargen', 'daytime', 'discard', 'echo', 'time']) {
      await box.shell(`mkdir -p ${folder}`);
      await box.write(
        `${folder}/${name}`,
        stub(name, 'stream', `${name}-stream`) + stub(name, 'dgram', `${name}-dgram`),
      );
      await box.write(`${folder}/${name}-udp`, stub(name, 'dgram', `${name}-dgram`));
    }
    const daemon = await start(`defaults\n{\n}\nincludedir ${folder}\n`);
    await daemon.said('Started working: 10 available services');
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
    const { stdout } = await box.shell(
      "ss -Hlntu 'sport < 100' | awk '{ print $1, $5 }' | sed 's/ .*:/ /' | sort -u",
    );
    expect(stdout.trim().split('\n')).toEqual(
      ['tcp', 'udp'].flatMap((kind) => [13, 19, 37, 7, 9].map((port) => `${kind} ${port}`)),
    );
  });

  ours('xinetd case 201: rate_limit is unknown and passed over', async () => {
    const daemon = await start(block('greet', 23001, 'hello', ['rate_limit = 5 1s 1m 10s']));
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await daemon.log()).toContain('rate_limit');
  });
});
