/** bin/inetd.js: becoming a daemon, its pid file, its name and the system log. */

import path from 'node:path';
import { expect } from '@jest/globals';
import { conforms, daemonise } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot, root } from './sandbox.ts';

asRoot('Called as inetd', (box) => {
  const hello = (port: number) => `${port} stream tcp4 nowait root ${box.server('hello')} h\n`;
  const inetd = `${process.execPath} ${path.join(root, 'bin/inetd.js')}`;

  conforms('it leaves a daemon behind that serves when the first process ends', '', async () => {
    const pid = await daemonise(box, hello(23001));
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await box.read(`/proc/${pid}/comm`)).toBe('inetd\n');
    const { stdout } = await box.shell(
      `ps -o pid=,ppid=,sid=,tty= ${pid}; readlink /proc/${pid}/cwd /proc/${pid}/fd/{0,1,2}`,
    );
    expect(stdout.trim().split(/\s+/)).toEqual([
      ...[String(pid), '1', String(pid), '?'],
      ...['/', '/dev/null', '/dev/null', '/dev/null'],
    ]);
    await box.kill(pid, 'SIGTERM');
    await eventually('it is gone', async () => !(await box.lives(pid)));
    expect((await box.shell('test -e /run/inetd.pid')).status).toBe(1);
  });

  conforms('a second start finds the locked pid file, says so and changes nothing', '', async () => {
    const pid = await daemonise(box, hello(23001));
    const second = await box.shell(`${inetd} </dev/null`);
    expect(second.status).toBeGreaterThan(0);
    expect(second.stderr).toContain(String(pid));
    expect(Number(await box.read('/run/inetd.pid'))).toBe(pid);
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms('a pid file that a killed daemon left behind is no obstacle', '', async () => {
    const pid = await daemonise(box, hello(23001));
    await box.kill(pid, 'SIGKILL');
    await eventually('it is gone', async () => !(await box.lives(pid)));
    expect((await box.shell(`${inetd} </dev/null`)).status).toBe(0);
    expect(Number(await box.read('/run/inetd.pid'))).not.toBe(pid);
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms('without a configuration the first process says so and ends with 1', '', async () => {
    const { status, stderr } = await box.shell(`rm -f /etc/inetd.conf; ${inetd} </dev/null`);
    expect(status).toBe(1);
    expect(stderr).toContain('/etc/inetd.conf');
    expect((await box.shell('test -e /run/inetd.pid')).status).toBe(1);
  });

  conforms('the log of the daemon goes to /dev/log, in the words that log watchers know', '', async () => {
    const log = box.fresh('.log');
    const syslog = await box.write(
      box.fresh('.py'),
      `import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("/dev/log")
while True: open("${log}", "ab").write(s.recv(65536) + b"\\n")`,
    );
    // A socket cannot be made in the /dev of the machine: the sandbox gets one of its own, over it.
    await box.shell(`mkdir /run/spec/dev /run/spec/devwork
mount -t overlay -o lowerdir=/dev,upperdir=/run/spec/dev,workdir=/run/spec/devwork overlay /dev
touch ${log}; python3 ${syslog} >/dev/null 2>&1 </dev/null & until [ -S /dev/log ]; do sleep 0.02; done`);
    const pid = await daemonise(
      box,
      `nosuchsvc stream tcp4 nowait root /x x\n23002 stream tcp4 nowait root /nonexistent/x x\n`,
    );
    await box.tcp(23002);
    const lines = async () => (await box.read(log)).split('\n');
    // Facility daemon (3), levels err (3): <27>.
    const shape = new RegExp(
      `^<27>\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d inetd\\[${pid}\\]: .*unknown service`,
    );
    await eventually('the unknown service', async () => (await lines()).some((line) => shape.test(line)));
    await eventually('the missing program', async () =>
      (await lines()).some((line) => line.includes('execv /nonexistent/x')),
    );
  });
});
