/** Callers who are passed on: redirect and INTERCEPT. */

import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { agreed, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { service } from './xinetd.ts';

asRoot('Callers of xinetd.conf services who are passed on', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const port = 23001;
  const target = port + 1;
  const redirect = `redirect = 127.0.0.1 ${target}`;
  const cat = service('target', target, 'server = /bin/cat');
  const hold = ['wait = yes', `server = ${box.server('hold')}`];
  const telling = { options: ['-l'] };

  both('xinetd case 151: what is said on an open connection comes back, and TRAFFIC counts it', async () => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_success = TRAFFIC'];
    await serve(box, service('a', port, redirect, ...words) + cat);
    const caller = await box.connect(port);
    const line = `${'x'.repeat(999)}\n`;
    for (let n = 0; n < 100; n += 1) {
      await caller.write(line);
      expect(await caller.line()).toBe(line);
    }
    await caller.close();
    await eventually('TRAFFIC', async () => (await box.read(log).catch(() => '')).includes('TRAFFIC'));
    expect(await box.read(log)).toMatch(/TRAFFIC: a in=100000\(bytes\) out=100000\(bytes\)\n/);
  });

  ours('xinetd case 152: superd delivers the answer to a caller who has said everything', async () => {
    await serve(box, service('a', port, redirect) + service('b', target, 'server = /usr/bin/sort'));
    expect(await box.says(port, { send: 'b\na\n' })).toBe('a\nb\n');
    const many = randomBytes(3_000_000);
    await serve(
      box,
      service('c', port + 2, `redirect = ::1 ${port + 3}`) + service('d', port + 3, 'server = /bin/cat'),
    );
    const { data, outcome } = await box.tcp(port + 2, { send: many, timeoutMs: 20_000 });
    expect({ same: data.equals(many), outcome }).toEqual({ same: true, outcome: 'end' });
  });

  both('xinetd case 153: a caller is closed where nobody answers', async () => {
    const daemon = await serve(box, service('a', port, redirect));
    expect(await box.says(port)).toBe('');
    await daemon.expectTold('unreached', {
      service: 'a',
      target: `127.0.0.1:${target}`,
      reason: 'Connection refused',
    });
  });

  ours('xinetd case 154: a server beside redirect is left alone', async () => {
    await serve(box, service('a', port, redirect, `server = ${box.server('hello')}`) + cat);
    expect(await box.says(port, { send: 'not hello' })).toBe('not hello');
  });

  both('xinetd case 155: redirect with wait = yes keeps its service from starting', async () => {
    const daemon = await serve(box, service('a', port, redirect, 'wait = yes') + cat);
    expect(await box.says(target, { send: 'x' })).toBe('x');
    expect(await box.says(port)).toBe('ECONNREFUSED');
    await daemon.expectTold('diagnostic', { severity: 'error' });
  });

  ours('xinetd case 155: TRAFFIC without redirect is nothing to superd but a note', async () => {
    const words = ['server = /bin/cat', 'log_on_success = TRAFFIC'];
    const daemon = await serve(box, service('a', port, ...words));
    expect(await box.says(port, { send: 'x' })).toBe('x');
    expect(daemon.events('diagnostic').map(({ severity }) => severity)).toEqual(['note']);
  });

  ours(
    'xinetd case 156: superd passes on inside itself, whoever user is: no process is started',
    async () => {
      const daemon = await serve(box, service('a', port, 'user = nobody', redirect) + cat, telling);
      expect(await box.says(port, { send: 'x' })).toBe('x');
      await daemon.expectTold('exited', { service: 'target' });
      await daemon.expectTold('started', { service: 'target' });
    },
  );

  ours('xinetd case 163: INTERCEPT checks each caller of a server that accepts by itself', async () => {
    const daemon = await serve(
      box,
      service('a', port, ...hold, 'flags = INTERCEPT', 'only_from = 127.0.0.1'),
      telling,
    );
    const first = await box.connect(port);
    await first.write('x\n');
    const pid = await first.line();
    expect(pid).toMatch(/^\d+/);
    expect(await box.says(port, { localAddress: '10.9.9.9' })).toMatch(/^(ECONNRESET)?$/);
    await daemon.expectTold('refused', { service: 'a', reason: 'address' });
    await first.close();
    expect(daemon.events('handed-over')).toHaveLength(1);
  });

  ours('xinetd case 163: superd checks each sender of an intercepted datagram service', async () => {
    const server = `server = ${box.server('hold-dgram')}`;
    const lines = ['socket_type = dgram', 'protocol = udp', 'wait = yes', 'flags = INTERCEPT', server];
    const daemon = await serve(box, service('a', port, ...lines, 'only_from = 127.0.0.1'));
    const first = await box.udp(port, ['x', 'y']);
    expect(first.map((answer) => answer.port)).toEqual([port, port]);
    expect(await box.udp(port, ['x'], { localAddress: '10.9.9.9', timeoutMs: 300 })).toEqual([]);
    await daemon.expectTold('refused', { service: 'a', reason: 'address' });
    // The server runs on: another sender is known to it by another socket.
    expect(await box.udp(port, ['z'])).toHaveLength(1);
  });

  ours('who was passed on before a reload stays, and leaves with the service', async () => {
    const daemon = await serve(box, service('a', port, redirect) + cat);
    const caller = await box.connect(port);
    const goesOn = async () => {
      await caller.write('x\n');
      expect(await caller.line()).toBe('x\n');
    };
    await goesOn();
    for (const cps of ['40 10', '41 10']) {
      await daemon.reload(service('a', port, redirect, `cps = ${cps}`) + cat);
      await goesOn();
    }
    await daemon.reload(cat);
    expect(await caller.rest()).toBe('');
  });

  ours('an intercepted server that runs is the only one until it ends, under the new rules', async () => {
    const flags = 'flags = INTERCEPT';
    const daemon = await serve(box, service('a', port, ...hold, flags, 'umask = 022'));
    const first = await box.connect(port);
    const pid = await first.line();
    await daemon.reload(service('a', port, ...hold, flags, 'umask = 077', 'only_from = 127.0.0.1'));
    expect(await box.says(port, { localAddress: '10.9.9.9' })).toMatch(/^(ECONNRESET)?$/);
    await daemon.expectTold('refused', { service: 'a', reason: 'address' });
    await first.write('x\n');
    expect(await first.rest()).toBe('');
    const second = await box.connect(port);
    expect(await second.line()).toBe(pid);
    expect((await box.shell(`grep Umask /proc/${Number(pid)}/status`)).stdout).toBe('Umask:\t0022\n');
    await second.write('q');
    expect(await second.rest()).toBe('');
    const third = await box.connect(port);
    const next = Number(await third.line());
    expect((await box.shell(`grep Umask /proc/${next}/status`)).stdout).toBe('Umask:\t0077\n');
    expect(next).not.toBe(Number(pid));
    await daemon.reload(cat);
    expect(await third.rest()).toBe('');
    await eventually('the end of the server', async () => !(await box.lives(next)));
  });

  ours('an intercepted datagram server is the only one until it ends, under the new rules', async () => {
    const server = `server = ${box.server('hold-dgram')}`;
    const lines = ['socket_type = dgram', 'protocol = udp', 'wait = yes', 'flags = INTERCEPT', server];
    const says = async (word: string, localAddress = '127.0.0.1') =>
      (await box.udp(port, [word], { localAddress, timeoutMs: 500 })).map(({ data }) => data.toString());
    const daemon = await serve(box, service('a', port, ...lines, 'umask = 022'));
    const [pid] = await says('x', '10.9.9.9');
    await daemon.reload(service('a', port, ...lines, 'umask = 077', 'only_from = 127.0.0.1'));
    expect(await says('x', '10.9.9.9')).toEqual([]);
    expect(await says('x')).toEqual([pid]);
    expect(await says('q')).toEqual([pid]);
    await eventually('its end', async () => !(await box.lives(Number(pid))));
    const [next] = await says('x');
    expect((await box.shell(`grep Umask /proc/${Number(next)}/status`)).stdout).toBe('Umask:\t0077\n');
  });

  ours('without INTERCEPT the server accepts by itself once the one before it has ended', async () => {
    const daemon = await serve(box, service('a', port, ...hold, 'flags = INTERCEPT'), telling);
    const first = await box.connect(port);
    const pid = await first.line();
    await daemon.reload(service('a', port, ...hold, 'flags = NOLIBWRAP'));
    await first.write('x\n');
    expect(await first.rest()).toBe('');
    const second = await box.connect(port);
    expect(await second.line()).toBe(pid);
    await second.write('q');
    expect(await second.rest()).toBe('');
    const third = await box.connect(port);
    expect(await third.line()).not.toBe(pid);
    await daemon.told('handed-over', 2);
    // It has the service's own socket: superd sees nothing of its callers.
    expect(daemon.events('builtin')).toHaveLength(2);
    await third.close();
  });

  ours('who is being asked about when the service goes is let go of', async () => {
    const log = ['log_type = SYSLOG daemon', 'log_on_success = USERID'];
    const silent = service('ident', 113, 'wait = yes', 'server = /bin/sleep', 'server_args = 60');
    const daemon = await serve(box, service('a', port, 'server = /bin/cat', ...log) + silent, telling);
    const caller = await box.connect(port);
    await daemon.event('handed-over', ({ service: name }) => name === 'ident');
    await daemon.reload(silent);
    expect(await caller.rest()).toBe('');
    expect(daemon.events('started')).toEqual([]);
  });

  ours('lets nobody else reach the private socket of an intercepted server', async () => {
    await serve(box, service('a', port, ...hold, 'flags = INTERCEPT IPv4', 'only_from = 127.0.0.1'));
    const first = await box.connect(port);
    await first.write('x\n');
    await first.line();
    const { stdout } = await box.shell("ss -Hnlt 'src 127.0.0.0/8' | awk '{ print $4 }'");
    const [host, own] = stdout.trim().split(':');
    expect(host).toMatch(/^127\.\d+\.\d+\.\d+$/);
    await expect(box.connect(Number(own), { host: String(host), timeoutMs: 500 })).rejects.toThrow();
    await first.close();
  });

  ours('starts the next server for callers who came while one ended', async () => {
    const acc1 = ['wait = yes', `server = ${box.server('acc1')}`, 'flags = INTERCEPT'];
    await serve(box, service('a', port, ...acc1));
    const pids = await Promise.all([1, 2, 3].map(() => box.says(port)));
    expect(new Set(pids).size).toBe(3);
    for (const pid of pids) expect(pid).toMatch(/^\d+\n$/);
  });
});
