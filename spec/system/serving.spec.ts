/** Serving as a whole: rushes, servers that fail or loop, lost readers of the log, other users, what is told on request. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { bound, children, eventually, load, pause, stateOf } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Serving', (box) => {
  const hello = (port: number) => `${port} stream tcp4 nowait root ${box.server('hello')} h\n`;

  conforms('a rush of 300 callers at once is served, and no child is left', 'D', async () => {
    const daemon = await serve(box, hello(23001), { options: ['-R', '1000'] });
    const heard = await Promise.all(
      Array.from({ length: 300 }, () => box.says(23001, { timeoutMs: 20_000 })),
    );
    expect(heard.filter((text) => text !== 'HELLO\n')).toEqual([]);
    await eventually('no child is left', async () => (await children(box, daemon.pid)).length === 0);
  });

  conforms('100 connections that stay open are 100 children with a connection each', 'D', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${box.server('sleep')} s\n`);
    const callers = await Promise.all(Array.from({ length: 100 }, () => box.connect(23001)));
    const pids = await Promise.all(callers.map((caller) => caller.line()));
    expect(new Set(pids).size).toBe(100);
    expect(await children(box, daemon.pid)).toHaveLength(100);
    await Promise.all(callers.map((caller) => caller.close()));
    await eventually('no child is left', async () => (await children(box, daemon.pid)).length === 0);
  });

  conforms('a wait server whose program is missing is tried ever more rarely', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 wait root /nonexistent/x x\n${hello(23002)}`);
    const caller = await box.connect(23001);
    await daemon.event('start-failed');
    expect(await load(box, daemon.pid)).toBeLessThan(0.1);
    await pause(1_500);
    const starts = daemon.events('start-failed').length;
    expect(starts).toBeGreaterThanOrEqual(2);
    expect(starts).toBeLessThanOrEqual(3);
    expect(await box.says(23002)).toBe('HELLO\n');
    await caller.close();
  });

  conforms('a wait server that ends without accepting trips, and the others serve on', '', async () => {
    const daemon = await serve(
      box,
      `23001 stream tcp4 wait.5 root ${box.server('hello')} h\n${hello(23002)}`,
      { options: ['-l'] },
    );
    await box.says(23001, { timeoutMs: 3_000 });
    expect(await daemon.event('paused', ({ service }) => service === '23001/tcp4')).toMatchObject({
      limit: 5,
    });
    expect(await daemon.told('handed-over', 5)).toHaveLength(5);
    expect(await box.says(23002)).toBe('HELLO\n');
    expect(await load(box, daemon.pid)).toBeLessThan(0.05);
  });

  conforms('a log whose reader has gone ends nothing', '', async () => {
    // Standard error is a pipe that nobody holds the other end of.
    const daemon = await serve(box, hello(23001), {
      mute: true,
      options: ['-l'],
      under: ['bash', '--norc', '-c', 'exec "$@" 2> >(exec true)', 'bash'],
    });
    await eventually('it serves', async () => (await box.says(23001)) === 'HELLO\n');
    for (let n = 0; n < 20; n += 1) expect(await box.says(23001)).toBe('HELLO\n');
    await daemon.signal('SIGHUP');
    await pause(200);
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });

  conforms('started without standard descriptors it gives its children theirs all the same', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${box.server('state')} s\n`, {
      mute: true,
      under: ['bash', '--norc', '-c', 'exec "$@" <&- >&- 2>&-', 'bash'],
    });
    await eventually('it serves', async () => (await box.says(23001)).startsWith('{'));
    const { fds } = await stateOf(box, 23001);
    expect(fds.map(({ fd, kind }) => `${fd} ${kind}`)).toEqual(['0 socket', '1 socket', '2 socket']);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });

  conforms(
    '2000 callers while entries come and go: each is served, and nothing is left behind',
    '',
    async () => {
      const stays = `${hello(23001)}23002 dgram udp4 wait root ${box.server('read1')} r\necho stream tcp4 nowait root internal\n`;
      const comes = Array.from({ length: 20 }, (_, index) => hello(24_000 + index)).join('');
      const daemon = await serve(box, stays, { options: ['-R', '0'] });
      const open = async () => (await box.shell(`ls /proc/${daemon.pid}/fd | wc -l`)).stdout;
      await box.says(23001);
      const before = await open();
      const callers = `import socket, threading
failed = []
def call(port, send, wanted):
    try:
        s = socket.create_connection(("127.0.0.1", port)); s.settimeout(10); s.sendall(send); s.shutdown(socket.SHUT_WR)
        got = s.makefile("rb").read(); s.close()
    except OSError as error: got = repr(error)
    if got != wanted: failed.append(got)
def caller():
    for n in range(125):
        call(23001, b"", b"HELLO\\n"); call(7, b"abc", b"abc")
threads = [threading.Thread(target=caller) for n in range(8)]
for each in threads: each.start()
for each in threads: each.join()
print(failed)`;
      const heard = box.shell('python3 -', { input: callers });
      for (let n = 0; n < 10; n += 1) {
        await daemon.reload(n % 2 === 0 ? stays + comes : stays);
        expect(await box.udp(23002, ['x'])).toHaveLength(1);
      }
      expect(await heard).toMatchObject({ stdout: '[]\n', stderr: '' });
      await daemon.reload(stays);
      await eventually('no child is left', async () => (await children(box, daemon.pid)).length === 0);
      expect(await open()).toBe(before);
    },
  );

  conforms('20 HUPs in a row keep the socket and lose no caller', '', async () => {
    const daemon = await serve(box, hello(23001));
    const inodes = async () => (await bound(box, 'tcp', 23001)).map(({ inode }) => inode);
    const before = await inodes();
    const heard: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      await daemon.signal('SIGHUP');
      heard.push(await box.says(23001));
    }
    expect(new Set(heard)).toEqual(new Set(['HELLO\n']));
    await daemon.reload();
    expect(await inodes()).toEqual(before);
  });

  conforms('USR1 tells a line for each service; USR2 and PIPE do nothing', '', async () => {
    const daemon = await serve(
      box,
      `${hello(23001)}23002 stream tcp4 nowait root ${box.server('sleep')} s\n`,
    );
    expect(await box.says(23001)).toBe('HELLO\n');
    const caller = await box.connect(23002);
    await caller.line();
    await daemon.signal('SIGUSR2');
    await daemon.signal('SIGPIPE');
    await daemon.signal('SIGUSR1');
    expect(await daemon.event('state', ({ service }) => service === '23002/tcp4')).toMatchObject({
      children: 1,
      served: 1,
    });
    expect(await daemon.told('state', 2)).toMatchObject([
      { service: '23001/tcp4', children: 0, served: 1 },
      {},
    ]);
  });

  conforms('-l tells the start and the end of each connection', '', async () => {
    const daemon = await serve(box, hello(23001), { options: ['-l'] });
    const caller = await box.connect(23001);
    expect(await caller.line()).toBe('HELLO\n');
    const started = await daemon.event('started');
    expect(started).toMatchObject({ service: '23001/tcp4', peer: `127.0.0.1:${caller.localPort}` });
    expect(await daemon.event('exited')).toMatchObject({
      pid: started.pid,
      status: 0,
      signal: null,
      wait: false,
    });
  });
});

asRoot('Without root', (box) => {
  const state = box.server('state');
  const nobody = { uid: 65_534, gid: 65_534 };

  conforms('entries of the caller are served, those of others refused at load', '', async () => {
    const daemon = await serve(
      box,
      `23001 stream tcp4 nowait nobody ${state} s\n23002 stream tcp4 nowait root ${state} s\n`,
      nobody,
    );
    expect(await stateOf(box, 23001)).toMatchObject({
      uid: [65_534, 65_534, 65_534],
      gid: [65_534, 65_534, 65_534],
    });
    expect(await box.says(23002)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('2 error');
  });

  conforms('with --as-caller they run as the caller', 'G', async () => {
    await serve(box, `23002 stream tcp4 nowait root ${state} s\n`, { ...nobody, options: ['--as-caller'] });
    expect(await stateOf(box, 23002)).toMatchObject({ uid: [65_534, 65_534, 65_534] });
  });

  conforms('a port that needs root is said, and the others are served', '', async () => {
    const daemon = await serve(
      box,
      `80 stream tcp4 nowait nobody ${state} s\n23001 stream tcp4 nowait nobody ${state} s\n`,
      nobody,
    );
    expect(await daemon.event('bind-failed')).toMatchObject({ code: 'EACCES', address: '0.0.0.0:80' });
    expect((await stateOf(box, 23001)).uid).toEqual([65_534, 65_534, 65_534]);
  });

  conforms(
    'with fewer descriptors than services it says so, and those that are bound serve',
    '',
    async () => {
      const lines = Array.from(
        { length: 200 },
        (_, index) => `${24_000 + index} stream tcp4 nowait nobody ${state} s\n`,
      );
      const daemon = await serve(box, lines.join(''), { ...nobody, under: ['prlimit', '--nofile=64:64'] });
      const [listening] = daemon.events('listening');
      expect(daemon.events('bind-failed').length).toBeGreaterThan(100);
      const port = Number(listening?.address.split(':')[1]);
      expect((await stateOf(box, port)).fds.map(({ fd }) => fd)).toEqual([0, 1, 2]);
      // What failed is tried again, and leaves nothing behind.
      const open = async () => (await box.shell(`ls /proc/${daemon.pid}/fd | wc -l`)).stdout;
      const before = await open();
      await daemon.signal('SIGALRM');
      await pause(300);
      expect(await open()).toBe(before);
    },
  );
});
