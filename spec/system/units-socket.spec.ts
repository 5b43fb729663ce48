/** Socket units and their services, against the real daemon. */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import { asRoot, root, type Sandbox } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';

const LISTEN = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/listen.py')}`;

/** A pair x.socket and x.service. */
function pair(
  socket: readonly string[],
  service: readonly string[],
  unit: readonly string[] = [],
): Readonly<Record<string, string>> {
  return {
    'x.socket': unitText({ Socket: socket }),
    'x.service': unitText({ Unit: unit, Service: service }),
  };
}

/** x.socket with Accept=yes, and its template. */
function perCaller(socket: readonly string[], service: readonly string[], unit: readonly string[] = []) {
  return {
    'x.socket': unitText({ Socket: ['Accept=yes', ...socket] }),
    'x@.service': unitText({ Unit: unit, Service: service }),
  };
}

interface Told {
  readonly pid: number;
  readonly listenPid: string;
  readonly count: number;
  readonly names: string | null;
  readonly blocking: readonly boolean[];
  readonly kept: readonly boolean[];
}

async function told(box: Sandbox, port: number): Promise<Told> {
  return JSON.parse(await box.says(port)) as Told;
}

/** Talks to an instance that keeps its connection, and waits until it greets. */
async function greeted(box: Sandbox, port: number, host = '127.0.0.1', localAddress?: string) {
  const connection = await box.connect(port, {
    host,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  return { connection, line: await connection.line() };
}

const CAT = ["ExecStart=/bin/sh -c 'echo hello; exec cat'", 'StandardInput=socket'];

asRoot('sockets of services that accept for themselves', (box) => {
  const socket = (...lines: readonly string[]) => ['ListenStream=127.0.0.1:7001', ...lines];

  it('C-071: the first connection starts the service, which gets the listeners from 3 on, blocking and kept', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket('ListenStream=127.0.0.1:7002'), [`ExecStart=${LISTEN}`]),
    );
    expect(await daemon.status('x.socket')).toMatchObject({
      active: 'active',
      sub: 'listening',
      descriptors: 2,
    });
    const given = await told(box, 7001);
    expect(given).toMatchObject({
      count: 2,
      names: 'x.socket:x.socket',
      listenPid: String(given.pid),
      blocking: [true, true],
      kept: [true, true],
    });
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'running' });
    expect(await daemon.status('x.service')).toMatchObject({ sub: 'running', mainPid: given.pid });
    expect((await told(box, 7002)).pid).toBe(given.pid);
  });

  it('C-072: NonBlocking=yes leaves O_NONBLOCK set', async () => {
    await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`, 'NonBlocking=yes']));
    expect((await told(box, 7001)).blocking).toEqual([false]);
  });

  it('C-073: FileDescriptorName= names every listener', async () => {
    const lines = socket(
      'ListenStream=127.0.0.1:7002',
      'ListenStream=127.0.0.1:7003',
      'FileDescriptorName=web',
    );
    await commandUnits(box, pair(lines, [`ExecStart=${LISTEN}`]));
    expect((await told(box, 7003)).names).toBe('web:web:web');
  });

  it('C-074: two socket units give one service both, told apart by their names', async () => {
    await commandUnits(box, {
      'http.socket': unitText({
        Socket: ['ListenStream=127.0.0.1:7001', 'FileDescriptorName=http', 'Service=x.service'],
      }),
      'https.socket': unitText({
        Socket: ['ListenStream=127.0.0.1:7002', 'FileDescriptorName=https', 'Service=x.service'],
      }),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
    });
    expect((await told(box, 7002)).names?.split(':').sort()).toEqual(['http', 'https']);
  });

  it('C-075: the listener is held by the daemon and the service', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    const { pid } = await told(box, 7001);
    const { stdout } = await box.shell('ss -Hltnp sport = :7001');
    expect(stdout).toContain(`pid=${pid},`);
    expect(stdout).toContain(`pid=${daemon.pid},`);
  });

  it('C-076: a service that ended is started again for the next caller', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN} --once`]));
    const first = await told(box, 7001);
    await daemon.reaches('x.socket', 'listening');
    expect((await told(box, 7001)).pid).not.toBe(first.pid);
  });

  it('C-077: a service that ends without accepting is started five times, then the listener closes', async () => {
    const daemon = await commandUnits(box, pair(socket(), ['ExecStart=/bin/true']));
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'service-start-limit-hit' });
    expect(daemon.said('Started x.service.')).toBe(5);
    expect(await box.says(7001)).toBe('ECONNREFUSED');
  });

  it('C-078: without a limit on its starts it is triggered 20 times', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket(), ['ExecStart=/bin/true'], ['StartLimitIntervalSec=0']),
    );
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'trigger-limit-hit' });
    expect(daemon.said('Started x.service.')).toBe(20);
    expect(daemon.said('Poll limit hit')).toBe(1);
  });

  it('C-079: a condition that does not hold is tried 20 times, and no process starts', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket(), ['ExecStart=/bin/true'], ['ConditionPathExists=/nosuch']),
    );
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'trigger-limit-hit' });
    expect(daemon.said('was skipped because of an unmet condition check (ConditionPathExists=/nosuch)')).toBe(
      20,
    );
    expect(daemon.said('Starting x.service')).toBe(0);
  });

  it('C-080: ExecCondition= that says no counts against the starts of the service', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket(), ['ExecCondition=/bin/false', 'ExecStart=/bin/true']),
    );
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'service-start-limit-hit' });
    expect(daemon.said('Starting x.service')).toBe(6);
  });

  it('C-081: FlushPending=yes drops who still waits when the service ended', async () => {
    const daemon = await commandUnits(box, pair(socket('FlushPending=yes'), ['ExecStart=/bin/true']));
    expect(await box.says(7001)).toBe('');
    await daemon.reaches('x.socket', 'listening');
    expect(daemon.said('Started x.service.')).toBe(1);
  });

  it('C-082: a caller does not shorten the time before a restart', async () => {
    const lines = [`ExecStart=${LISTEN} --crash`, 'Restart=on-failure', 'RestartSec=2s'];
    const daemon = await commandUnits(box, pair(socket(), lines));
    void box.says(7001);
    await daemon.reaches('x.service', 'auto-restart');
    const begin = Date.now();
    void box.says(7001);
    await daemon.until(async () => (await daemon.status('x.service'))?.restarts === 1, 'a restart');
    expect(Date.now() - begin).toBeGreaterThan(1000);
  });

  it('C-083: a restart of the service loses no caller', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN} --wait 0.5`]));
    const first = await told(box, 7001);
    let done = false;
    const busy = Array.from({ length: 8 }, async () => {
      const pids: number[] = [];
      while (!done) pids.push((await told(box, 7001)).pid);
      return pids;
    });
    expect(await daemon.run('restart', 'x.service')).toEqual({ result: 'done' });
    done = true;
    const pids = new Set((await Promise.all(busy)).flat());
    const { mainPid } = await daemon.reaches('x.service', 'running');
    expect([...pids].every((pid) => pid === first.pid || pid === mainPid)).toBe(true);
    expect((await told(box, 7001)).pid).toBe(mainPid);
  });

  it('C-084: a service that was stopped is started by the next caller', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    const first = await told(box, 7001);
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    await daemon.reaches('x.socket', 'listening');
    expect((await told(box, 7001)).pid).not.toBe(first.pid);
  });

  it('C-085: a stopped socket leaves its service, which serves on, and its node', async () => {
    const node = box.fresh('.sock');
    const daemon = await commandUnits(box, pair(socket(`ListenStream=${node}`), [`ExecStart=${LISTEN}`]));
    const { pid } = await told(box, 7001);
    expect(await daemon.run('stop', 'x.socket')).toEqual({ result: 'done' });
    expect((await told(box, 7001)).pid).toBe(pid);
    expect((await box.shell(`test -S ${node}`)).status).toBe(0);
  });

  it('C-086: a socket is not started while its service is active', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    await told(box, 7001);
    await daemon.run('stop', 'x.socket');
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'failed' });
    await daemon.hears('Socket service x.service already active, refusing.');
  });

  it('C-087: a restart of the socket while the service runs keeps the address', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    const { pid } = await told(box, 7001);
    expect(await daemon.run('restart', 'x.socket')).toEqual({ result: 'done' });
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'running', descriptors: 1 });
    expect((await told(box, 7001)).pid).toBe(pid);
    await daemon.run('stop', 'x.service');
    expect((await told(box, 7001)).pid).not.toBe(pid);
  });

  it('C-088: a service that requires its socket is restarted and stopped with it', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`], ['Requires=x.socket']));
    const { pid } = await told(box, 7001);
    expect(await daemon.run('restart', 'x.socket')).toEqual({ result: 'done' });
    expect((await told(box, 7001)).pid).not.toBe(pid);
    await daemon.run('stop', 'x.socket');
    await daemon.reaches('x.service', 'dead');
    expect(await box.says(7001)).toBe('ECONNREFUSED');
  });

  it('C-089: a service that is started by hand without its socket gets no descriptors', async () => {
    const file = box.fresh();
    const daemon = await commandUnits(box, {
      ...pair(socket(), [`ExecStart=/bin/sh -c 'echo "fds=$LISTEN_FDS" >${file}; exec sleep 60'`]),
    });
    await daemon.run('stop', 'x.socket');
    await daemon.run('start', 'x.service');
    await daemon.until(async () => (await box.shell(`test -s ${file}`)).status === 0, 'its word');
    expect(await box.read(file)).toBe('fds=\n');
  });

  it('C-090: Sockets= starts the sockets before the service, which gets them all', async () => {
    const file = box.fresh();
    const daemon = await commandUnits(box, {
      'a.socket': unitText({ Socket: ['ListenStream=127.0.0.1:7001', 'Service=x.service'] }),
      'b.socket': unitText({ Socket: ['ListenStream=127.0.0.1:7002', 'Service=x.service'] }),
      'x.service': unitText({
        Service: [
          'Sockets=a.socket b.socket',
          `ExecStart=/bin/sh -c 'echo $LISTEN_FDS >${file}; exec sleep 60'`,
        ],
      }),
    });
    await daemon.run('stop', 'a.socket');
    await daemon.run('stop', 'b.socket');
    await daemon.run('start', 'x.service');
    await daemon.until(async () => (await box.shell(`test -s ${file}`)).status === 0, 'its word');
    expect(await box.read(file)).toBe('2\n');
  });

  it('C-091: StandardInput=socket gives a datagram socket as standard input, and no LISTEN_FDS', async () => {
    const file = box.fresh();
    await commandUnits(
      box,
      pair(
        ['ListenDatagram=127.0.0.1:7001'],
        [
          `ExecStart=/bin/sh -c 'echo "$LISTEN_FDS/$(readlink /proc/self/fd/0 | cut -c1-6)" >${file}; read -r x; sleep 60'`,
          'StandardInput=socket',
          'StandardOutput=null',
        ],
      ),
    );
    await box.udp(7001, ['x\n'], { expect: 0, timeoutMs: 300 });
    expect(
      await box.shell(`for i in $(seq 100); do test -s ${file} && break; sleep 0.05; done; cat ${file}`),
    ).toMatchObject({
      stdout: '/socket\n',
    });
  });

  it('C-092: StandardInput=socket with two listeners cannot start', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket('ListenStream=127.0.0.1:7002'), ['ExecStart=/bin/cat', 'StandardInput=socket']),
    );
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'service-start-limit-hit' });
  });

  it('C-094: a reload keeps listeners whose lines stay, closes those that went, opens those that came', async () => {
    const daemon = await commandUnits(
      box,
      pair(socket('ListenStream=127.0.0.1:7002'), [`ExecStart=${LISTEN} --once`]),
    );
    const inode = async (port: number) =>
      /ino:(\d+)/.exec((await box.shell(`ss -Hltne sport = :${port}`)).stdout)?.[1] ?? null;
    const kept = await inode(7001);
    await daemon.reload(pair(socket('ListenStream=127.0.0.1:7003'), [`ExecStart=${LISTEN} --once`]));
    expect([await inode(7001), await inode(7002)]).toEqual([kept, null]);
    expect((await told(box, 7003)).count).toBe(2);
  });

  it('C-066: a socket whose service is masked is not started', async () => {
    const daemon = await commandUnits(box, { 'x.socket': unitText({ Socket: socket() }), 'x.service': '' });
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'failed' });
    expect(await box.says(7001)).toBe('ECONNREFUSED');
  });

  it('C-067: a socket that is started too often fails, until its failure is reset', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    for (let starts = 1; starts < 5; starts++) {
      await daemon.run('stop', 'x.socket');
      expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'done' });
    }
    await daemon.run('stop', 'x.socket');
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'failed' });
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'failed', result: 'start-limit-hit' });
    await daemon.resetFailed('x.socket');
    expect(await daemon.run('start', 'x.socket')).toEqual({ result: 'done' });
  });

  it('C-070: a listener that cannot be had starts OnFailure=', async () => {
    const file = box.fresh();
    const daemon = await commandUnits(box, {
      'x.socket': unitText({
        Unit: ['OnFailure=f.service'],
        Socket: ['ListenStream=192.0.2.1:7001'],
      }),
      'x.service': unitText({ Service: [`ExecStart=${LISTEN}`] }),
      'f.service': unitText({ Service: [`ExecStart=/bin/touch ${file}`] }),
    });
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'resources' });
    await daemon.until(async () => (await box.shell(`test -e ${file}`)).status === 0, 'f.service');
  });

  it('runs the commands of a socket around its life', async () => {
    const file = box.fresh();
    const write = (word: string) => `/bin/sh -c 'echo ${word} >>${file}'`;
    const lines = [
      `ExecStartPre=${write('start-pre')}`,
      `ExecStartPost=${write('start-post')}`,
      `ExecStopPre=${write('stop-pre')}`,
      `ExecStopPost=${write('stop-post')}`,
    ];
    const daemon = await commandUnits(box, pair(socket(...lines), [`ExecStart=${LISTEN}`]));
    await daemon.reaches('x.socket', 'listening');
    expect(await daemon.run('stop', 'x.socket')).toEqual({ result: 'done' });
    expect(await box.read(file)).toBe('start-pre\nstart-post\nstop-pre\nstop-post\n');
  });

  it('keeps the last good definition of a unit that a reload finds broken', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN} --once`]));
    await daemon.reload(pair(['Accept=maybe'], ['Restart=always']));
    expect((await told(box, 7001)).count).toBe(1);
  });

  it('ends its services and sockets when it stops, and leaves the services at SIGQUIT', async () => {
    for (const [signal, lives] of [
      ['SIGTERM', false],
      ['SIGQUIT', true],
    ] as const) {
      const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
      const { pid } = await told(box, 7001);
      await box.kill(daemon.pid, signal);
      await daemon.until(() => daemon.output.includes('the daemon ended'), 'its end');
      expect(await box.lives(pid)).toBe(lives);
      await box.clear();
    }
  });

  it('fails when its service has shut the listener down', async () => {
    const shut = 'import socket; socket.socket(fileno=3).shutdown(socket.SHUT_RDWR)';
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=/usr/bin/python3 -c '${shut}'`]));
    void box.says(7001);
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'resources' });
    await daemon.hears('Got POLLHUP on a listening socket.');
  });

  it('lets callers wait while there is nothing to accept with', async () => {
    const files = perCaller(
      ['ListenStream=127.0.0.1:7001'],
      ['ExecStart=/bin/echo hi', 'StandardInput=socket'],
    );
    const daemon = await commandUnits(box, files);
    await box.shell(`prlimit --pid ${daemon.pid} --nofile=3:`);
    const waiting = box.says(7001);
    await daemon.hears('cannot accept now');
    await box.shell(`prlimit --pid ${daemon.pid} --nofile=4096:`);
    expect(await waiting).toBe('hi\n');
    expect(daemon.said('cannot accept now')).toBe(1);
  });

  it('C-148: a service without ExecReload= is not reloaded', async () => {
    const daemon = await commandUnits(box, pair(socket(), [`ExecStart=${LISTEN}`]));
    await told(box, 7001);
    expect(await daemon.reloadUnit('x.service')).toBe(
      'Job type reload is not applicable for unit x.service.',
    );
    expect(await daemon.reloadUnit('x.socket')).toBe('Job type reload is not applicable for unit x.socket.');
  });
});

