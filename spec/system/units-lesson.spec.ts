/** The lesson on socket activation: what it says of sockets, and what is so. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { serve } from './daemon.ts';
import {
  addUser,
  checked,
  type Files,
  given,
  LISTEN,
  lessonProgram,
  listener,
  ofLesson,
  pair,
  perCaller,
  port,
  server,
  superd,
} from './lesson.ts';
import { asRoot, root } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';
import { writeUnits } from './units.ts';

/** A server that says which options its listener and its connection have. */
const OPTIONS = `ExecStart=/usr/bin/python3 ${path.join(root, 'spec/fixtures/socket-options.py')}`;

asRoot('The lesson: super servers', (box) => {
  it('S-01: one process on many ports starts each server with its connection', async () => {
    const lines = ['hello', 'hello2'].map(
      (name, at) => `${port + at} stream tcp nowait root ${server(name)} s`,
    );
    const daemon = await serve(box, `${lines.join('\n')}\n`);
    expect([(await listener(box))?.pids, (await listener(box, port + 1))?.pids]).toEqual([
      [daemon.pid],
      [daemon.pid],
    ]);
    expect([await box.says(port), await box.says(port + 1)]).toEqual(['HELLO\n', 'HELLO2\n']);
  });

  it('S-02: an entry names service, type, protocol, wait, user, program and arguments', async () => {
    const file = await box.write(
      box.fresh('.conf'),
      'ftp stream tcp4 nowait root /usr/sbin/in.ftpd in.ftpd -l -a\n',
    );
    const { stdout } = await superd(box, `list --json ${file}`);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        port: 21,
        type: 'stream',
        wait: false,
        owner: { user: 'root' },
        action: { kind: 'exec', program: '/usr/sbin/in.ftpd', argv: ['in.ftpd', '-l', '-a'] },
      },
    ]);
  });

  it('S-03: a dash that is none is passed on as it is, and check says so', async () => {
    const service = unitText({ Service: [`ExecStart=${server('args')} -l \u2013a`, 'StandardInput=socket'] });
    const files = { ...perCaller([]), 'x@.service': service };
    expect((await checked(box, files)).said).toContain('x@.service:2 warning unit/dash');
    await commandUnits(box, files);
    expect(Buffer.from(await box.says(port), 'latin1').toString()).toContain('\u2013a');
    const entry = await box.write(
      box.fresh('.conf'),
      `${port} stream tcp nowait root /bin/true true -l \u2013a\n`,
    );
    expect((await superd(box, `check ${entry}`)).stdout).toContain('[inetd/dash]');
  });

  it('S-06: nothing is said of saved handshakes: each connection has its own', async () => {
    const pages = readdirSync(path.join(root, 'man')).map((name) => path.join(root, 'man', name));
    for (const page of [...pages, path.join(root, 'README.md')]) {
      expect(readFileSync(page, 'utf8')).not.toMatch(/handshake/i);
    }
  });
});

