/** The lesson on socket activation: its examples and its advice, and what is so. */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { serve } from './daemon.ts';
import {
  checked,
  exampleOf,
  type Files,
  given,
  LISTEN,
  lessonProgram,
  listener,
  pair,
  perCaller,
  port,
  server,
  superd,
} from './lesson.ts';
import { asRoot, root } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';
import { writeUnits } from './units.ts';

const sshd = existsSync('/usr/sbin/sshd') ? it : it.skip;

/** The example of a name with another text in place of one of its own. */
function changed(name: string, file: string, from: string | RegExp, to: string): Files {
  const files = exampleOf(name);
  return { ...files, [file]: (files[file] ?? '').replace(from, to) };
}

asRoot('The lesson: examples', (box) => {
  it('S-43: no service stops for being idle, unless X-IdleTimeoutSec= says so', async () => {
    const daemon = await commandUnits(box, {
      ...pair({ service: [`ExecStart=${LISTEN}`, 'X-IdleTimeoutSec=500ms'] }),
      'y.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
      'y.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
    });
    const [first, other] = [(await given(box)).pid, (await given(box, port + 1)).pid];
    await daemon.reaches('x.socket', 'listening');
    expect(await daemon.status('x.service')).not.toMatchObject({ active: 'failed' });
    expect((await given(box)).pid).not.toBe(first);
    expect((await given(box, port + 1)).pid).toBe(other);
  });

  it('S-44: a socket and a service that exclude and need each other are not started, and both lines are named', async () => {
    const { status, said, text } = await checked(box, exampleOf('sshd'));
    expect(status).toBe(1);
    expect(said).toContain('sshd.socket:4 error unit/contradiction');
    expect(text).toMatch(/sshd\.service:5 says that sshd\.service needs sshd\.socket/);
    const daemon = await serve(box, '', { files: [await writeUnits(box, exampleOf('sshd'))] });
    expect(await box.says(22)).toBe('ECONNREFUSED');
    expect(daemon.events('diagnostic').map(({ code }) => code)).toContain('unit/contradiction');
  });

  sshd('S-45: sshd is served by an instance for each connection, and by its own daemon', async () => {
    await box.shell('mkdir -p /run/sshd /run/keys; ssh-keygen -q -t ed25519 -N "" -f /run/keys/host');
    const options = '-e -o HostKey=/run/keys/host -o UsePAM=no';
    await commandUnits(box, {
      ...perCaller([`ExecStart=/usr/sbin/sshd -i ${options}`, 'StandardInput=socket', 'StandardError=null']),
      'y.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
      'y.service': unitText({ Service: [`ExecStart=/usr/sbin/sshd -D ${options}`] }),
    });
    for (const at of [port, port + 1]) {
      const caller = await box.connect(at);
      expect(await caller.line()).toMatch(/^SSH-2\.0-OpenSSH/);
      await caller.close();
    }
  });

  sshd('S-46: -D keeps sshd in the foreground, where it is the main process', async () => {
    await box.shell('mkdir -p /run/sshd /run/keys2; ssh-keygen -q -t ed25519 -N "" -f /run/keys2/host');
    const daemon = await commandUnits(
      box,
      pair({ service: ['ExecStart=/usr/sbin/sshd -D -e -o HostKey=/run/keys2/host -o UsePAM=no $OPTIONS'] }),
    );
    await (await box.connect(port)).line();
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect(await box.read(`/proc/${mainPid}/comm`)).toBe('sshd\n');
  });

  it('S-47: gunicorn knows no --bind systemd:, which check says', async () => {
    const { said, text } = await checked(box, exampleOf('webapp'));
    expect(said).toContain('webapp.service:12 warning unit/takes-no-socket');
    expect(text).toContain('leave --bind out');
  });

  it('S-48: 8080 and [::]:8080 are one address: without ReusePort= the second cannot be had', async () => {
    const without = changed('webapp', 'webapp.socket', 'ReusePort=true\n', '');
    expect((await checked(box, without)).said).toContain('webapp.socket:6 warning unit/same-port');
    const service = { 'webapp.service': pair()['x.service'] ?? '' };
    const daemon = await commandUnits(box, { ...exampleOf('webapp'), ...service });
    expect(await daemon.status('webapp.socket')).toMatchObject({ sub: 'listening', descriptors: 2 });
    await box.clear();
    const second = await commandUnits(box, { ...without, ...service });
    expect(await second.status('webapp.socket')).toMatchObject({ active: 'failed' });
  });

  it('S-50: redis-server takes no socket, which check says with what to do instead', async () => {
    const { said, text } = await checked(box, exampleOf('redis'));
    expect(said).toContain('redis.service:10 warning unit/takes-no-socket');
    expect(text).toContain("put 'superd proxy' in front");
  });

  it('S-51: what ProtectSystem= and ReadWritePaths= would do is not left out quietly', async () => {
    const { status, said } = await checked(box, changed('redis', 'redis.service', 'PrivateTmp=true\n', ''));
    expect(status).toBe(1);
    expect(said).toContain('redis.service:17 error unit/unhonoured');
  });

  it('S-52: a socket comes before its service, whether it says Before= or not', async () => {
    for (const unit of [['Before=x.service'], []]) {
      const files = {
        'x.socket': unitText({ Unit: unit, Socket: [`ListenStream=127.0.0.1:${port}`] }),
        'x.service': unitText({ Unit: ['Requires=x.socket'], Service: [`ExecStart=${LISTEN}`] }),
      };
      const daemon = await commandUnits(box, files);
      await daemon.run('stop', 'x.socket');
      expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
      expect((await given(box)).count).toBe(1);
      await box.clear();
    }
  });

  it('S-57: before the first call superd has the listener, then superd and the service', async () => {
    const daemon = await commandUnits(box, pair({ socket: ['Backlog=77'] }));
    expect(await listener(box)).toMatchObject({ limit: 77, pids: [daemon.pid] });
    const { pid } = await given(box);
    expect([...((await listener(box))?.pids ?? [])].sort()).toEqual([daemon.pid, pid].sort());
  });

  it('S-58: SYSTEMD_LOG_LEVEL= is for the program that gets it', async () => {
    const service = [
      'Environment="SYSTEMD_LOG_LEVEL=debug"',
      "ExecStart=/bin/sh -c 'echo $$SYSTEMD_LOG_LEVEL'",
      'StandardInput=socket',
    ];
    await commandUnits(box, perCaller(service));
    expect(await box.says(port)).toBe('debug\n');
  });

  it('S-59: superd binds privileged ports: the service needs no privilege', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': unitText({ Socket: ['ListenStream=127.0.0.1:79'] }),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`, 'User=nobody'] }),
    });
    const { pid } = await given(box, 79);
    expect(await box.read(`/proc/${pid}/status`)).toMatch(/Uid:\s+65534.*CapEff:\s+0+\n/s);
    expect(await daemon.status('x.service')).toMatchObject({ mainPid: pid });
  });

  it('S-60: a socket starts the service of its name, or that of Service=', async () => {
    const socket = (more: readonly string[]) => ({
      'x.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port}`, ...more] }),
      'other.service': pair()['x.service'] ?? '',
    });
    expect((await checked(box, socket([]))).said).toEqual(['x.socket:2 error unit/no-service']);
    await commandUnits(box, socket(['Service=other.service']));
    expect((await given(box)).names).toBe('x.socket');
  });
});