asRoot('sockets whose callers are accepted by the daemon', (box) => {
  const port = ['ListenStream=7001'];
  const stream = ['ListenStream=127.0.0.1:7001'];
  const env = ["ExecStart=/bin/sh -c 'echo $REMOTE_ADDR $REMOTE_PORT $SO_COOKIE'", 'StandardInput=socket'];

  it('C-096: IPv4 to a dual listener is told as IPv4', async () => {
    const daemon = await commandUnits(box, perCaller(port, CAT));
    const { connection } = await greeted(box, 7001);
    expect(await daemon.names()).toContain(`x@0-127.0.0.1:7001-127.0.0.1:${connection.localPort}.service`);
  });

  it('C-096: its variables name the caller', async () => {
    await commandUnits(box, perCaller(port, env));
    expect(await box.says(7001)).toMatch(/^127\.0\.0\.1 \d+ \d+\n$/);
  });

  it('C-097: IPv6 has no brackets', async () => {
    const daemon = await commandUnits(box, perCaller(port, CAT));
    const { connection } = await greeted(box, 7001, '::1');
    expect(await daemon.names()).toContain(`x@0-::1:7001-::1:${connection.localPort}.service`);
  });

  it('C-098: a caller of a Unix socket is named by process and user', async () => {
    const node = box.fresh('.sock');
    const daemon = await commandUnits(box, perCaller([`ListenStream=${node}`], CAT));
    const connection = await box.connect(0, { path: node });
    await connection.line();
    expect((await daemon.names()).find((name) => name.startsWith('x@'))).toMatch(/^x@0-\d+-0\.service$/);
  });

  it('C-099: without more the connection is descriptor 3', async () => {
    const lines = ["ExecStart=/bin/sh -c 'echo $LISTEN_FDS $LISTEN_FDNAMES >&3'"];
    await commandUnits(box, perCaller(stream, lines));
    expect(await box.says(7001)).toBe('1 connection\n');
  });

  it('C-100: StandardInput=socket puts it on the standard streams', async () => {
    const lines = ["ExecStart=/bin/sh -c 'echo out$LISTEN_FDS; echo err >&2'", 'StandardInput=socket'];
    await commandUnits(box, perCaller(stream, lines));
    expect(await box.says(7001)).toBe('out\nerr\n');
  });

  it('C-101: StandardError=journal goes to the log', async () => {
    const lines = [
      "ExecStart=/bin/sh -c 'echo out; echo oops >&2'",
      'StandardInput=socket',
      'StandardError=journal',
    ];
    const daemon = await commandUnits(box, perCaller(stream, lines));
    expect(await box.says(7001)).toBe('out\n');
    await daemon.until(() => daemon.output.includes('oops'), 'its line');
  });

  it('C-102: commands before and after write to the caller too', async () => {
    const lines = [
      'ExecStartPre=/bin/echo pre',
      'ExecStart=/bin/echo main',
      'ExecStopPost=/bin/echo post',
      'StandardInput=socket',
    ];
    await commandUnits(box, perCaller(stream, lines));
    expect(await box.says(7001)).toBe('pre\nmain\npost\n');
  });

  it('C-103: MaxConnections= serves so many and closes the rest', async () => {
    const daemon = await commandUnits(box, perCaller([...stream, 'MaxConnections=2'], CAT));
    const first = await greeted(box, 7001);
    expect([first.line, (await greeted(box, 7001)).line]).toEqual(['hello\n', 'hello\n']);
    expect([await box.says(7001), await box.says(7001)]).toEqual(['', '']);
    expect((await daemon.status('x.socket'))?.counters).toMatchObject({
      accepted: 2,
      connections: 2,
      refused: 2,
    });
    await daemon.hears('Too many incoming connections (2), dropping connection.');
    await first.connection.end();
    await daemon.until(
      async () => (await daemon.status('x.socket'))?.counters?.connections === 1,
      'one less',
    );
    expect((await greeted(box, 7001)).line).toBe('hello\n');
  });

  it('C-104: MaxConnectionsPerSource= counts addresses', async () => {
    const daemon = await commandUnits(box, perCaller([...port, 'MaxConnectionsPerSource=2'], CAT));
    for (const _ of [1, 2]) expect((await greeted(box, 7001)).line).toBe('hello\n');
    expect(await box.says(7001)).toBe('');
    await daemon.hears('Too many incoming connections (2) from source 127.0.0.1, dropping connection.');
    expect((await greeted(box, 7001, '127.0.0.1', '127.0.0.2')).line).toBe('hello\n');
    expect((await greeted(box, 7001, '::1')).line).toBe('hello\n');
  });

  it('C-105: on a Unix socket users are counted', async () => {
    const node = box.fresh('.sock');
    await commandUnits(box, perCaller([`ListenStream=${node}`, 'MaxConnectionsPerSource=1'], CAT));
    const first = await box.connect(0, { path: node });
    expect(await first.line()).toBe('hello\n');
    expect(await box.says(0, { path: node })).toBe('');
    const other = await box.shell(
      `python3 -c 'import os, socket; os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.connect("${node}"); print(s.recv(99))'`,
    );
    expect(other.stdout).toContain('hello');
  });

  it('C-106: the trigger limit closes the listener, and instances live on', async () => {
    const lines = [...stream, 'TriggerLimitIntervalSec=10', 'TriggerLimitBurst=3'];
    const daemon = await commandUnits(box, perCaller(lines, CAT));
    const served = [await greeted(box, 7001), await greeted(box, 7001), await greeted(box, 7001)];
    expect(await box.says(7001)).toBe('');
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'trigger-limit-hit' });
    expect(await box.says(7001)).toBe('ECONNREFUSED');
    for (const { connection } of served) {
      await connection.write('still\n');
      expect(await connection.line()).toBe('still\n');
    }
  });

  it('C-107: the poll limit makes callers wait, and loses none', async () => {
    const lines = [...stream, 'PollLimitIntervalSec=1', 'PollLimitBurst=3'];
    await commandUnits(box, perCaller(lines, ['ExecStart=/bin/echo hi', 'StandardInput=socket']));
    const begin = Date.now();
    const times = await Promise.all(
      Array.from({ length: 8 }, async () => {
        expect(await box.says(7001)).toBe('hi\n');
        return Date.now() - begin;
      }),
    );
    const groups = times.map((ms) => Math.floor(ms / 950)).sort();
    expect(groups).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });

  it('C-108: an instance that fails stays to be seen, and the socket listens on', async () => {
    const daemon = await commandUnits(
      box,
      perCaller(stream, ["ExecStart=/bin/sh -c 'exit 3'", 'StandardInput=socket']),
    );
    await box.says(7001);
    await daemon.until(
      async () => (await daemon.names()).some((name) => name.startsWith('x@')),
      'an instance',
    );
    const name = (await daemon.names()).find((one) => one.startsWith('x@')) ?? '';
    expect(await daemon.reaches(name, 'failed')).toMatchObject({ result: 'exit-code' });
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening' });
    await daemon.resetFailed(name);
    await daemon.until(async () => !(await daemon.names()).includes(name), 'it is forgotten');
  });

  it('C-109: CollectMode=inactive-or-failed forgets it at once', async () => {
    const files = perCaller(
      stream,
      ["ExecStart=/bin/sh -c 'exit 3'", 'StandardInput=socket'],
      ['CollectMode=inactive-or-failed'],
    );
    const daemon = await commandUnits(box, files);
    await box.says(7001);
    await daemon.hears("Failed with result 'exit-code'.");
    await daemon.until(
      async () => !(await daemon.names()).some((name) => name.startsWith('x@')),
      'it is forgotten',
    );
  });

  it('C-110: instances outlive their socket, and its count goes on', async () => {
    const daemon = await commandUnits(box, perCaller(stream, CAT));
    const { connection } = await greeted(box, 7001);
    await daemon.run('stop', 'x.socket');
    await daemon.run('start', 'x.socket');
    await connection.write('still\n');
    expect(await connection.line()).toBe('still\n');
    await greeted(box, 7001);
    expect((await daemon.status('x.socket'))?.counters).toMatchObject({ accepted: 2, connections: 2 });
    expect((await daemon.names()).filter((name) => name.startsWith('x@1-'))).toHaveLength(1);
  });

  it('C-111: a stopped instance closes its connection', async () => {
    const daemon = await commandUnits(box, perCaller(stream, CAT));
    const { connection } = await greeted(box, 7001);
    const name = (await daemon.names()).find((one) => one.startsWith('x@')) ?? '';
    expect(await daemon.run('stop', name)).toEqual({ result: 'done' });
    expect(await connection.rest()).toBe('');
    expect((await daemon.status('x.socket'))?.counters?.connections).toBe(0);
  });

  it('C-112: a missing program fails its instance with 203, and the socket listens on', async () => {
    const daemon = await commandUnits(
      box,
      perCaller(stream, ['ExecStart=/usr/nosuch/program', 'StandardInput=socket']),
    );
    expect(await box.says(7001)).toBe('');
    await daemon.hears('status=203/EXEC');
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening' });
  });

  it('C-113: RuntimeMaxSec= ends a connection', async () => {
    const daemon = await commandUnits(box, perCaller(stream, [...CAT, 'RuntimeMaxSec=1s']));
    const { connection } = await greeted(box, 7001);
    expect(await connection.rest()).toBe('');
    await daemon.hears("Failed with result 'timeout'.");
  });

  it('C-114: an instance that is restarted serves the same caller', async () => {
    const lines = [
      "ExecStart=/bin/sh -c 'echo life; exit 1'",
      'StandardInput=socket',
      'Restart=on-failure',
      'RestartSec=0',
    ];
    await commandUnits(box, perCaller(stream, lines));
    expect(await box.says(7001)).toBe('life\n'.repeat(5));
  });

  it('C-116: an instance of a socket starts instances of the plain template', async () => {
    const daemon = await commandUnits(box, {
      'x@.socket': unitText({ Socket: ['Accept=yes', ...stream] }),
      'x@.service': unitText({ Service: CAT }),
    });
    await daemon.run('start', 'x@foo.socket');
    await greeted(box, 7001);
    expect((await daemon.names()).filter((name) => name.endsWith('.service'))[0]).toMatch(/^x@0-127/);
  });

  it('C-117: a SEQPACKET listener is accepted from', async () => {
    const node = box.fresh('.sock');
    await commandUnits(
      box,
      perCaller([`ListenSequentialPacket=${node}`], ['ExecStart=/bin/echo hi', 'StandardInput=socket']),
    );
    const { stdout } = await box.shell(
      `python3 -c 'import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect("${node}"); print(s.recv(99).decode(), end="")'`,
    );
    expect(stdout).toBe('hi\n');
  });

  it('C-118: IPAddressDeny= and IPAddressAllow= decide who is served', async () => {
    await commandUnits(box, perCaller([...stream, 'IPAddressDeny=any', 'IPAddressAllow=127.0.0.2'], CAT));
    expect(await box.says(7001)).toBe('');
    expect((await greeted(box, 7001, '127.0.0.1', '127.0.0.2')).line).toBe('hello\n');
  });

  it('C-065: a missing template fails the socket with its first caller', async () => {
    const daemon = await commandUnits(box, { 'x.socket': unitText({ Socket: ['Accept=yes', ...stream] }) });
    expect(['', 'ECONNRESET']).toContain(await box.says(7001));
    expect(await daemon.reaches('x.socket', 'failed')).toMatchObject({ result: 'resources' });
  });
});
