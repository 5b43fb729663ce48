/** Reload and signals: what is kept, what changes, how the daemon ends. */

import { expect } from '@jest/globals';
import { conforms, failToServe, serve } from './daemon.ts';
import { bound, eventually, pause } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Reload and signals', (box) => {
  const nowait = (program: string, port = 23001) =>
    `${port} stream tcp4 nowait root ${box.server(program)} x\n`;
  const wait = (program: string) => `23001 stream tcp4 wait root ${box.server(program)} x\n`;

  async function inode(port = 23001): Promise<readonly number[]> {
    return (await bound(box, 'tcp', port)).map((socket) => socket.inode);
  }

  conforms('case 164: HUP with nothing changed keeps every socket', 'DG', async () => {
    const daemon = await serve(box, nowait('hello'));
    const before = await inode();
    await daemon.reload();
    expect(await inode()).toEqual(before);
    expect(await box.says(23001)).toBe('HELLO\n');
    if (daemon.tells)
      expect(daemon.events('reloaded')).toMatchObject([{ added: 0, removed: 0, changed: 0, kept: 1 }]);
  });

  conforms('case 165: a changed program serves the next caller on the same socket', 'DG', async () => {
    const daemon = await serve(box, nowait('hello'));
    const before = await inode();
    await daemon.reload(nowait('hello2'));
    expect(await box.says(23001)).toBe('HELLO2\n');
    expect(await inode()).toEqual(before);
    if (daemon.tells)
      expect(daemon.events('reloaded')).toMatchObject([{ added: 0, removed: 0, changed: 1, kept: 0 }]);
  });

  conforms('case 166: a removed entry is refused, and its running child goes on', 'DG', async () => {
    const daemon = await serve(box, `${nowait('sleep')}${nowait('hello', 23002)}`);
    const caller = await box.connect(23001);
    const pid = Number(await caller.line());
    await daemon.reload(nowait('hello', 23002));
    expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    expect(await box.lives(pid)).toBe(true);
    expect(await caller.rest(100)).toBeNull();
  });

  conforms('case 167: HUP while a wait server runs starts no second one', 'DG', async () => {
    const daemon = await serve(box, wait('hold'));
    const caller = await box.connect(23001);
    const pid = await caller.line();
    await daemon.reload();
    const second = await box.connect(23001);
    await caller.close();
    expect(await second.line()).toBe(pid);
  });

  conforms('case 168: wait may become nowait', 'G', async () => {
    const daemon = await serve(box, wait('acc1'));
    expect(await box.says(23001)).toMatch(/^\d+\n$/);
    const before = await inode();
    await daemon.reload(nowait('hello'));
    expect([await box.says(23001), await box.says(23001)]).toEqual(['HELLO\n', 'HELLO\n']);
    expect(await inode()).toEqual(before);
  });

  conforms('case 168: while its server runs it becomes so when that ends', '', async () => {
    const daemon = await serve(box, wait('hold'));
    const caller = await box.connect(23001);
    const pid = await caller.line();
    await daemon.reload(nowait('hello'));
    const second = await box.connect(23001);
    await caller.close();
    expect(await second.line()).toBe(pid);
    await second.write('q');
    await eventually('nowait', async () => (await box.says(23001, { timeoutMs: 500 })) === 'HELLO\n');
  });

  conforms('case 169: nowait may become wait', '', async () => {
    const daemon = await serve(box, nowait('hello'));
    expect(await box.says(23001)).toBe('HELLO\n');
    await daemon.reload(wait('acc1'));
    expect([await box.says(23001), await box.says(23001)]).toEqual([
      expect.stringMatching(/^\d+\n$/),
      expect.stringMatching(/^\d+\n$/),
    ]);
  });

  conforms('case 170: *:PORT may become ADDRESS:PORT, and back, at once', '', async () => {
    const daemon = await serve(box, nowait('hello'));
    await daemon.reload(`10.9.9.9:${nowait('hello2')}`);
    expect(await box.says(23001, { host: '10.9.9.9' })).toBe('HELLO2\n');
    expect(await box.says(23001)).toBe('ECONNREFUSED');
    await daemon.reload(nowait('hello'));
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(daemon.events('bind-failed')).toEqual([]);
  });

  conforms('case 171: a changed counter holds', '', async () => {
    const limited = (n: number) => nowait('hello').replace('nowait', `nowait.${n}`);
    const daemon = await serve(box, limited(100));
    expect(await box.says(23001)).toBe('HELLO\n');
    await daemon.reload(limited(3));
    const heard: string[] = [];
    for (let n = 0; n < 4; n += 1) heard.push(await box.says(23001));
    // Whether the window began anew is left open; the fourth start is over the limit either way.
    expect(heard.slice(0, 2)).toEqual(['HELLO\n', 'HELLO\n']);
    expect(heard[3]).not.toBe('HELLO\n');
  });

  conforms('case 172: with the file missing the old set serves on, with a message', 'G', async () => {
    const daemon = await serve(box, nowait('hello'));
    const before = await inode();
    await box.shell(`mv ${daemon.file} ${daemon.file}.away`);
    await daemon.reload();
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await inode()).toEqual(before);
    if (daemon.tells) expect(await daemon.told('reload-failed', 1)).toHaveLength(1);
    await box.shell(`mv ${daemon.file}.away ${daemon.file}`);
    await daemon.reload(nowait('hello2'));
    expect(await box.says(23001)).toBe('HELLO2\n');
  });

  conforms('case 173: HUP keeps the sockets of two files', '', async () => {
    const first = await box.write(box.fresh('.conf'), nowait('hello'));
    const second = await box.write(box.fresh('.conf'), nowait('hello', 23002));
    const daemon = await serve(box, '', { files: [first, second] });
    const before = [await inode(), await inode(23002)];
    await daemon.reload();
    expect([await inode(), await inode(23002)]).toEqual(before);
  });

  conforms(
    'an entry that comes back while its old wait server runs waits for the end of that',
    '',
    async () => {
      const daemon = await serve(box, wait('hold'));
      const caller = await box.connect(23001);
      const pid = await caller.line();
      await daemon.reload('');
      await daemon.reload(wait('hold'));
      await daemon.event('bind-failed');
      await caller.write('q');
      await daemon.event(
        'listening',
        ({ address }) => address.endsWith(':23001') && daemon.events('listening').length > 1,
      );
      const next = await box.connect(23001);
      expect(await next.line()).not.toBe(pid);
    },
  );

  conforms('one change among 1000 services leaves the sockets of the others open', '', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => nowait('hello', 24_000 + index));
    const daemon = await serve(box, lines.join(''));
    const inodes = async () => (await box.shell("ss -Hnlte | grep -o 'ino:[0-9]*' | sort")).stdout;
    const before = await inodes();
    await daemon.reload(lines.join('').replace('hello', 'hello2'));
    expect(await inodes()).toBe(before);
    expect([await box.says(24_000), await box.says(24_999)]).toEqual(['HELLO2\n', 'HELLO\n']);
    expect(daemon.events('reloaded')).toMatchObject([{ added: 0, removed: 0, changed: 1, kept: 999 }]);
  });

  const broken = (line: string) => line.replace('nowait', 'nowiat');

  conforms('case 174: an entry that has become bad keeps its last good form, and says so', '', async () => {
    const daemon = await serve(box, `${nowait('hello')}${nowait('hello', 23002)}`);
    const before = await inode();
    await daemon.reload(`${broken(nowait('hello2'))}${nowait('hello2', 23002)}`);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['HELLO\n', 'HELLO2\n']);
    expect(await inode()).toEqual(before);
    expect(daemon.events('diagnostic')).toMatchObject([{ severity: 'error', line: 1 }]);
  });

  conforms('case 174: in debian it is gone, and the rest is kept', 'DG', async () => {
    const daemon = await serve(box, `${nowait('hello')}${nowait('hello', 23002)}`, {
      options: ['--dialect=debian'],
    });
    const before = await inode(23002);
    await daemon.reload(`23001 stream tcp4 nowait root\n${nowait('hello', 23002)}`);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    expect(await inode(23002)).toEqual(before);
  });

  conforms('case 175: TERM ends the daemon with 0 and no pid file, and its child lives on', '', async () => {
    const file = box.fresh('.pid');
    const daemon = await serve(box, nowait('sleep'), { options: ['-p', file] });
    expect(Number(await box.read(file))).toBe(daemon.pid);
    const caller = await box.connect(23001);
    const pid = Number(await caller.line());
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
    expect((await box.shell(`test -e ${file}`)).status).toBe(1);
    expect(await box.lives(pid)).toBe(true);
    await caller.write('x');
    expect(await caller.rest()).toBe('');
  });

  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    conforms(`case 175: so does ${signal}`, '', async () => {
      const file = box.fresh('.pid');
      const daemon = await serve(box, nowait('hello'), { options: ['-p', file] });
      await daemon.signal(signal);
      expect(await daemon.ended()).toEqual({ status: 0, signal: null });
      expect((await box.shell(`test -e ${file}`)).status).toBe(1);
    });
  }

  conforms('case 176: a second start with the same pid file changes nothing', '', async () => {
    const file = box.fresh('.pid');
    const first = await serve(box, nowait('hello'), { options: ['-p', file] });
    const second = await failToServe(box, nowait('hello2', 23002), { options: ['-p', file] });
    expect((await second.ended()).status).toBeGreaterThan(0);
    second.expectSaid(String(first.pid));
    expect(Number(await box.read(file))).toBe(first.pid);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['HELLO\n', 'ECONNREFUSED']);
  });

  conforms(
    'case 177: NOTIFY_SOCKET is told of the start, each reload, the watchdog and the end',
    'D',
    async () => {
      const socket = box.fresh('.notify');
      const told = box.fresh('.told');
      const listener = `import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("${socket}")
while True:
    text = s.recv(4096).decode()
    open("${told}", "a").write(text.rstrip("\\n") + "\\n")`;
      await box.write(`${socket}.py`, listener);
      await box.shell(
        `touch ${told}; python3 ${socket}.py >/dev/null 2>&1 </dev/null & until [ -S ${socket} ]; do sleep 0.02; done`,
      );
      const heard = async () =>
        (await box.read(told)).split('\n').map((line) => line.split('=').slice(0, 2).join('='));
      const daemon = await serve(box, nowait('hello'), {
        env: { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' },
      });
      await eventually('READY=1', async () => (await heard()).includes('READY=1'));
      await eventually(
        'WATCHDOG=1 twice',
        async () => (await heard()).filter((line) => line === 'WATCHDOG=1').length > 1,
      );
      const before = (await heard()).length;
      await daemon.reload();
      await eventually('RELOADING=1', async () => (await heard()).slice(before - 1).includes('RELOADING=1'));
      await eventually('READY=1', async () => (await heard()).slice(before - 1).includes('READY=1'));
      if (daemon.tells) expect(await box.read(told)).toMatch(/RELOADING=1\nMONOTONIC_USEC=\d+/);
      await daemon.stop();
      await eventually('STOPPING=1', async () => (await heard()).includes('STOPPING=1'));
    },
  );

  conforms('case 178: a file replaced by rename is read at HUP', 'DG', async () => {
    const daemon = await serve(box, nowait('hello'));
    await box.write(`${daemon.file}.new`, nowait('hello2'));
    await box.shell(`mv ${daemon.file}.new ${daemon.file}`);
    await daemon.reload();
    expect(await box.says(23001)).toBe('HELLO2\n');
  });

  conforms('case 178: a file that is away for a moment is waited for', '', async () => {
    const daemon = await serve(box, nowait('hello'));
    await box.write(`${daemon.file}.new`, nowait('hello2'));
    await box.shell(`rm ${daemon.file}`);
    await daemon.signal('SIGHUP');
    await pause(200);
    await box.shell(`mv ${daemon.file}.new ${daemon.file}`);
    await daemon.event('reloaded');
    expect(await box.says(23001)).toBe('HELLO2\n');
  });
});
