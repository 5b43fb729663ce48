/** The logs of xinetd.conf services, and xinetd's own. */

import path from 'node:path';
import { expect } from '@jest/globals';
import { agreed, type Daemon, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot, root } from './sandbox.ts';

asRoot('The logs of xinetd.conf services', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const hello = box.server('hello');
  const port = 23001;

  /** A service on a port, and what it says beyond the usual. */
  const service = (id: string, lines: readonly string[], on = port): string =>
    [
      `service ${id}`,
      '{',
      ...[
        'type = UNLISTED',
        'socket_type = stream',
        'protocol = tcp',
        `port = ${on}`,
        'wait = no',
        'user = root',
      ],
      ...(lines.some((line) => line.startsWith('server')) ? [] : [`server = ${hello}`]),
      ...lines,
      '}',
      '',
    ].join('\n');

  const defaults = (lines: readonly string[]): string => ['defaults', '{', ...lines, '}', ''].join('\n');

  /** The lines of a log without their times, once there are so many. */
  async function logged(file: string, count: number): Promise<readonly string[]> {
    let lines: readonly string[] = [];
    await eventually(`${count} lines in ${file}`, async () => {
      lines = (await box.read(file).catch(() => '')).split('\n').slice(0, -1);
      return lines.length >= count;
    });
    return lines.map((line) => line.replace(/^\d\d\/\d+\/\d+@\d\d:\d\d:\d\d: /, ''));
  }

  const errors = (daemon: Daemon): readonly string[] =>
    daemon.events('message').flatMap(({ level, message }) => (level === 'err' ? [message] : []));

  both('xinetd case 164: without log_type there is no log, whatever log_on_success says', async () => {
    const log = box.fresh('.log');
    const words = ['log_on_success = PID HOST EXIT', 'log_on_failure = HOST'];
    await serve(box, service('a', words) + service('b', [...words, `log_type = FILE ${log}`], port + 1));
    expect(await box.says(port)).toBe('HELLO\n');
    expect(await box.says(port + 1)).toBe('HELLO\n');
    const lines = await logged(log, 2);
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['START: b', 'EXIT: b']);
  });

  both('xinetd case 165: a log in a file has the time in front, local and half padded', async () => {
    const log = box.fresh('.log');
    await serve(box, service('t2', [`log_type = FILE ${log}`, 'log_on_success = PID HOST']));
    expect(await box.says(port)).toBe('HELLO\n');
    await logged(log, 1);
    const { stdout: today } = await box.shell("date '+%y/%-m/%-d@'");
    const text = await box.read(log);
    expect(text).toMatch(/^\d\d\/\d+\/\d+@\d\d:\d\d:\d\d: START: t2 pid=\d+ from=::ffff:127\.0\.0\.1\n$/);
    expect(text.startsWith(today.trim())).toBe(true);
    expect((await box.shell(`stat -c %a ${log}`)).stdout).toBe('644\n');
  });

  ours('xinetd case 166: SYSLOG local3 notice has the priority 157, every line from the daemon', async () => {
    const log = await syslogd();
    const words = ['log_type = SYSLOG local3 notice', 'log_on_success = PID EXIT', 'log_on_failure = HOST'];
    const daemon = await serve(
      box,
      service('a', words) + service('b', [...words, 'only_from = 10.9.9.9'], port + 1),
    );
    await box.says(port);
    await logged(log, 2);
    await box.says(port + 1);
    const lines = (await logged(log, 3)).map((line) => /^(<\d+>).{15} (\S+): (.*)$/.exec(line)?.slice(1));
    expect(lines).toEqual(
      [/^START: a pid=\d+$/, /^EXIT: a status=0 pid=\d+$/, /^FAIL: b address from=::ffff:127\.0\.0\.1$/].map(
        (text) => ['<157>', `superd[${daemon.pid}]`, expect.stringMatching(text)],
      ),
    );
  });

  ours('xinetd case 167: SYSLOG authpriv has the level info', async () => {
    const log = await syslogd();
    await serve(box, service('a', ['log_type = SYSLOG authpriv', 'log_on_success = DURATION']));
    await box.says(port);
    const [line = ''] = await logged(log, 1);
    expect(line).toMatch(/^<86>\w{3} [ \d]\d \d\d:\d\d:\d\d superd\[\d+\]: START: a$/);
  });

  both('xinetd case 168: ATTEMPT, DURATION or EXIT alone', async () => {
    const log = box.fresh('.log');
    const file = `log_type = FILE ${log}`;
    const text = [
      service('a', [file, 'log_on_failure = ATTEMPT', 'instances = 1', `server = ${box.server('linger')}`]),
      service('b', [file, 'log_on_success = DURATION'], port + 1),
      service('c', [file, 'log_on_success = EXIT'], port + 2),
    ];
    await serve(box, text.join(''));
    const first = await box.connect(port);
    expect(await first.line()).toMatch(/^\d+\n$/);
    await box.tcp(port);
    await logged(log, 1);
    await box.says(port + 1);
    await logged(log, 3);
    await box.says(port + 2);
    expect(await logged(log, 5)).toEqual([
      'FAIL: a service_limit',
      'START: b',
      'EXIT: b duration=0(sec)',
      'START: c',
      'EXIT: c status=0',
    ]);
  });

  both('xinetd case 169: `log_on_success =` in a service takes back what the defaults say', async () => {
    const log = box.fresh('.log');
    const text = [
      defaults([`log_type = FILE ${log}`, 'log_on_success = PID', 'log_on_failure = ATTEMPT']),
      service('a', ['log_on_success =']),
      service('b', [], port + 1),
    ];
    await serve(box, text.join(''));
    await box.says(port);
    await box.says(port + 1);
    expect(await logged(log, 1)).toEqual([expect.stringMatching(/^START: b pid=\d+$/)]);
  });

  ours('xinetd case 170: a log over its hard limit takes nothing, until it is rotated', async () => {
    const log = box.fresh('.log');
    const daemon = await serve(
      box,
      service('a', [`log_type = FILE ${log} 200 400`, 'log_on_success = PID HOST']),
    );
    const call = async (count: number) => {
      for (let n = 0; n < count; n += 1) expect(await box.says(port)).toBe('HELLO\n');
    };
    await call(12);
    await daemon.event('message', ({ message }) => message === 'Size of a log exceeded hard limit');
    const full = await box.read(log);
    expect(full.length).toBeGreaterThan(400);
    expect(full.lastIndexOf('\n', full.length - 2) + 1).toBeLessThanOrEqual(400);
    await daemon.reload();
    await call(3);
    expect(await box.read(log)).toBe(full);
    expect(errors(daemon)).toEqual(['Size of a log exceeded hard limit']);
    expect(daemon.output.join('\n')).toContain('Size of a log exceeded soft limit');

    await box.shell(`mv ${log} ${log}.1`);
    await daemon.reload();
    await call(1);
    expect(await logged(log, 1)).toEqual([expect.stringMatching(/^START: a pid=\d+ from=/)]);
  });

  both.each([
    { filled: 6144, lines: 1 },
    { filled: 6145, lines: 0 },
  ])(
    'xinetd case 171: a soft limit of 1k has a hard one of 6144: $lines line after $filled bytes',
    async ({ filled, lines }) => {
      const log = box.fresh('.log');
      await box.write(log, `${'x'.repeat(filled - 1)}\n`);
      const daemon = await serve(
        box,
        service('a', [`log_type = FILE ${log} 1k`, 'log_on_success = DURATION']),
      );
      await box.says(port);
      if (daemon.tells)
        await daemon.event('message', ({ message }) => message === 'Size of a log exceeded hard limit');
      expect((await box.read(log)).split('\n').slice(1, -1)).toHaveLength(lines);
    },
  );

  both.each(['log_on_success = RECORD', 'log_on_failure = EXIT'])(
    'xinetd case 172: %s keeps its service from starting',
    async (wrong) => {
      const daemon = await serve(box, service('a', [wrong]) + service('b', [], port + 1));
      expect(await box.says(port)).toBe('ECONNREFUSED');
      expect(await box.says(port + 1)).toBe('HELLO\n');
      await daemon.expectTold('diagnostic', { severity: 'error' });
    },
  );

  both('xinetd case 173: a service whose log cannot be made does not start', async () => {
    const missing = `${box.fresh()}/missing/e`;
    const daemon = await serve(
      box,
      service('e', [`log_type = FILE ${missing}`]) + service('b', [], port + 1),
    );
    expect(await box.says(port)).toBe('ECONNREFUSED');
    expect(await box.says(port + 1)).toBe('HELLO\n');
    if (daemon.tells)
      expect(errors(daemon)).toEqual([`creation of e log failed: ${missing}: No such file or directory`]);
  });

  both('xinetd case 174: HUP goes on in a new file where a log was renamed', async () => {
    const log = box.fresh('.log');
    const daemon = await serve(box, service('a', [`log_type = FILE ${log}`, 'log_on_success = EXIT']));
    const call = ['START: a', 'EXIT: a status=0'];
    await box.says(port);
    await logged(log, 2);
    await box.shell(`mv ${log} ${log}.1`);
    await box.says(port);
    expect(await logged(`${log}.1`, 4)).toEqual([...call, ...call]);
    await daemon.reload();
    await box.says(port);
    expect(await logged(log, 2)).toEqual(call);
    expect(await logged(`${log}.1`, 4)).toHaveLength(4);
  });

  ours("xinetd case 174: HUP does so for xinetd's own file too, whose lines are in its form", async () => {
    const [own, file] = [box.fresh('.log'), await box.write(box.fresh('.conf'), service('a', []))];
    const args = [path.join(root, 'bin/xinetd.js'), '-dontfork', '-f', file, '-filelog', own];
    const pid = await box.start(
      { command: process.execPath, args },
      { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/' },
      () => {},
    );
    const says = (name: string, words: string) =>
      eventually(`'${words}' in ${name}`, async () =>
        (await box.read(name).catch(() => '')).split('\n').some((line) => line.endsWith(words)),
      );
    await says(own, 'Started working: 1 available service');
    const head = new RegExp(
      `^\\d\\d/\\d+/\\d+@\\d\\d:\\d\\d:\\d\\d xinetd\\[${pid}\\]: NOTICE: .* started with `,
      'm',
    );
    expect(await box.read(own)).toMatch(head);
    await box.shell(`mv ${own} ${own}.1`);
    await box.kill(pid, 'SIGHUP');
    await says(own, 'Reconfigured: new=0 old=1 dropped=0 (services)');
    await box.kill(pid, 'SIGTERM');
    await says(own, 'WARNING: Exiting...');
    expect(await box.read(`${own}.1`)).not.toContain('Reconfigured');
  });

  ours(
    'a server that a reload ends is told with the signal that ended it, in the log of a service that is gone',
    async () => {
      const log = box.fresh('.log');
      const held = service('a', [
        `log_type = FILE ${log}`,
        'log_on_success = EXIT',
        `server = ${box.server('linger')}`,
      ]);
      const daemon = await serve(box, held + service('b', [], port + 1));
      await box.connect(port);
      await logged(log, 1);
      await daemon.reload(service('b', [], port + 1));
      expect(await logged(log, 2)).toEqual(['START: a', expect.stringMatching(/^EXIT: a signal=(9|15)$/)]);
    },
  );

  ours('a connection that is passed on is told with its bytes', async () => {
    const log = box.fresh('.log');
    const passed = service('r', [
      `log_type = FILE ${log}`,
      'log_on_success = HOST TRAFFIC EXIT',
      `redirect = 127.0.0.1 ${port + 1}`,
    ]);
    await serve(box, passed + service('b', [`server = ${box.server('echo1')}`], port + 1));
    const { data } = await box.tcp(port, { send: 'twelve bytes' });
    const [start, traffic, exit] = await logged(log, 3);
    expect([start, traffic, exit]).toEqual([
      'START: r from=::ffff:127.0.0.1',
      `TRAFFIC: r in=12(bytes) out=${data.length}(bytes)`,
      'EXIT: r status=0',
    ]);
  });

  ours('what a caller’s host says about its user is told', async () => {
    const log = box.fresh('.log');
    const ident = await box.write(
      box.fresh('.py'),
      `import socket
s = socket.create_server(("127.0.0.1", 113))
while True:
    c, _ = s.accept()
    ports = c.recv(100).decode().strip()
    c.sendall((ports + " : USERID : UNIX : alice\\r\\n").encode())
    c.close()`,
    );
    await box.shell(
      `python3 ${ident} >/dev/null 2>&1 </dev/null & until ss -Hlnt 'sport = :113' | grep -q .; do sleep 0.02; done`,
    );
    await serve(box, service('a', [`log_type = FILE ${log}`, 'log_on_success = USERID']));
    expect(await box.says(port)).toBe('HELLO\n');
    expect([...(await logged(log, 2))].sort()).toEqual(['START: a', 'USERID: a UNIX : alice']);
  });

  /** A syslog daemon for one case, and the file with its datagrams, a line each. */
  async function syslogd(): Promise<string> {
    const log = box.fresh('.syslog');
    const script = await box.write(
      box.fresh('.py'),
      `import os, socket
if os.path.exists("/dev/log"): os.unlink("/dev/log")
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
while True: open("${log}", "ab").write(s.recv(65536) + b"\\n")`,
    );
    // A socket cannot be made in the /dev of the machine: the sandbox gets one of its own, over it, once.
    await box.shell(`mkdir /run/spec/dev /run/spec/devwork 2>/dev/null &&
mount -t overlay -o lowerdir=/dev,upperdir=/run/spec/dev,workdir=/run/spec/devwork overlay /dev
rm -f /dev/log; touch ${log}; python3 ${script} >/dev/null 2>&1 </dev/null & until [ -S /dev/log ]; do sleep 0.02; done`);
    return log;
  }
});
