/** What xinetd answers itself: echo and its kin, tcpmux, the views of the daemon, the state dump. */

import path from 'node:path';
import { expect } from '@jest/globals';
import { agreed, type Daemon, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot, root } from './sandbox.ts';

asRoot('Built-in services of xinetd.conf', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const block = (name: string, ...attributes: readonly string[]) =>
    `service ${name}\n{\n${attributes.map((line) => `\t${line}\n`).join('')}}\n`;

  /** An internal service over `stream` or `dgram` at a port. */
  const internal = (name: string, type: 'stream' | 'dgram', port: number, ...more: readonly string[]) =>
    block(
      name,
      `id = ${name}-${type}-${port}`,
      'type = INTERNAL UNLISTED',
      `socket_type = ${type}`,
      `protocol = ${type === 'stream' ? 'tcp' : 'udp'}`,
      `port = ${port}`,
      ...more,
    );

  /** A service that runs a program. */
  const program = (name: string, port: number | null, server: string, ...more: readonly string[]) =>
    block(
      name,
      ...(port === null ? [] : ['type = UNLISTED', `port = ${port}`]),
      'socket_type = stream',
      'protocol = tcp',
      'wait = no',
      `server = ${server}`,
      ...(more.some((line) => line.startsWith('user')) ? more : ['user = root', ...more]),
    );

  const nowait = ['wait = no', 'user = root'];
  const local = [...nowait, 'bind = 127.0.0.1'];
  const DAYTIME = /^\d\d [A-Z]{3} \d{4} \d\d:\d\d:\d\d UTC\r\n$/;

  ours('the log has an EXIT line for those that last, without a process', async () => {
    const log = box.fresh('.log');
    const words = [`log_type = FILE ${log}`, 'log_on_success = PID EXIT DURATION'];
    const names = ['echo', 'discard', 'daytime'];
    await serve(
      box,
      names.map((name, at) => internal(name, 'stream', 7001 + at, ...nowait, ...words)).join(''),
    );
    for (const at of names.keys()) await box.tcp(7001 + at, { send: 'x' });
    await eventually('the last line', async () => (await box.read(log)).includes('START: daytime'));
    const lines = (await box.read(log)).trimEnd().split('\n');
    const ends = ['echo-stream-7001', 'discard-stream-7002'].map((id) => [
      `START: ${id} pid=0`,
      `EXIT: ${id} status=0 pid=0 duration=0(sec)`,
    ]);
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      ...ends.flat(),
      'START: daytime-stream-7003 pid=0',
    ]);
  });

  both('xinetd case 147: echo, discard, time, daytime and chargen over tcp', async () => {
    const names = ['echo', 'discard', 'time', 'daytime', 'chargen'];
    const text = names.map((name, at) => internal(name, 'stream', 7001 + at, ...nowait)).join('');
    await serve(box, text, { env: { PATH: '/bin', TZ: 'UTC' } });
    expect(await box.says(7001, { send: 'abc' })).toBe('abc');
    expect(await box.tcp(7002, { send: 'abc' })).toEqual({ data: Buffer.alloc(0), outcome: 'end' });
    const { data } = await box.tcp(7003);
    expect(Math.abs(data.readUInt32BE() - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(10);
    expect(await box.says(7004)).toMatch(DAYTIME);
    const chargen = await box.connect(7005);
    let heard = '';
    while (heard.length < 74 * 97) heard += await chargen.line();
    await chargen.close();
    const lines = Array.from({ length: 97 }, (_, k) => heard.slice(74 * k, 74 * (k + 1)));
    expect(lines[0]).toMatch(/^!"#.*gh\r\n$/);
    expect([lines[92]?.slice(0, 3), lines[93], lines[94]]).toEqual(['}!"', lines[0], lines[1]]);
    expect([lines[95], lines[96]]).toEqual([lines[0], lines[1]]);
  });

  both('xinetd case 148: daytime and chargen over udp', async () => {
    const wait = ['wait = yes', 'user = root', 'only_from = 127.0.0.1'];
    await serve(
      box,
      internal('daytime', 'dgram', 7001, ...wait) + internal('chargen', 'dgram', 7002, ...wait),
      {
        env: { PATH: '/bin', TZ: 'UTC' },
      },
    );
    const [daytime, ...none] = await box.udp(7001, ['?']);
    expect([daytime?.data.toString(), none]).toEqual([expect.stringMatching(DAYTIME), []]);
    for (const begin of ['!"#$', '/012', '=>?@']) {
      const [page] = await box.udp(7002, ['?']);
      expect([page?.data.length, page?.data.toString('latin1', 0, 4)]).toEqual([1024, begin]);
    }
  });

  ours('xinetd case 148: superd answers each datagram of a burst', async () => {
    const wait = ['wait = yes', 'user = root', 'only_from = 127.0.0.1'];
    await serve(box, internal('daytime', 'dgram', 7001, ...wait));
    expect(await box.udp(7001, ['?', '?', '?'])).toHaveLength(3);
  });

  both('xinetd case 149: time and daytime with wait = yes', async () => {
    const wait = ['wait = yes', 'user = root'];
    await serve(
      box,
      internal('time', 'stream', 7001, ...wait) + internal('daytime', 'stream', 7002, ...wait),
      {
        env: { PATH: '/bin', TZ: 'UTC' },
      },
    );
    for (let round = 0; round < 2; round++) {
      expect((await box.tcp(7001)).data.length).toBe(4);
      expect(await box.says(7002)).toMatch(DAYTIME);
    }
  });

  ours('xinetd case 150: servers, services and xadmin show the daemon to this machine', async () => {
    const text = [
      program('held', 7000, '/bin/cat'),
      internal('services', 'stream', 7001, ...local),
      internal('servers', 'stream', 7002, ...local),
      internal('xadmin', 'stream', 7003, ...local),
    ].join('');
    const daemon = await serve(box, text, { options: ['-l'] });
    expect(await box.says(7001)).toBe(
      'held tcp 7000\nservices tcp 7001\nservers tcp 7002\nxadmin tcp 7003\n',
    );
    expect(await box.says(7002)).toBe('');
    const caller = await box.connect(7000);
    await daemon.event('started');
    const [{ pid } = { pid: 0 }] = daemon.events('started');
    expect((await box.says(7002)).replace(/(?<=start_time = ).*/, 'TIME')).toBe(
      [
        'held server',
        `pid = ${pid}`,
        'start_time = TIME',
        'Connection info:',
        '\tservice = held',
        '\tdescriptor = -1',
        '\tflags = 3',
        `\tremote_address = ::ffff:127.0.0.1,${caller.localPort}`,
        'log_remote_user = NO',
        'writes_to_log = NO',
        '\n',
      ].join('\n'),
    );
    const shell = await box.says(7003, { send: 'show avail\nshow run\nbye\n', halfClose: false });
    expect(shell).toMatch(/^> Available services:\n(?:.*\n)*held {7}7000 {3}0\.0\.0\.0 {10}0 {5}\n/);
    expect(shell).toContain(`\npid = ${pid}\n`);
    expect(shell).toMatch(/\n> bye bye\n$/);
    await caller.close();
    await eventually('its server is gone', async () => (await box.says(7002)) === '');
  });

  ours('xadmin, servers and services are shown to nobody elsewhere', async () => {
    const text = ['services', 'servers']
      .map((name, at) => internal(name, 'stream', 7001 + at, ...nowait))
      .join('');
    await serve(box, text);
    for (const port of [7001, 7002]) {
      expect((await box.tcp(port, { host: '10.9.9.9' })).data.length).toBe(0);
      expect((await box.tcp(port, { host: '127.0.0.1', localAddress: '10.9.9.9' })).data.length).toBe(0);
    }
    expect(await box.says(7001)).toContain('services tcp 7001\n');
  });

  const mux = [
    internal('tcpmux', 'stream', 1, ...nowait),
    block(
      'mp',
      'type = TCPMUXPLUS UNLISTED',
      ...['socket_type = stream', 'protocol = tcp', 'wait = no', 'user = root'],
      `server = ${box.server('echo1')}`,
    ),
    block(
      'plain',
      'type = TCPMUX UNLISTED',
      ...['socket_type = stream', 'protocol = tcp', 'wait = no', 'user = nobody'],
      ...['server = /usr/bin/id', 'server_args = -un'],
    ),
    block(
      'closed',
      'type = TCPMUXPLUS UNLISTED',
      ...['socket_type = stream', 'protocol = tcp', 'wait = no', 'user = root'],
      ...[`server = ${box.server('hello')}`, 'only_from = 10.1.1.1'],
    ),
    program('own', 7009, box.server('hello')),
  ].join('');

  ours('xinetd case 157: a PLUS service is answered +Go in any letter case, without a NUL', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'mp\r\n' })).toBe('+Go\r\n');
    expect(await box.says(1, { send: 'MP\r\nabc' })).toBe('+Go\r\nabc');
  });

  both('xinetd case 158: a plain one answers alone, as its user', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'plain\r\n', halfClose: false })).toBe('nobody\n');
  });

  ours(
    'xinetd case 159: unknown names and services of other kinds are not found; help lists the names',
    async () => {
      await serve(box, mux);
      for (const send of ['nothing\r\n', 'own\r\n', 'tcpmux\r\n']) {
        expect(await box.says(1, { send, halfClose: false })).toBe('-Service name not found\r\n');
      }
      expect(await box.says(1, { send: 'HELP\r\n', halfClose: false })).toBe('closed\r\nmp\r\nplain\r\n');
      expect(await box.says(7009)).toBe('HELLO\n');
    },
  );

  ours(
    'xinetd case 160: a line feed alone is no end; a line in two parts, or with data behind it, is one',
    async () => {
      await serve(box, mux);
      expect(await box.says(1, { send: 'mp\n', halfClose: false })).toBe('');
      const parts = await box.connect(1);
      await parts.write('m');
      await parts.write('p\r\n');
      expect(await parts.line()).toBe('+Go\r\n');
      expect(await box.says(1, { send: 'mp\r\nextra' })).toBe('+Go\r\nextra');
    },
  );

  both('xinetd case 161: who may not call a service is closed without a word', async () => {
    const daemon = await serve(box, mux, { options: ['-l'] });
    expect(await box.says(1, { send: 'closed\r\n', halfClose: false })).toBe('');
    await box.says(1, { send: 'plain\r\n', halfClose: false });
    // The one that is served is told of; it came later.
    await daemon.expectTold('started', { service: 'plain' });
  });

  ours('the limits of a service hold for callers through tcpmux too', async () => {
    const held = block(
      'held',
      'type = TCPMUXPLUS UNLISTED',
      ...['socket_type = stream', 'protocol = tcp', 'wait = no', 'user = root', 'instances = 1'],
      'server = /bin/cat',
    );
    await serve(box, mux + held);
    const first = await box.connect(1);
    await first.write('held\r\n');
    expect(await first.line()).toBe('+Go\r\n');
    await first.write('still here\n');
    expect(await first.line()).toBe('still here\n');
    expect(await box.says(1, { send: 'held\r\n', halfClose: false })).toBe('');
  });

  ours('xinetd case 162: without UNLISTED it is no service', async () => {
    const daemon: Daemon = await serve(box, mux.replaceAll('TCPMUXPLUS UNLISTED', 'TCPMUXPLUS'));
    expect(daemon.events('diagnostic').filter(({ severity }) => severity === 'error')).not.toEqual([]);
    expect(await box.says(1, { send: 'mp\r\n', halfClose: false })).toBe('-Service name not found\r\n');
    expect(await box.says(1, { send: 'plain\r\n', halfClose: false })).toBe('nobody\n');
  });

  ours('xinetd case 185: two signals USR1 put two dumps into the file, one behind the other', async () => {
    await box.write('/etc/xinetd.conf', program('held', 7000, '/bin/cat'));
    const run = path.join(root, 'bin/xinetd.js');
    const { status, stdout } = await box.shell(`
      ${process.execPath} ${run} -dontfork -pidfile /run/xinetd.pid </dev/null &
      daemon=$!
      until exec 3<>/dev/tcp/127.0.0.1/7000; do sleep 0.1; done 2>/dev/null
      echo hello >&3; read answer <&3
      for count in 1 2; do
        kill -USR1 $daemon
        until [ "$(grep -c '^END OF DUMP$' /run/xinetd.dump)" = $count ]; do sleep 0.1; done 2>/dev/null
      done
      kill -TERM $daemon; wait $daemon
      cat /run/xinetd.dump`);
    expect(status).toBe(0);
    const dumps = stdout.split(/(?<=^END OF DUMP\n\n)/m);
    expect(dumps).toHaveLength(2);
    for (const dump of dumps) {
      expect(dump).toMatch(/^INTERNAL STATE DUMP: superd /);
      expect(dump).toMatch(
        /^Service = held\n\tState = Active\n\tService configuration: held\n\t\tid = held\n/m,
      );
      expect(dump).toMatch(
        /^\trunning servers = 1\n\tretry servers = 0\n\tattempts = 0\n\tservice fd = \d+\n$/m,
      );
      expect(dump).toMatch(/^held server\npid = \d+\n(.*\n){5}\tremote_address = ::ffff:127\.0\.0\.1,\d+\n/m);
      expect(dump).toMatch(/^config_file = \/etc\/xinetd\.conf$/m);
    }
  });
});
