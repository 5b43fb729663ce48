/** What a lesson on socket activation says of such a server, statement by statement, at a running daemon. */

import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { serve } from './daemon.ts';
import { bound, children, eventually, type State } from './observe.ts';
import { asRoot, root } from './sandbox.ts';
import { commandUnits, type UnitDaemon, unitText } from './unit-verbs.ts';

asRoot('The lesson', (box) => {
  const [port, other] = [7001, 7002];
  const aware = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/listen.py')}`;
  const closed = 'ECONNREFUSED';
  const hello = 'HELLO\n';

  interface Lines {
    readonly socket?: readonly string[];
    readonly service?: readonly string[];
    readonly unit?: readonly string[];
  }

  /** A socket and the service that gets it as standard input: it tells each caller its pid. */
  const pair = (name: string, at: number, { socket = [], service = [], unit = [] }: Lines = {}) => ({
    [`${name}.socket`]: unitText({ Socket: [`ListenStream=${at}`, ...socket] }),
    [`${name}.service`]: unitText({
      Unit: unit,
      Service: [`ExecStart=${box.server('hold')}`, 'StandardInput=socket', ...service],
    }),
  });

  /** A socket and a service for each caller. */
  const each = (program: string, { socket = [], service = [] }: Lines = {}) => ({
    'x.socket': unitText({ Socket: [`ListenStream=${port}`, 'Accept=yes', ...socket] }),
    'x@.service': unitText({ Service: [`ExecStart=${program}`, 'StandardInput=socket', ...service] }),
  });

  /** A socket and a service that finds it by LISTEN_FDS. */
  const listening = (program: string, { socket = [], service = [], unit = [] }: Lines = {}) => ({
    'x.socket': unitText({ Socket: [`ListenStream=${port}`, ...socket] }),
    'x.service': unitText({ Unit: unit, Service: [`ExecStart=${program}`, ...service] }),
  });

  const up = (files: Readonly<Record<string, string>>, options: readonly string[] = []) =>
    commandUnits(box, files, options);
  const superd = `${process.execPath} ${root}/bin/superd.js`;
  const shell = async (script: string) => (await box.shell(script)).stdout;
  const sub = async (daemon: UnitDaemon, unit: string) => (await daemon.status(unit))?.sub;
  /** All files of several units. */
  const merged = (all: readonly Readonly<Record<string, string>>[]) =>
    Object.fromEntries(all.flatMap((files) => Object.entries(files)));

  /** What a service that finds its sockets by LISTEN_FDS was given. */
  async function given(
    at: number,
  ): Promise<{ readonly pid: number; readonly listenPid: string; readonly count: number }> {
    return JSON.parse(await box.says(at)) as Awaited<ReturnType<typeof given>>;
  }

  /** What the check says of units. */
  async function check(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = box.fresh('.units');
    await shell(`mkdir ${folder}`);
    for (const [name, text] of Object.entries(files)) await box.write(`${folder}/${name}`, text);
    return shell(`${superd} check ${folder} 2>&1`);
  }

  const script = (text: string) => box.write(box.fresh('.py'), `#!/usr/bin/python3\n${text}`, 0o755);

  describe('says of super servers', () => {
    it('S-01, S-86: one process listens for many, and only those run that are called', async () => {
      const ports = Array.from({ length: 50 }, (_, n) => 7100 + n);
      const daemon = await up(merged(ports.map((at) => pair(`s${at}`, at))));
      expect(await children(box, daemon.pid)).toEqual([]);
      const pids = await Promise.all(ports.slice(0, 10).map((at) => box.says(at)));
      expect([...(await children(box, daemon.pid))].sort()).toEqual(pids.map(Number).sort());
    });

    it('S-02: a line of inetd.conf is name, type, protocol, wait, user, program and arguments', async () => {
      await serve(box, `${port} stream tcp nowait nobody ${box.server('state')} a b\n`);
      const state = JSON.parse(await box.says(port)) as State;
      expect(state.uid[0]).toBe(65534);
    });

    it('S-07, S-77: a socket is there once it is started, not when it is checked, and before its service', async () => {
      const folder = box.fresh('.units');
      await shell(`mkdir ${folder}`);
      for (const [name, text] of Object.entries(pair('x', port))) await box.write(`${folder}/${name}`, text);
      const bindings = `strace -f -qq -e trace=bind ${superd} check ${folder} 2>&1 | grep -c ${port}`;
      expect(await shell(bindings)).toBe('0\n');
      const daemon = await up(pair('x', port));
      expect(await bound(box, 'tcp', port)).toHaveLength(1);
      expect(await sub(daemon, 'x.service')).toBe('dead');
    });

    it('S-08, S-38: the first connection starts the service with the listener, told for its pid alone', async () => {
      const daemon = await up(listening(aware));
      const told = await given(port);
      expect(told).toMatchObject({ count: 1, listenPid: `${told.pid}` });
      expect(await daemon.status('x.service')).toMatchObject({ mainPid: told.pid });
    });

    it('S-06, S-09: a caller is connected by the kernel at once, and waits until the service is there', async () => {
      await up(listening(`${aware} --wait 1`));
      const begun = performance.now();
      const caller = await box.connect(port);
      expect(performance.now() - begun).toBeLessThan(900);
      expect(await caller.line()).toContain('"count": 1');
      expect(performance.now() - begun).toBeGreaterThan(950);
    });

    it('S-10, S-35: a restart of the service refuses nobody', async () => {
      const daemon = await up(pair('x', port));
      const before = await box.says(port);
      const [restarted, ...answers] = await Promise.all([
        daemon.run('restart', 'x.service'),
        ...Array.from({ length: 20 }, () => box.connect(port)),
      ]);
      expect(restarted).toEqual({ result: 'done' });
      // Those that the old service had accepted end with it; the others are answered by the new one.
      expect(answers).toHaveLength(20);
      for (const caller of answers) await caller.close();
      const after = await box.says(port);
      expect([Number(after) > 0, after === before]).toEqual([true, false]);
    });

    it('S-11, S-85: a service needs the socket of another one, which starts when it is called', async () => {
      const asks = await script(
        'import socket\ns = socket.create_connection(("127.0.0.1", 7002))\nprint(s.recv(99).decode(), end="")',
      );
      const daemon = await up({
        ...pair('db', other),
        'x.socket': unitText({ Socket: [`ListenStream=${port}`, 'Accept=yes'] }),
        'x@.service': unitText({
          Unit: ['Requires=db.socket', 'After=db.socket'],
          Service: [`ExecStart=${asks}`, 'StandardInput=socket'],
        }),
      });
      expect(await sub(daemon, 'db.service')).toBe('dead');
      const pid = Number(await box.says(port));
      expect(await daemon.status('db.service')).toMatchObject({ sub: 'running', mainPid: pid });
    });

    it('S-12: what a service leaves behind ends with it, without control groups', async () => {
      const file = box.fresh('.pid');
      const leaves = await script(
        `import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    open("${file}", "w").write(str(os.getpid()))\n    time.sleep(60)\n  os._exit(0)\ntime.sleep(60)`,
      );
      const daemon = await up({ 'x.service': unitText({ Service: [`ExecStart=${leaves}`] }) });
      await eventually('it is there', async () => Number(await box.read(file).catch(() => '')) > 0);
      const pid = Number(await box.read(file));
      expect(await box.lives(pid)).toBe(true);
      expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
      await eventually('it is gone', async () => !(await box.lives(pid)));
    });

    it('S-13: after a crash callers wait for as long as RestartSec= says', async () => {
      const daemon = await up(pair('x', port, { service: ['Restart=on-failure', 'RestartSec=1s'] }));
      const pid = Number(await box.says(port));
      await box.kill(pid, 'SIGSEGV');
      await daemon.reaches('x.service', 'auto-restart');
      const begun = performance.now();
      expect(Number(await box.says(port))).not.toBe(pid);
      expect(performance.now() - begun).toBeGreaterThan(700);
      expect(await daemon.status('x.service')).toMatchObject({ restarts: 1 });
    });

    it('S-14: units are found where systemd looks for them', async () => {
      const folder = '/etc/systemd/system';
      await shell(`mkdir -p ${folder}/sockets.target.wants`);
      for (const [name, text] of Object.entries(pair('x', port))) await box.write(`${folder}/${name}`, text);
      await shell(`ln -s ../x.socket ${folder}/sockets.target.wants/x.socket`);
      await serve(box, '', { options: ['--systemd-units'], files: [] });
      const pid = await box.says(port);
      await shell(`rm -r ${folder}/x.socket ${folder}/x.service ${folder}/sockets.target.wants/x.socket`);
      expect(Number(pid)).toBeGreaterThan(0);
    });
  });

  describe('says of sockets', () => {
    /** The lesson's own, with comments and all. */
    const myapp = `[Unit]
Description=MyApp Socket
Documentation=https://example.com/myapp/docs
# Start after network stack is ready
After=network.target

[Socket]
ListenStream=0.0.0.0:8080
Backlog=256
ReusePort=true
KeepAlive=true
NoDelay=true
SocketUser=daemon
SocketGroup=daemon
SocketMode=0660

[Install]
WantedBy=sockets.target
`;

    it('S-15, S-16, S-17, S-25: its unit is complete, waits for no network, and queues so many', async () => {
      const { 'x.service': service } = listening(aware);
      const daemon = await up({ 'x.socket': myapp, 'x.service': service });
      expect(await sub(daemon, 'x.socket')).toBe('listening');
      expect(await bound(box, 'tcp', 8080)).toMatchObject([{ address: '0.0.0.0:8080', backlog: 256 }]);
      expect(await given(8080)).toMatchObject({ count: 1 });
    });

    it('S-19: KeepAlive= has nothing to do with it: a socket outlives its service', async () => {
      const daemon = await up(pair('x', port, { socket: ['KeepAlive=no'] }));
      await box.says(port);
      expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
      expect(await bound(box, 'tcp', port)).toHaveLength(1);
      expect(Number(await box.says(port))).toBeGreaterThan(0);
    });

    it('S-26: NoDelay= and KeepAlive= hold for each connection', async () => {
      const tells = await script(
        'import socket\ns = socket.socket(fileno=0)\ns.sendall(b"%d %d" % (s.getsockopt(6, 1), s.getsockopt(1, 9)))',
      );
      await up(each(tells, { socket: ['NoDelay=true', 'KeepAlive=true'] }));
      expect(await box.says(port)).toBe('1 1');
    });

    it('S-22: a port alone and [::] are the same', async () => {
      await up({
        ...pair('x', port),
        ...pair('y', other, { socket: ['ListenStream=', `ListenStream=[::]:${other}`] }),
      });
      for (const at of [port, other]) {
        expect(await bound(box, 'tcp', at)).toMatchObject([{ address: `*:${at}` }]);
        for (const host of ['127.0.0.1', '::1'])
          expect(Number(await box.says(at, { host }))).toBeGreaterThan(0);
      }
    });

    it('S-23: a line for each family needs BindIPv6Only=, and the check says so', async () => {
      const lines = [`ListenStream=0.0.0.0:${port}`, `ListenStream=[::]:${port}`];
      const said = await check({ ...listening(aware), 'x.socket': unitText({ Socket: lines }) });
      expect(said).toContain('two lines need BindIPv6Only=ipv6-only');
    });

    it('S-24: ListenDatagram= is UDP, or a Unix socket by its path', async () => {
      const node = box.fresh('.sock');
      await up({
        'x.socket': unitText({ Socket: [`ListenDatagram=127.0.0.1:${port}`] }),
        'x.service': unitText({ Service: [`ExecStart=${box.server('hold-dgram')}`, 'StandardInput=socket'] }),
        'y.socket': unitText({ Socket: [`ListenDatagram=${node}`] }),
        'y.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }),
      });
      expect(await box.udp(port, ['hi'])).toMatchObject([{ port }]);
      expect(await shell(`ss -Hxl src ${node} | cut -d' ' -f1`)).toBe('u_dgr\n');
    });

    it('S-27: whoever does not fit into the queue hangs, and is not reset', async () => {
      await up(listening('/bin/sleep 60', { socket: ['Backlog=1'] }));
      const calls = Array.from({ length: 4 }, () => box.tcp(port, { timeoutMs: 1_500, halfClose: false }));
      expect((await Promise.all(calls)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('timeout'));
    });

    it('S-28: a queue that is long enough holds all callers while the service starts', async () => {
      await up(listening(`${aware} --wait 1`, { socket: ['Backlog=30'] }));
      const answers = await Promise.all(Array.from({ length: 30 }, () => box.says(port)));
      expect(answers.filter((text) => text.includes('"count": 1'))).toHaveLength(30);
    });

    it('S-29, S-30, S-76: one process serves all callers in turn, or one each at once', async () => {
      await up({ ...pair('y', other), ...each(box.server('sleep')) });
      expect(new Set([await box.says(other), await box.says(other), await box.says(other)]).size).toBe(1);
      const callers = [await box.connect(port), await box.connect(port), await box.connect(port)];
      const pids = await Promise.all(callers.map((caller) => caller.line()));
      expect(new Set(pids).size).toBe(3);
    });

    it('S-31: a program that knows nothing of it is served by standard input', async () => {
      await up(each('/bin/cat'));
      expect(await box.says(port, { send: 'as it is\n' })).toBe('as it is\n');
    });

    it('S-32: a service that requires its socket is stopped with it, another is not', async () => {
      const daemon = await up({
        ...pair('x', port, { unit: ['Requires=x.socket', 'After=x.socket'] }),
        ...pair('y', other),
      });
      await box.says(port);
      await box.says(other);
      await daemon.run('stop', 'x.socket');
      await daemon.run('stop', 'y.socket');
      await daemon.reaches('x.service', 'dead');
      expect(await sub(daemon, 'y.service')).toBe('running');
    });

    it('S-33: with Type=notify a service says that it is ready, or fails', async () => {
      const ready = await script(
        'import os, socket, time\nsocket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"].replace("@", "\\0"))\ntime.sleep(60)',
      );
      const daemon = await up({
        'a.service': unitText({ Service: ['Type=notify', `ExecStart=${ready}`] }),
        'b.service': unitText({ Service: ['Type=notify', 'TimeoutStartSec=1', 'ExecStart=/bin/sleep 60'] }),
      });
      await daemon.reaches('a.service', 'running');
      expect(await daemon.reaches('b.service', 'failed')).toMatchObject({ result: 'timeout' });
    });

    it('S-36: a reload needs ExecReload=', async () => {
      const daemon = await up(pair('x', port));
      await box.says(port);
      expect(await daemon.reloadUnit('x.service')).toMatch(/^Job type reload is not applicable/);
    });

    it('S-37: its program in C takes its socket by sd_listen_fds(3)', async () => {
      const source = await box.write(
        box.fresh('.c'),
        `#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <systemd/sd-daemon.h>
static void handle_connection(int fd) { dprintf(fd, "HELLO\\n"); }
int main(void) {
    int n_fds = sd_listen_fds(0);
    if (n_fds < 1) {
        fprintf(stderr, "No sockets passed by systemd\\n");
        return 1;
    }
    int listen_fd = SD_LISTEN_FDS_START;
    while (1) {
        int client_fd = accept(listen_fd, NULL, NULL);
        handle_connection(client_fd);
        close(client_fd);
    }
}
`,
      );
      const program = box.fresh('');
      expect(await box.shell(`gcc -o ${program} ${source} -lsystemd`)).toMatchObject({ status: 0 });
      await up(listening(program));
      expect([await box.says(port), await box.says(port)]).toEqual([hello, hello]);
    });

    it('S-39, S-40: after a crash the socket listens on; who is connected fails, who comes is served', async () => {
      const daemon = await up(pair('x', port));
      const caller = await box.connect(port);
      const pid = Number(await caller.line());
      await box.kill(pid, 'SIGKILL');
      expect(await caller.rest()).toBe('');
      await daemon.reaches('x.service', 'failed');
      expect(await bound(box, 'tcp', port)).toHaveLength(1);
      expect(Number(await box.says(port))).not.toBe(pid);
    });

    it('S-41, S-52: every socket is open before any service starts', async () => {
      const ports = Array.from({ length: 20 }, (_, n) => 7100 + n);
      const daemon = await up({
        ...merged(ports.map((at) => pair(`s${at}`, at))),
        'a.service': unitText({
          Unit: ['Wants=s7100.service s7110.service s7119.service'],
          Service: ['ExecStart=/bin/sleep 60'],
        }),
      });
      await daemon.reaches('s7119.service', 'running');
      const lines = daemon.output.split('\n');
      const last = lines.findLastIndex((line) => line.includes('Listening on'));
      const first = lines.findIndex((line) => /"Start(ing|ed) /.test(line));
      expect(daemon.said('Listening on')).toBe(20);
      expect(last).toBeLessThan(first);
    });

    it('S-43: an idle service is stopped with X-IdleTimeoutSec=, and started again', async () => {
      const daemon = await up(pair('x', port, { service: ['X-IdleTimeoutSec=300ms'] }));
      const pid = await box.says(port);
      await daemon.reaches('x.service', 'dead');
      expect(await sub(daemon, 'x.socket')).toBe('listening');
      expect(await box.says(port)).not.toBe(pid);
    });
  });

  describe('says of examples', () => {
    it('S-44: a socket that conflicts with its own service is refused', async () => {
      const files = pair('x', port, { unit: ['Requires=x.socket'] });
      await up({
        ...files,
        'x.socket': `[Unit]\nConflicts=x.service\n${files['x.socket']}`,
        ...pair('y', other),
      });
      expect(await box.says(port)).toBe(closed);
    });

    it('S-45, S-46: sshd serves a connection that it is given', async () => {
      const key = box.fresh('.key');
      await shell(`ssh-keygen -q -t ed25519 -N '' -f ${key}; mkdir -p /run/sshd`);
      await up(each(`/usr/sbin/sshd -i -h ${key} -f /dev/null`));
      const caller = await box.connect(port);
      expect(await caller.line()).toMatch(/^SSH-2\.0-OpenSSH/);
    });

    it('S-48: a port and [::] at once need ReusePort=', async () => {
      await up(listening(aware, { socket: [`ListenStream=[::]:${port}`, 'ReusePort=true'] }));
      expect(await given(port)).toMatchObject({ count: 2 });
    });

    it.each([
      { title: 'S-51: ReadWritePaths=', lines: ['ProtectSystem=strict', 'ReadWritePaths=/var/lib/redis'] },
      { title: 'S-71: ProtectSystem=strict', lines: ['ProtectSystem=strict'] },
    ])('$title is kept, or the service does not start', async ({ lines }) => {
      const file = box.fresh();
      const daemon = await up({
        'x.service': unitText({ Service: [`ExecStart=/bin/touch ${file}`, ...lines] }),
        ...pair('y', other),
      });
      await daemon.run('start', 'x.service');
      expect(daemon.output).toContain('ProtectSystem=');
      expect(await shell(`ls ${file} 2>/dev/null`)).toBe('');
    });

    it('S-68: uWSGI takes its socket from LISTEN_FDS', async () => {
      const app = await box.write(
        box.fresh('.py'),
        'def application(environ, start):\n    start("200 OK", [])\n    return [b"hello"]\n',
      );
      await up(listening(`/usr/bin/uwsgi --plugin python3 --protocol http --die-on-term --wsgi-file ${app}`));
      const answer = await box.says(port, { send: 'GET / HTTP/1.0\r\n\r\n', halfClose: false });
      expect(answer).toMatch(/^HTTP\/1\.[01] 200 OK\r\n(.*\r\n)*\r\nhello$/);
    });

    it('S-69: superd proxy stands before a server that knows nothing of it', async () => {
      const { 'x.socket': socket, 'x@.service': service } = each(box.server('hello'));
      await up({
        'y.socket': String(socket).replace(`${port}`, `127.0.0.1:${other}`),
        'y@.service': String(service),
        ...listening(`${superd} proxy 127.0.0.1:${other}`),
      });
      expect([await box.says(port), await box.says(port)]).toEqual([hello, hello]);
    });

    it('S-70: superd convert writes a line of inetd.conf as units, which serve the same', async () => {
      const file = await box.write(
        box.fresh('.conf'),
        `${port} stream tcp nowait root ${box.server('hello')} x\n`,
      );
      const text = await shell(`${superd} convert --to units ${file} 2>/dev/null`);
      const parts = text.split(/^# (\S+\.(?:socket|service))$/m).slice(1);
      expect(parts).toHaveLength(4);
      const at = (n: number) => String(parts[n]);
      await up({ [at(0)]: at(1), [at(2)]: at(3) });
      expect(await box.says(port)).toBe(hello);
    });

    it('S-57: daemon and service both have the listener, with the queue that was asked for', async () => {
      const daemon = await up(pair('x', port, { socket: ['Backlog=128'] }));
      const pid = Number(await box.says(port));
      const { stdout } = await box.shell(`ss -Hnltp 'sport = :${port}'`);
      expect(stdout).toContain(`pid=${pid},fd=0`);
      expect(stdout).toContain(`pid=${daemon.pid},`);
      expect(await bound(box, 'tcp', port)).toMatchObject([{ backlog: 128 }]);
    });

    it('S-58, S-82: Environment= reaches the service; lines go on, and an unset variable is no word', async () => {
      const file = box.fresh('.out');
      await up({
        'x.service': unitText({
          Service: [
            'Environment="SYSTEMD_LOG_LEVEL=debug" "PYTHONUNBUFFERED=1"',
            `ExecStart=${box.server('args')} -D $OPTIONS \\`,
            '    --level $SYSTEMD_LOG_LEVEL \\',
            '    $PYTHONUNBUFFERED',
            `StandardOutput=truncate:${file}`,
          ],
        }),
      });
      await eventually('it ran', async () => (await box.read(file).catch(() => '')) !== '');
      expect(await box.read(file)).toBe(`[${box.server('args')}][-D][--level][debug][1]\n`);
    });

    it('S-59: a service needs no privilege for a privileged port', async () => {
      await up({
        'x.socket': unitText({ Socket: ['ListenStream=127.0.0.1:80', 'Accept=yes'] }),
        'x@.service': unitText({
          Service: [`ExecStart=${box.server('state')}`, 'StandardInput=socket', 'User=nobody'],
        }),
      });
      expect((JSON.parse(await box.says(80)) as State).uid).toEqual([65534, 65534, 65534]);
    });

    it('S-60: names match, or Service= says which', async () => {
      const { 'x.service': service } = pair('x', port);
      await up({
        'a.socket': unitText({ Socket: [`ListenStream=${port}`] }),
        'b.socket': unitText({ Socket: [`ListenStream=${other}`, 'Service=c.service'] }),
        'c.service': String(service),
      });
      expect([await box.says(port), Number(await box.says(other)) > 0]).toEqual([closed, true]);
    });
  });

  describe('says of practice', () => {
    it('S-64: a cold start takes milliseconds', async () => {
      await up(each(box.server('hello')));
      await box.says(port);
      const begun = performance.now();
      for (let n = 0; n < 20; n += 1) expect(await box.says(port)).toBe(hello);
      expect((performance.now() - begun) / 20).toBeLessThan(250);
    });

    it('S-65, S-74: a service that was started beforehand serves the first caller', async () => {
      const daemon = await up(pair('x', port));
      await daemon.run('start', 'x.service');
      const { mainPid } = await daemon.reaches('x.service', 'running');
      expect(Number(await box.says(port))).toBe(mainPid);
    });

    it('S-66, S-67: an idle socket is one more in the kernel’s count, and no process', async () => {
      const count = async () => /TCP: inuse (\d+)/.exec(await shell('cat /proc/net/sockstat'));
      const before = Number((await count())?.[1]);
      const ports = Array.from({ length: 30 }, (_, n) => 7100 + n);
      const v4 = (at: number) =>
        pair(`s${at}`, at, { socket: ['ListenStream=', `ListenStream=127.0.0.1:${at}`] });
      const daemon = await up(merged(ports.map(v4)));
      expect(Number((await count())?.[1]) - before).toBe(30);
      expect(await children(box, daemon.pid)).toEqual([]);
    });

    it('S-75: the check compares a socket with its service', async () => {
      const said = await check({ 'x.socket': unitText({ Socket: [`ListenStream=${port}`] }) });
      expect(said).toContain('the service of this socket, x.service, does not exist');
    });

    it('S-78: connections are the kernel’s and the service’s: they outlive the daemon', async () => {
      const daemon = await up(each('/bin/cat'));
      const caller = await box.connect(port);
      await caller.write('before\n');
      expect(await caller.line()).toBe('before\n');
      await box.kill(daemon.pid, 'SIGKILL');
      await eventually('it is gone', async () => !(await box.lives(daemon.pid)));
      await caller.write('after\n');
      expect(await caller.line()).toBe('after\n');
    });

    it('S-79: a service may wait for several of its sockets', async () => {
      await up(listening(aware, { socket: [`ListenStream=${other}`] }));
      expect([(await given(port)).count, (await given(other)).count]).toEqual([2, 2]);
    });

    it('S-80: SocketMode= is for callers; the service serves whatever it is', async () => {
      const node = box.fresh('.sock');
      const lines = ['ListenStream=', `ListenStream=${node}`, 'SocketMode=0600'];
      await up(pair('x', port, { socket: lines, service: ['User=nobody'] }));
      const connects = `python3 -c 'import os, socket; os.setuid(65534); socket.socket(socket.AF_UNIX).connect("${node}")'`;
      expect((await box.shell(connects)).stderr).toContain('Permission denied');
      expect(Number(await box.says(0, { path: node }))).toBeGreaterThan(0);
    });

    it('S-81: an address in use is said with who has it', async () => {
      await up({ ...pair('x', port) });
      const second = await up(pair('x', port));
      expect(second.output).toMatch(new RegExp(`:${port}: Address already in use by \\S+ \\(pid \\d+\\)`));
    });

    it('S-83: ExecReload= knows MAINPID, and with KillMode=process logins survive a restart', async () => {
      const file = box.fresh('.pids');
      const daemon = await up({
        'x.service': unitText({
          Service: [
            `ExecStart=${await script(`import os, signal, time\nsignal.signal(signal.SIGHUP, lambda *_: open("${file}", "a").write("HUP"))\nif os.fork() == 0:\n  open("${file}", "w").write(str(os.getpid()) + " ")\nwhile True: time.sleep(1)`)}`,
            'ExecReload=/bin/kill -HUP $MAINPID',
            'KillMode=process',
          ],
        }),
      });
      const told = () => box.read(file).catch(() => '');
      await eventually('it has a child', async () => (await told()).endsWith(' '));
      const child = Number(await told());
      expect(await daemon.reloadUnit('x.service')).toBe(null);
      await eventually('it was told', async () => (await told()).endsWith('HUP'));
      await daemon.run('stop', 'x.service');
      expect(await box.lives(child)).toBe(true);
    });

    it('S-84: Restart=always starts again what ended cleanly', async () => {
      const daemon = await up(pair('x', port, { service: ['Restart=always', 'RestartSec=10ms'] }));
      await box.says(port, { send: 'q' });
      await daemon.until(async () => (await daemon.status('x.service'))?.restarts === 1, 'a restart');
      expect(Number(await box.says(port))).toBeGreaterThan(0);
    });

    it('S-87: with both enabled the service starts at once, and has its socket all the same', async () => {
      const folder = box.fresh('.units');
      await shell(`mkdir -p ${folder}/multi-user.target.wants ${folder}/sockets.target.wants`);
      const files = listening(aware, { unit: ['After=x.socket', 'Requires=x.socket'] });
      for (const [name, text] of Object.entries(files)) await box.write(`${folder}/${name}`, text);
      await shell(
        `ln -s ../x.service ${folder}/multi-user.target.wants; ln -s ../x.socket ${folder}/sockets.target.wants`,
      );
      const daemon = await serve(box, '', { options: [`--unit-path=${folder}`], files: [] });
      await eventually('it runs', async () => (await children(box, daemon.pid)).length === 1);
      const [pid] = await children(box, daemon.pid);
      expect(await given(port)).toMatchObject({ pid, count: 1 });
    });

    it('S-89: the kernel keeps queues below its own limit', async () => {
      const most = Number(await shell('cat /proc/sys/net/core/somaxconn'));
      await up(pair('x', port, { socket: ['Backlog=1000000'] }));
      expect(await bound(box, 'tcp', port)).toMatchObject([{ backlog: most }]);
    });
  });
});
