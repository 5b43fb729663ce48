/** Unix sockets of inetd.conf: their files, who may connect, what is in the way. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Unix sockets of inetd.conf', (box) => {
  const hello = `${box.server('hello')} h`;

  /** Owner, group, mode and kind of a file, as `root root 666 socket`. */
  async function fileOf(path: string): Promise<string> {
    return (await box.shell(`stat -c '%U %G %a %F' ${path}`)).stdout.trim();
  }

  async function exists(path: string): Promise<boolean> {
    return (await box.shell(`test -e ${path}`)).status === 0;
  }

  conforms('case 85: a socket has mode 0666 and its callers are served', 'D', async () => {
    const path = box.fresh('.sock');
    await serve(box, `${path} stream unix nowait root ${hello}\n`);
    expect(await fileOf(path)).toBe('root root 666 socket');
    expect(await box.says(0, { path })).toBe('HELLO\n');
  });

  conforms('case 86: :OWNER:GROUP:MODE: sets owner and mode', '', async () => {
    const path = box.fresh('.sock');
    await serve(box, `:nobody:daemon:0660:${path} stream unix nowait root ${hello}\n`);
    expect(await fileOf(path)).toBe('nobody daemon 660 socket');
    expect(await box.says(0, { path })).toBe('HELLO\n');
  });

  conforms('case 87: a stale socket is replaced', 'D', async () => {
    const path = box.fresh('.sock');
    await box.shell(`python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("${path}")'`);
    expect(await fileOf(path)).toContain('socket');
    await serve(box, `${path} stream unix nowait root ${hello}\n`);
    expect(await box.says(0, { path })).toBe('HELLO\n');
  });

  conforms('case 88: a regular file in the way is kept, said, and tried again', '', async () => {
    const path = await box.write(box.fresh('.sock'), 'precious');
    const daemon = await serve(box, `${path} stream unix nowait root ${hello}\n`);
    await daemon.event('bind-failed');
    expect(await box.read(path)).toBe('precious');
    daemon.expectSaid(path);
    await box.shell(`rm ${path}`);
    await daemon.signal('SIGALRM');
    await daemon.event('listening');
    expect(await box.says(0, { path })).toBe('HELLO\n');
  });

  conforms('case 88: a socket that answers is not stale and is kept', '', async () => {
    const path = box.fresh('.sock');
    await box.shell(
      `python3 -c 'import socket,time; s=socket.socket(socket.AF_UNIX); s.bind("${path}"); s.listen(); time.sleep(60)' >/dev/null 2>&1 </dev/null &
       until [ -S ${path} ]; do sleep 0.02; done; sleep 0.1`,
    );
    const daemon = await serve(box, `${path} stream unix nowait root ${hello}\n`);
    await daemon.event('bind-failed');
    expect((await box.shell(`ss -Hxl src ${path} | wc -l`)).stdout).toBe('1\n');
  });

  conforms('case 89: a path of 120 bytes is an error of its line', 'D', async () => {
    const path = `/run/spec/${'x'.repeat(110)}`;
    const daemon = await serve(
      box,
      `${path} stream unix nowait root ${hello}\n23002 stream tcp4 nowait root ${hello}\n`,
    );
    expect(await box.says(23002)).toBe('HELLO\n');
    expect(await exists(path)).toBe(false);
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 90: TERM takes the file away', 'D', async () => {
    const path = box.fresh('.sock');
    const daemon = await serve(box, `${path} stream unix nowait root ${hello}\n`);
    expect(await exists(path)).toBe(true);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
    expect(await exists(path)).toBe(false);
  });

  conforms('case 91: so does a reload without the entry', 'D', async () => {
    const path = box.fresh('.sock');
    const other = box.fresh('.sock');
    const kept = `${other} stream unix nowait root ${hello}\n`;
    const daemon = await serve(box, `${path} stream unix nowait root ${hello}\n${kept}`);
    await daemon.reload(kept);
    expect([await exists(path), await exists(other)]).toEqual([false, true]);
  });

  conforms('case 92: a dgram socket with wait is served', 'D', async () => {
    const path = box.fresh('.sock');
    const mine = box.fresh('.sock');
    await serve(box, `${path} dgram unix wait root ${box.server('read1')} r\n`);
    const client = `import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("${mine}"); s.settimeout(5)
for word in (b"one", b"two"): s.sendto(word, "${path}"); print(s.recv(99).decode().split()[1])`;
    expect((await box.shell('python3 -', { input: client })).stdout).toBe('one\ntwo\n');
  });

  conforms('case 93: a host prefix is left aside with a notice', 'D', async () => {
    const path = box.fresh('.sock');
    const daemon = await serve(box, `127.0.0.1:${path} stream unix nowait root ${hello}\n`);
    expect(await box.says(0, { path })).toBe('HELLO\n');
    daemon.expectDiagnosed('1 note');
  });

  conforms('case 93: a reload keeps the file of a kept socket', 'D', async () => {
    const path = box.fresh('.sock');
    const daemon = await serve(box, `127.0.0.1:${path} stream unix nowait root ${hello}\n`);
    const inode = async () => (await box.shell(`stat -c %i ${path}`)).stdout;
    const before = await inode();
    await daemon.reload();
    expect(await inode()).toBe(before);
    await eventually('it serves on', async () => (await box.says(0, { path })) === 'HELLO\n');
  });
});