asRoot('The lesson: cost and conversion', (box) => {
  it('S-64: an instance for a connection starts within a few milliseconds', async () => {
    await commandUnits(
      box,
      perCaller(
        [`ExecStart=${server('hello')}`, 'StandardInput=socket'],
        ['PollLimitBurst=0', 'TriggerLimitBurst=0'],
      ),
    );
    const script = `import socket, time
times = []
for _ in range(50):
    begin = time.monotonic()
    caller = socket.create_connection(("127.0.0.1", ${port}))
    while caller.recv(100): pass
    times.append(time.monotonic() - begin)
print(sorted(times)[10] * 1000)
`;
    const { stdout } = await box.shell(`python3 ${await box.write(box.fresh('.py'), script)}`);
    expect(Number(stdout)).toBeLessThan(16);
  });

  it('S-65: a service that is started by hand is there when the first caller comes', async () => {
    const daemon = await commandUnits(box, pair());
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect((await given(box)).pid).toBe(mainPid);
  });

  it('S-66: listeners of units count in /proc/net/sockstat as all others', async () => {
    const inUse = async () => Number(/^TCP: inuse (\d+)/m.exec(await box.read('/proc/net/sockstat'))?.[1]);
    const before = await inUse();
    await commandUnits(box, pair({ socket: [`ListenStream=127.0.0.1:${port + 1}`] }));
    expect((await inUse()) - before).toBe(2);
  });

  it('S-67: an idle socket costs no process, and a small part of the memory of one', async () => {
    const memory = async (count: number) => {
      const files = Array.from(
        { length: count },
        (_, at): Files => ({
          [`s${at}.socket`]: unitText({ Socket: [`ListenStream=127.0.0.1:${port + at}`] }),
          [`s${at}.service`]: unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
        }),
      );
      const daemon = await commandUnits(box, Object.assign({}, ...files) as Files);
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(await box.read(`/proc/${daemon.pid}/status`))?.[1]);
      expect((await box.shell(`pgrep -P ${daemon.pid}`)).stdout).toBe('');
      await box.clear();
      return kilobytes;
    };
    const few = await memory(10);
    expect((await memory(310)) - few).toBeLessThan(300 * 256);
  });

  it('S-68: a service that never takes its listener does not go unnoticed', async () => {
    const daemon = await commandUnits(box, pair({ service: ['Type=oneshot', 'ExecStart=/bin/true'] }));
    void box.says(port);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'service-start-limit-hit' });
  });

  it('S-69: superd proxy stands in front of a server that knows nothing of activation', async () => {
    const backend = `python3 -c "import socket
s = socket.create_server(('127.0.0.1', ${port + 1}))
while True:
    c, _ = s.accept(); c.sendall(b'plain\\n'); c.close()"`;
    const program = await box.write(box.fresh('.sh'), `#!/bin/sh\nexec ${backend}\n`, 0o755);
    const proxy = `${process.execPath} ${path.join(root, 'bin/superd.js')} proxy`;
    await commandUnits(box, {
      ...pair({
        service: [`ExecStart=${proxy} 127.0.0.1:${port + 1}`],
        unit: ['Requires=b.service', 'After=b.service'],
      }),
      'b.service': unitText({
        Service: [
          `ExecStart=${program}`,
          `ExecStartPost=/bin/sh -c 'for i in $(seq 100); do nc -z 127.0.0.1 ${port + 1} && exit; sleep 0.05; done'`,
        ],
      }),
    });
    expect(await box.says(port)).toBe('plain\n');
  });

  it('S-70: convert makes both units of an entry, and they serve', async () => {
    const entry = await box.write(
      box.fresh('.conf'),
      `127.0.0.1:${port} stream tcp nowait root ${server('hello')} hello\n`,
    );
    const folder = box.fresh('.units');
    const { stderr, status } = await superd(box, `convert --to=units --output=${folder} ${entry}`);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    const { stdout } = await box.shell(`ls ${folder}`);
    expect(stdout).toMatch(/\.socket/);
    await serve(box, '', { files: [folder] });
    expect(await box.says(port)).toBe('HELLO\n');
  });

  it('S-71: ProtectSystem=strict is refused as long as it cannot be applied, not left out', async () => {
    const daemon = await commandUnits(
      box,
      pair({ service: [`ExecStart=${LISTEN}`, 'ProtectSystem=strict'] }),
    );
    expect(await daemon.run('start', 'x.service')).not.toEqual({ result: 'done' });
    const willing = [`ExecStart=${LISTEN}`, 'ProtectSystem=strict', 'X-IgnoreUnsupported=ProtectSystem'];
    await daemon.reload(pair({ service: willing }));
    await daemon.run('start', 'x.socket');
    expect((await given(box)).count).toBe(1);
  });
});