asRoot('The lesson: sockets', (box) => {
  it('S-07: a socket unit listens at once, and its service does not run', async () => {
    const daemon = await commandUnits(box, pair());
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening', descriptors: 1 });
    expect((await daemon.status('x.service'))?.active ?? 'inactive').toBe('inactive');
    expect(await listener(box)).not.toBeNull();
  });

  it('S-08: the first connection starts the service, which is given the listener', async () => {
    const daemon = await commandUnits(box, pair());
    const { count, pid } = await given(box);
    expect(count).toBe(1);
    expect(await daemon.status('x.service')).toMatchObject({ sub: 'running', mainPid: pid });
  });

  it('S-09: the first caller waits as long as the service takes to start', async () => {
    await commandUnits(box, pair({ service: [`ExecStart=${LISTEN} --wait 0.5`] }));
    const begin = Date.now();
    await given(box);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(450);
    const again = Date.now();
    await given(box);
    expect(Date.now() - again).toBeLessThan(400);
  });

  it('S-10: callers during a restart wait, and none is refused', async () => {
    const daemon = await commandUnits(box, pair({ service: [`ExecStart=${LISTEN} --wait 0.3`] }));
    const { pid } = await given(box);
    const restart = daemon.run('restart', 'x.service');
    const callers = await Promise.all(Array.from({ length: 10 }, () => given(box)));
    expect(await restart).toEqual({ result: 'done' });
    const { mainPid } = await daemon.reaches('x.service', 'running');
    for (const caller of callers) expect([pid, mainPid]).toContain(caller.pid);
  });

  it('S-11: a service can need the socket of another one instead of that service', async () => {
    const daemon = await commandUnits(box, {
      'db.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port}`] }),
      'db.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
      'web.service': unitText({
        Unit: ['Requires=db.socket', 'After=db.socket'],
        Service: ['ExecStart=/bin/sleep 60'],
      }),
    });
    await daemon.run('stop', 'db.socket');
    expect(await daemon.run('start', 'web.service')).toEqual({ result: 'done' });
    expect(await daemon.status('db.socket')).toMatchObject({ sub: 'listening' });
    expect((await daemon.status('db.service'))?.active ?? 'inactive').toBe('inactive');
  });

  it('S-12: what a service started ends with it, without control groups', async () => {
    const file = box.fresh();
    const script = `sleep 60 & echo $! >${file}; setsid sleep 61 & echo $! >>${file}; wait`;
    const daemon = await commandUnits(
      box,
      pair({ service: [`ExecStart=/bin/sh -c '${script.replaceAll('$', '$$')}'`] }),
    );
    await daemon.run('start', 'x.service');
    await daemon.until(async () => (await box.shell(`wc -l <${file}`)).stdout.trim() === '2', 'two children');
    const pids = (await box.read(file)).trim().split('\n').map(Number);
    await daemon.run('stop', 'x.service');
    expect(await Promise.all(pids.map((pid) => box.lives(pid)))).toEqual([false, false]);
  });

  it('S-13: after a crash callers wait for RestartSec=, unless the socket says otherwise', async () => {
    const service = [`ExecStart=${LISTEN} --crash`, 'Restart=on-failure', 'RestartSec=60s'];
    const daemon = await commandUnits(
      box,
      pair({ service, socket: ['X-TriggerInterruptsRestartDelay=yes'] }),
    );
    void box.says(port);
    await daemon.until(() => daemon.said('Started x.service.') >= 1, 'a start');
    await daemon.reaches('x.service', 'auto-restart');
    void box.says(port);
    await daemon.until(() => daemon.said('Started x.service.') >= 2, 'a start long before RestartSec=');
    await daemon.run('stop', 'x.service');
    const patient = await commandUnits(box, {
      'y.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
      'y.service': unitText({ Service: service }),
    });
    void box.says(port + 1);
    await patient.reaches('y.service', 'auto-restart');
    expect((await box.tcp(port + 1, { timeoutMs: 500 })).outcome).toBe('timeout');
    expect(patient.said('Started y.service.')).toBe(1);
  });

  it('S-14: units lie in the folders of superd, and with --systemd-units in those of systemd', async () => {
    await box.shell('mkdir -p /etc/systemd/system/sockets.target.wants');
    await writeUnits(box, pair(), '/etc/systemd/system');
    await box.shell('ln -sf ../x.socket /etc/systemd/system/sockets.target.wants/x.socket');
    const none = await superd(box, 'list --json');
    expect(none.stdout).not.toContain('x.socket');
    const { stdout } = await superd(box, 'list --json --systemd-units');
    const records = JSON.parse(stdout) as { name: string; state: string }[];
    expect(records.find(({ name }) => name === 'x.socket')?.state).toBe('on');
    await box.shell('rm /etc/systemd/system/x.* /etc/systemd/system/sockets.target.wants/x.socket');
  });

  it('S-15: myapp.socket works as it is', async () => {
    await addUser(box, 'myapp');
    const files = { 'myapp.socket': ofLesson('myapp.socket'), 'myapp.service': pair()['x.service'] ?? '' };
    const daemon = await commandUnits(box, files);
    expect(await daemon.status('myapp.socket')).toMatchObject({ sub: 'listening', descriptors: 1 });
    expect((await listener(box, 8080))?.limit).toBe(256);
    expect((await given(box, 8080)).names).toBe('myapp.socket');
  });

  it('S-16: After=network.target holds nothing up; an address that is not there yet wants FreeBind=', async () => {
    const files = (more: readonly string[]): Files => ({
      'x.socket': unitText({
        Unit: ['After=network.target'],
        Socket: [`ListenStream=192.0.2.1:${port}`, ...more],
      }),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
    });
    const daemon = await commandUnits(box, files([]));
    await daemon.reaches('x.socket', 'failed');
    await daemon.reload(files(['FreeBind=yes']));
    await daemon.resetFailed('x.socket');
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'done' });
  });

  it.each([
    { title: 'S-17: Backlog=256 lets the kernel queue 256', backlog: '256', limit: 256 },
    {
      title: 'S-25: Backlog= is what listen(2) is told, and no more than somaxconn',
      backlog: '1000000',
      limit: null,
    },
    { title: 'S-39: Backlog= is the length of the accept queue', backlog: '5', limit: 5 },
  ])('$title', async ({ backlog, limit }) => {
    await commandUnits(box, pair({ socket: [`Backlog=${backlog}`] }));
    const most = Number(await box.read('/proc/sys/net/core/somaxconn'));
    expect((await listener(box))?.limit).toBe(limit ?? most);
  });

  it('S-18: ReusePort= shares a port among units, and balances nothing within one', async () => {
    const reuse = (service: string) =>
      unitText({ Socket: [`ListenStream=127.0.0.1:${port}`, 'ReusePort=yes', `Service=${service}`] });
    const files = {
      'a.socket': reuse('x.service'),
      'b.socket': reuse('x.service'),
      'x.service': pair()['x.service'] ?? '',
    };
    const daemon = await commandUnits(box, files);
    expect(await daemon.status('a.socket')).toMatchObject({ sub: 'listening', descriptors: 1 });
    expect(await daemon.status('b.socket')).toMatchObject({ sub: 'listening', descriptors: 1 });
    expect((await checked(box, files)).said).toContain('a.socket:3 note unit/reuse-port');
  });

  it('S-19: KeepAlive= is SO_KEEPALIVE, and keeps no socket open', async () => {
    const daemon = await commandUnits(box, pair({ socket: ['KeepAlive=true'], service: [OPTIONS] }));
    expect(await box.says(port)).toMatch(/keepalive=1/);
    await daemon.run('stop', 'x.service');
    await daemon.run('stop', 'x.socket');
    expect(await box.says(port)).toBe('ECONNREFUSED');
  });

  it('S-20: SocketUser= and its kin have no effect on a port, but an unknown user keeps it closed', async () => {
    const files = pair({ socket: ['SocketUser=nobody', 'SocketGroup=nogroup', 'SocketMode=0660'] });
    expect((await checked(box, files)).said.filter((text) => text.endsWith('unit/no-file'))).toHaveLength(3);
    const daemon = await commandUnits(box, pair({ socket: ['SocketUser=nosuchuser'] }));
    expect(await daemon.status('x.socket')).toMatchObject({ active: 'failed' });
  });

  it('S-22: a port alone takes IPv4 and IPv6, and so does [::]', async () => {
    const socket = (address: string): Files => ({
      'x.socket': unitText({ Socket: [`ListenStream=${address}`] }),
      'x.service': pair()['x.service'] ?? '',
    });
    for (const address of [String(port), `[::]:${port}`]) {
      await commandUnits(box, socket(address));
      expect((await given(box)).count).toBe(1);
      expect(JSON.parse(await box.says(port, { host: '::1' }))).toMatchObject({ count: 1 });
      await box.clear();
    }
  });

  it('S-23: separate lines for IPv4 and IPv6 need BindIPv6Only=, which check says', async () => {
    const lines = [`ListenStream=0.0.0.0:${port}`, `ListenStream=[::]:${port}`];
    const files = (more: readonly string[]): Files => ({
      'x.socket': unitText({ Socket: [...lines, ...more] }),
      'x.service': pair()['x.service'] ?? '',
    });
    const { said, text } = await checked(box, files([]));
    expect(said).toContain('x.socket:3 warning unit/same-port');
    expect(text).toContain('BindIPv6Only=ipv6-only');
    expect((await checked(box, files(['BindIPv6Only=ipv6-only']))).said).toEqual([]);
    const daemon = await commandUnits(box, files(['BindIPv6Only=ipv6-only']));
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening', descriptors: 2 });
  });

  it('S-24: ListenDatagram= is UDP, or a Unix datagram socket', async () => {
    const node = box.fresh('.sock');
    const daemon = await commandUnits(box, {
      'x.socket': unitText({ Socket: [`ListenDatagram=127.0.0.1:${port}`, `ListenDatagram=${node}`] }),
      'x.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
    });
    expect(await daemon.status('x.socket')).toMatchObject({ descriptors: 2 });
    expect((await box.shell(`ss -Hlun sport = :${port}; ss -Hlx src ${node}`)).stdout).toMatch(
      /UNCONN.*u_dgr/s,
    );
  });

  it('S-26: NoDelay= and KeepAlive= are set on the listener and on what it accepts', async () => {
    const socket = ['NoDelay=true', 'KeepAlive=true'];
    await commandUnits(box, pair({ socket, service: [OPTIONS] }));
    expect(await box.says(port)).toBe('keepalive=1 nodelay=1\n'.repeat(2));
  });

  it('S-27: an overflowing queue refuses and resets nobody: the kernel drops, and callers try again', async () => {
    await commandUnits(box, pair({ socket: ['Backlog=1'], service: ['ExecStart=/bin/sleep 60'] }));
    const script = `import socket, time
callers = [socket.socket() for _ in range(8)]
for one in callers:
    one.setblocking(False)
    one.connect_ex(("127.0.0.1", ${port}))
time.sleep(1)
errors = [one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) for one in callers]
states = [one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] for one in callers]
print(sum(errors), states.count(1) < 8, 2 in states)
`;
    const { stdout } = await box.shell(`python3 ${await box.write(box.fresh('.py'), script)}`);
    expect(stdout.trim()).toBe('0 True True');
    expect((await box.shell('nstat -asz TcpExtListenOverflows')).stdout).toMatch(/ListenOverflows\s+[1-9]/);
  });

  it('S-28: a queue of rate times start time and a margin loses nobody', async () => {
    const service = [`ExecStart=${LISTEN} --wait 0.5`];
    await commandUnits(box, pair({ socket: ['Backlog=64'], service }));
    const callers = Array.from({ length: 50 }, () => given(box));
    expect(new Set((await Promise.all(callers)).map(({ pid }) => pid)).size).toBe(1);
  });

  describe('and services', () => {
    it('S-29: Accept=no gives one service all sockets, Accept=yes each connection an instance', async () => {
      const daemon = await commandUnits(box, {
        ...pair({ socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
        'y.socket': unitText({ Socket: ['Accept=yes', `ListenStream=127.0.0.1:${port + 2}`] }),
        'y@.service': unitText({ Service: [`ExecStart=/bin/sh -c 'echo $$$$'`, 'StandardInput=socket'] }),
      });
      expect((await given(box)).pid).toBe((await given(box, port + 1)).pid);
      expect(await box.says(port + 2)).not.toBe(await box.says(port + 2));
      expect((await daemon.status('y.socket'))?.counters).toMatchObject({ accepted: 2 });
    });

    it('S-30: Accept=true serves with a program that knows one connection only', async () => {
      await commandUnits(box, perCaller(['ExecStart=/bin/cat', 'StandardInput=socket']));
      expect(await box.says(port, { send: 'echo\n' })).toBe('echo\n');
    });

    it('S-31: with StandardInput=socket a service need not know of activation', async () => {
      await commandUnits(box, pair({ service: [`ExecStart=${server('acc1')}`, 'StandardInput=socket'] }));
      expect(await box.says(port)).toMatch(/^\d+\n$/);
    });

    it('S-32: Requires= of the socket is not needed; with it a stop of the socket stops the service', async () => {
      const daemon = await commandUnits(box, {
        ...pair(),
        'y.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port + 1}`] }),
        'y.service': unitText({
          Unit: ['Requires=y.socket', 'After=y.socket'],
          Service: [`ExecStart=${LISTEN}`],
        }),
      });
      expect([(await given(box)).count, (await given(box, port + 1)).count]).toEqual([1, 1]);
      await daemon.run('stop', 'x.socket');
      await daemon.run('stop', 'y.socket');
      await daemon.reaches('y.service', 'dead');
      expect(await daemon.status('x.service')).toMatchObject({ sub: 'running' });
    });

    it('S-33: myapp.service works where its program says READY=1, and else its start fails', async () => {
      await addUser(box, 'myapp');
      await box.shell('mount -t tmpfs tmpfs /opt');
      const isolation = 'X-IgnoreUnsupported=PrivateTmp ProtectSystem ProtectHome';
      const files = {
        'myapp.socket': ofLesson('myapp.socket'),
        'myapp.service': ofLesson('myapp.service'),
        'myapp.service.d/here.conf': unitText({ Service: [isolation, 'TimeoutStartSec=1', 'Restart=no'] }),
      };
      await lessonProgram(box, '/opt/myapp/bin/myapp-server', true);
      const folder = await writeUnits(box, files);
      const daemon = await serve(box, '', { files: [folder] });
      expect(await box.says(8080)).toMatch(/^served by \d+\n$/);
      await daemon.stop();
      await lessonProgram(box, '/opt/myapp/bin/myapp-server');
      const late = await serve(box, '', { files: [folder] });
      void box.says(8080);
      await late.event('unit', ({ message }) => message.includes("Failed with result 'timeout'"));
    });

    it('S-34: WantedBy=multi-user.target starts the service at boot, which check says', async () => {
      const { said } = await checked(box, {
        'x.socket': pair()['x.socket'] ?? '',
        'x.service': `${pair()['x.service']}[Install]\nWantedBy=multi-user.target\n`,
      });
      expect(said).toEqual(['x.service:7 note unit/boots-too']);
    });

    it('S-35: a restart of the service loses no connection', async () => {
      const daemon = await commandUnits(box, pair());
      await given(box);
      for (let round = 0; round < 3; round += 1) {
        const restart = daemon.run('restart', 'x.service');
        const callers = await Promise.all(Array.from({ length: 20 }, () => box.says(port)));
        expect(await restart).toEqual({ result: 'done' });
        expect(callers.filter((text) => !text.startsWith('{'))).toEqual([]);
      }
    });

    it('S-36: a service without ExecReload= is not reloaded', async () => {
      const daemon = await commandUnits(box, pair());
      await given(box);
      expect(await daemon.reloadUnit('x.service')).toBe(
        'Job type reload is not applicable for unit x.service.',
      );
    });

    it('S-37: the program of the lesson gets its listener from sd_listen_fds(3)', async () => {
      const program = await lessonProgram(box, box.fresh('/lesson'));
      const daemon = await commandUnits(box, pair({ service: [`ExecStart=${program}`] }));
      const said = await box.says(port);
      expect(said).toBe(`served by ${(await daemon.status('x.service'))?.mainPid}\n`);
      expect(await box.says(port)).toBe(said);
    });

    it('S-38: LISTEN_PID is the service itself: what it starts takes no listener by mistake', async () => {
      const file = box.fresh();
      const script = `echo own $(($$ == $LISTEN_PID)) >${file}; sh -c 'echo child $(($$ == $LISTEN_PID))' >>${file}; sleep 60`;
      const program = await box.write(box.fresh('.sh'), `#!/bin/sh\n${script}\n`, 0o755);
      const daemon = await commandUnits(box, pair({ service: [`ExecStart=${program}`] }));
      void box.says(port);
      await daemon.until(
        async () => (await box.shell(`grep -c . ${file}`)).stdout.trim() === '2',
        'both words',
      );
      expect(await box.read(file)).toBe('own 1\nchild 0\n');
    });

    it('S-40: a crash ends the connections of the service, and its listener stays', async () => {
      const daemon = await commandUnits(box, pair({ service: [`ExecStart=${LISTEN} --crash`] }));
      expect(await box.says(port)).toMatch(/^$|ECONNRESET/);
      await daemon.reaches('x.socket', 'listening');
      expect((await listener(box))?.pids).toEqual([daemon.pid]);
    });

    it('S-41: twenty listeners are open before any service starts, and the services start at once', async () => {
      const numbers = Array.from({ length: 20 }, (_, at) => port + at);
      const files = numbers.map(
        (at): Files => ({
          [`s${at}.socket`]: unitText({ Socket: [`ListenStream=127.0.0.1:${at}`] }),
          [`s${at}.service`]: unitText({ Service: [`ExecStart=${LISTEN} --wait 1`] }),
        }),
      );
      await commandUnits(box, Object.assign({}, ...files) as Files);
      const begin = Date.now();
      const pids = await Promise.all(numbers.map(async (at) => (await given(box, at)).pid));
      expect(new Set(pids).size).toBe(20);
      expect(Date.now() - begin).toBeLessThan(15_000);
    });
  });
});
