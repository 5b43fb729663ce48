/** superd as process 1 of a container, and with sockets that somebody else has bound (sd_listen_fds(3)). */

import { expect } from '@jest/globals';
import { conforms, type Daemon, serve } from './daemon.ts';
import { bound, children, eventually, type State } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Process 1', (box) => {
  /** Started in a process namespace of its own; gives its pid as we see it. */
  async function serveAsInit(
    text: string,
    ...options: readonly string[]
  ): Promise<{ daemon: Daemon; pid: number }> {
    const daemon = await serve(box, text, {
      under: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
      options,
    });
    const [pid] = await children(box, daemon.pid);
    expect(await box.read(`/proc/${pid}/status`)).toMatch(/^NSpid:\s+\d+\s+1$/m);
    return { daemon, pid: Number(pid) };
  }

  conforms('TERM ends the groups of its children, then itself, with 0', '', async () => {
    const script = await box.write(
      box.fresh('.py'),
      `#!/usr/bin/python3
import os, signal, sys
name = "grandchild" if os.fork() == 0 else "child"
def end(number, frame): os.write(1, f"{name} got TERM\\n".encode()); os._exit(0)
signal.signal(signal.SIGTERM, end)
os.write(1, f"{name} runs\\n".encode())
while True: signal.pause()`,
      0o755,
    );
    const { daemon, pid } = await serveAsInit(`23001 stream tcp4 nowait root ${script} s\n`);
    const caller = await box.connect(23001);
    let running = '';
    while (running.split('\n').length <= 2) running += await caller.line();
    await box.kill(pid, 'SIGTERM');
    const ended = String(await caller.rest()).split('\n');
    expect([...ended].sort()).toEqual(['', 'child got TERM', 'grandchild got TERM']);
    expect(await daemon.ended()).toEqual({ status: 0, signal: null });
  });

  conforms(
    'one that does not end is killed after --stop-timeout; nobody is accepted meanwhile',
    '',
    async () => {
      const { daemon, pid } = await serveAsInit(
        `23001 stream tcp4 nowait root ${box.server('stubborn')} s\n`,
        '--stop-timeout=1',
      );
      const caller = await box.connect(23001);
      expect(await caller.line()).toMatch(/^\d+\n$/);
      const [child = 0] = await children(box, pid);
      await box.kill(pid, 'SIGTERM');
      await daemon.event('stopping');
      await eventually('it is refused', async () => (await box.says(23001)) === 'ECONNREFUSED');
      expect(await box.lives(child)).toBe(true);
      expect(await daemon.ended()).toEqual({ status: 0, signal: null });
      expect(await box.lives(child)).toBe(false);
    },
  );

  conforms('INT does the same, and nothing waits where there is no child', '', async () => {
    const { daemon, pid } = await serveAsInit('daytime stream tcp4 nowait root internal\n');
    await box.kill(pid, 'SIGINT');
    expect(await daemon.ended(2_000)).toEqual({ status: 0, signal: null });
  });

  conforms('orphans are reaped without a word', '', async () => {
    const { daemon, pid } = await serveAsInit(`23001 stream tcp4 nowait root ${box.server('orphan')} o\n`);
    const before = daemon.output.length;
    for (let n = 0; n < 5; n += 1) expect(await box.says(23001)).toBe('LEFT\n');
    await eventually('nobody is left', async () => (await children(box, pid)).length === 0);
    expect(daemon.output.slice(before)).toEqual([]);
  });

  conforms('with no service left it stays', '', async () => {
    const { daemon, pid } = await serveAsInit('daytime stream tcp4 nowait root internal\n');
    await daemon.rewrite('');
    await box.kill(pid, 'SIGHUP');
    await daemon.event('reloaded');
    expect(await box.says(13)).toBe('ECONNREFUSED');
    expect(await box.lives(pid)).toBe(true);
    await box.kill(pid, 'SIGTERM');
    expect(await daemon.ended()).toEqual({ status: 0, signal: null });
  });
});

asRoot('Sockets that were bound before', (box) => {
  /** Binds sockets, then becomes the program in the words that follow, with them from descriptor 3 on. */
  async function launcher(sockets: readonly string[]): Promise<readonly string[]> {
    const script = `import os, socket, sys
def bound(kind, host, port):
    s = socket.socket(socket.AF_INET, kind); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    if kind == socket.SOCK_STREAM: s.listen()
    return s
sockets = [bound(*each) for each in [${sockets.join(', ')}]]
for at, each in enumerate(sockets): os.dup2(each.fileno(), 100 + at)
for at in range(len(sockets)): os.dup2(100 + at, 3 + at, inheritable=True)
os.closerange(3 + len(sockets), 200)
os.environ.update(LISTEN_FDS=str(len(sockets)), LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="a:b")
os.execvp(sys.argv[1], sys.argv[1:])`;
    return ['/usr/bin/python3', await box.write(box.fresh('.py'), script)];
  }

  conforms('are mentioned where no entry has their address', '', async () => {
    const under = await launcher(['(socket.SOCK_STREAM, "127.0.0.1", 23009)']);
    const daemon = await serve(box, `23003 stream tcp4 nowait root ${box.server('hello')} h\n`, {
      under,
      env: { PATH: '/usr/bin:/bin' },
    });
    const { message } = await daemon.event('message');
    expect(message).toMatch(/^1 of the sockets passed by LISTEN_FDS match no entry/);
    expect(await box.says(23003)).toBe('HELLO\n');
  });

  conforms(
    'are taken over where an entry has their address, with the callers that wait in them',
    '',
    async () => {
      const under = await launcher([
        '(socket.SOCK_STREAM, "0.0.0.0", 23001)',
        '(socket.SOCK_DGRAM, "127.0.0.1", 23002)',
      ]);
      // This caller connects before superd runs.
      const caller = (async () => {
        await eventually('somebody listens', async () => (await bound(box, 'tcp', 23001)).length > 0);
        return box.says(23001);
      })();
      const daemon = await serve(
        box,
        `23001 stream tcp4 nowait root ${box.server('state')} s
127.0.0.1:23002 dgram udp4 wait root ${box.server('read1')} r
23003 stream tcp4 nowait root ${box.server('hello')} h\n`,
        { under, env: { PATH: '/usr/bin:/bin' } },
      );
      const state = JSON.parse(await caller) as State;
      expect(state.env.filter((variable) => variable.startsWith('LISTEN_'))).toEqual([]);
      expect(state.fds.map(({ fd }) => fd)).toEqual([0, 1, 2]);
      expect((await box.udp(23002, ['x']))[0]?.data.toString()).toMatch(/^\d+ x$/);
      expect(await box.says(23003)).toBe('HELLO\n');
      expect(
        [await bound(box, 'tcp', 23001), await bound(box, 'udp', 23002)].map(({ length }) => length),
      ).toEqual([1, 1]);
      expect(daemon.events('bind-failed')).toEqual([]);
      const before = (await bound(box, 'tcp', 23001)).map(({ inode }) => inode);
      await daemon.reload();
      expect((await bound(box, 'tcp', 23001)).map(({ inode }) => inode)).toEqual(before);
    },
  );

  conforms('are left alone where none has it, and no child sees them', '', async () => {
    const under = await launcher(['(socket.SOCK_STREAM, "127.0.0.1", 23009)']);
    await serve(box, `23001 stream tcp4 nowait root ${box.server('state')} s\n`, { under });
    const { fds } = JSON.parse(await box.says(23001)) as State;
    expect(fds.map(({ fd }) => fd)).toEqual([0, 1, 2]);
  });
});