asRoot('The lesson: practice', (box) => {
  /** x.socket and x.service with links that start both at boot. */
  const bothWanted = async (): Promise<void> => {
    await box.shell(
      'rm -rf /etc/superd; mkdir -p /etc/superd/sockets.target.wants /etc/superd/multi-user.target.wants',
    );
    await writeUnits(box, pair(), '/etc/superd');
    await box.shell(
      `cd /etc/superd; ln -s ../x.socket sockets.target.wants/; ln -s ../x.service multi-user.target.wants/`,
    );
  };

  it.each([
    { title: 'S-74: a service that must answer at once is started at boot, behind its socket' },
    { title: 'S-87: with both enabled the service starts at boot and gets the listener all the same' },
  ])('$title', async () => {
    await bothWanted();
    const daemon = await serve(box, '', { files: [] });
    await daemon.event('unit', ({ message }) => message === 'Started x.service.');
    expect((await given(box)).count).toBe(1);
    await box.shell('rm -rf /etc/superd');
  });

  it('S-75: check compares a socket with its service', async () => {
    const { said } = await checked(box, {
      ...pair({
        socket: ['ListenStream=127.0.0.1:7002'],
        service: ['ExecStart=/bin/cat', 'StandardInput=socket'],
        unit: ['StopWhenUnneeded=yes'],
      }),
    });
    expect(said).toEqual(['x.service:2 warning unit/unneeded', 'x.service:6 warning unit/two-listeners']);
  });

  it('S-76: Accept=no is served by an iterative server, Accept=yes by as many as there are callers', async () => {
    await commandUnits(box, {
      ...pair({ service: [`ExecStart=${server('acc1')}`, 'StandardInput=socket'] }),
      'y.socket': unitText({ Socket: ['Accept=yes', `ListenStream=127.0.0.1:${port + 1}`] }),
      'y@.service': unitText({ Service: [`ExecStart=${server('sleep')}`, 'StandardInput=socket'] }),
    });
    expect([await box.says(port), await box.says(port)]).toEqual([
      expect.stringMatching(/^\d+\n$/),
      expect.stringMatching(/^\d+\n$/),
    ]);
    const callers = await Promise.all([box.connect(port + 1), box.connect(port + 1)]);
    const pids = await Promise.all(callers.map((caller) => caller.line()));
    expect(new Set(pids).size).toBe(2);
    for (const caller of callers) await caller.close();
  });

  it('S-77: check reads a socket unit and binds nothing', async () => {
    await commandUnits(box, pair());
    expect(await checked(box, pair())).toMatchObject({ status: 0, said: [] });
    await box.clear();
    await checked(box, pair());
    expect(await listener(box)).toBeNull();
  });

  it('S-78: the kernel establishes connections, before anybody accepts them', async () => {
    await commandUnits(box, pair({ service: ['ExecStart=/bin/sleep 60'] }));
    const caller = await box.connect(port);
    expect((await box.shell(`ss -Htn state established sport = :${port}`)).stdout).toContain(
      `:${caller.localPort}`,
    );
    expect((await listener(box))?.queue).toBe(1);
    await caller.close();
  });

  it('S-79: a loop of accept(2) finds blocking descriptors, and a service of several listeners polls them', async () => {
    const program = await lessonProgram(box, box.fresh('/lesson'));
    await commandUnits(box, {
      ...pair({ socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
      'y.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 2}`] }),
      'y.service': unitText({ Service: [`ExecStart=${program}`] }),
    });
    expect((await given(box, port + 1)).blocking).toEqual([true, true]);
    expect((await given(box)).count).toBe(2);
    expect(await box.says(port + 2)).toBe(await box.says(port + 2));
  });

  it('S-80: SocketMode= keeps out callers, and no service', async () => {
    const node = box.fresh('.sock');
    await commandUnits(box, {
      'x.socket': unitText({ Socket: [`ListenStream=${node}`, 'SocketMode=0600'] }),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`, 'User=nobody'] }),
    });
    const other = `setpriv --reuid=65534 --clear-groups nc -U ${node}`;
    expect((await box.shell(`${other} </dev/null`)).stderr).toContain('Permission denied');
    expect(JSON.parse(await box.says(0, { path: node }))).toMatchObject({ count: 1 });
  });

  it('S-81: a port in use, a missing service and a service that does nothing are each told by themselves', async () => {
    await serve(box, `127.0.0.1:${port} stream tcp nowait root ${server('hello')} h\n`);
    const daemon = await commandUnits(box, pair());
    await daemon.reaches('x.socket', 'failed');
    expect(daemon.output).toMatch(/EADDRINUSE|Address already in use/);
    const { 'x.socket': alone = '' } = pair();
    expect((await checked(box, { 'x.socket': alone })).said).toEqual(['x.socket:2 error unit/no-service']);
  });

  it('S-82: a variable that is not set is no word, lines go on behind a backslash, quotes hold an assignment', async () => {
    const file = box.fresh();
    const script = await box.write(
      box.fresh('.sh'),
      `#!/bin/sh\necho "$# $* $PYTHONUNBUFFERED" >${file}\n`,
      0o755,
    );
    const daemon = await commandUnits(box, {
      'x.service': unitText({
        Service: [
          'Type=oneshot',
          'Environment="PYTHONUNBUFFERED=1"',
          `ExecStart=${script} -D $OPTIONS \\\n    --workers 4 \\\n    wsgi:application`,
        ],
      }),
    });
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    expect(await box.read(file)).toBe('4 -D --workers 4 wsgi:application 1\n');
  });

  it('S-83: KillMode=process leaves logins alone, and MAINPID is known to ExecReload=', async () => {
    const file = box.fresh();
    const script = await box.write(
      box.fresh('.sh'),
      `#!/bin/bash\ntrap 'echo reloaded >>${file}' HUP\nsleep 300 &\necho $! >${file}\nwhile :; do wait -n; sleep 0.05; done\n`,
      0o755,
    );
    const service = [`ExecStart=${script}`, 'ExecReload=/bin/kill -HUP $MAINPID', 'KillMode=process'];
    const daemon = await commandUnits(box, pair({ service }));
    await daemon.run('start', 'x.service');
    await daemon.until(async () => (await box.shell(`test -s ${file}`)).status === 0, 'its child');
    expect(await daemon.reloadUnit('x.service')).toBeNull();
    await daemon.until(async () => (await box.read(file)).includes('reloaded'), 'the signal');
    const [login] = (await box.read(file)).split('\n');
    await daemon.run('stop', 'x.service');
    expect(await box.lives(Number(login))).toBe(true);
  });

  it('S-84: Restart=always hides a crash loop only until the limit of starts', async () => {
    const daemon = await commandUnits(
      box,
      pair({ service: ['ExecStart=/bin/false', 'Restart=always', 'RestartSec=10ms'] }),
    );
    await daemon.run('start', 'x.service');
    expect(await daemon.reaches('x.service', 'failed')).toMatchObject({ result: expect.any(String) });
    expect(daemon.said('Started x.service.')).toBe(5);
  });

  it('S-85: a database behind its socket starts when the web application first calls it', async () => {
    const daemon = await commandUnits(box, {
      'database.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
      'database.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
      'x.socket': unitText({ Socket: ['Accept=yes', `ListenStream=127.0.0.1:${port}`] }),
      'x@.service': unitText({
        Unit: ['Requires=database.socket', 'After=database.socket'],
        Service: [`ExecStart=/bin/nc -d 127.0.0.1 ${port + 1}`, 'StandardInput=socket'],
      }),
    });
    expect((await daemon.status('database.service'))?.active ?? 'inactive').toBe('inactive');
    const { pid } = await given(box);
    expect(await daemon.status('database.service')).toMatchObject({ mainPid: pid });
  });

  it('S-86: of fifty sockets only those that are called have a service that runs', async () => {
    const files = Array.from(
      { length: 50 },
      (_, at): Files => ({
        [`s${at}.socket`]: unitText({ Socket: [`ListenStream=127.0.0.1:${port + at}`] }),
        [`s${at}.service`]: unitText({ Service: [`ExecStart=${LISTEN}`] }),
      }),
    );
    const daemon = await commandUnits(box, Object.assign({}, ...files) as Files);
    const called = [3, 14, 15];
    const pids = await Promise.all(called.map(async (at) => (await given(box, port + at)).pid));
    const { stdout } = await box.shell(`pgrep -P ${daemon.pid}`);
    expect(stdout.trim().split('\n').map(Number).sort()).toEqual([...pids].sort());
  });

  it('S-88: whether a program takes its listener is tried with superd activate', async () => {
    const activate = `${process.execPath} ${path.join(root, 'bin/superd.js')} activate`;
    const { stdout } = await box.shell(
      `timeout 20 ${activate} -l 127.0.0.1:${port} ${LISTEN} --once & for i in $(seq 100); do nc -dN 127.0.0.1 ${port} && break; sleep 0.05; done; wait`,
    );
    expect(JSON.parse(stdout)).toMatchObject({ count: 1 });
  });

  it('S-89: how many wait for a listener, and how many may, can be looked up', async () => {
    await commandUnits(box, pair({ socket: ['Backlog=9'], service: ['ExecStart=/bin/sleep 60'] }));
    const callers = await Promise.all(Array.from({ length: 3 }, () => box.connect(port)));
    expect(await listener(box)).toMatchObject({ queue: 3, limit: 9 });
    for (const caller of callers) await caller.close();
  });
});
