/** Which services of an xinetd.conf are there: what callers find of blocks, lines, slips, ids and doubles. */

import { describe, expect } from '@jest/globals';
import { agreed, failToServe, serve } from './daemon.ts';
import { bound, eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { defaults, service } from './xinetd.ts';

asRoot('The services of an xinetd.conf', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const closed = 'ECONNREFUSED';
  const hello = 'hello\n';
  const strict = { options: ['--strict-xinetd'] };

  /** A service that says hello, or what its own lines make it say. */
  const echo = (id: string, port: number, ...lines: readonly string[]): string =>
    service(
      id,
      port,
      ...usual('server', '/bin/echo', lines),
      ...usual('server_args', 'hello', lines),
      ...lines,
    );
  const usual = (name: string, value: string, lines: readonly string[]) =>
    lines.some((line) => line.startsWith(`${name} =`)) ? [] : [`${name} = ${value}`];

  const [portA, portB] = [23001, 23002];
  const inA = (...lines: readonly string[]) => echo('a', portA, ...lines);
  const inB = (...lines: readonly string[]) => echo('b', portB, ...lines);
  const [a, b] = [inA(), inB()];

  /** What callers of these ports hear: `hears` holds an answer for each of `a` and `b`, on 127.0.0.1. */
  async function expectHeard(hears: readonly string[]): Promise<void> {
    const heard: string[] = [];
    for (const [at] of hears.entries()) heard.push(await box.says(portA + at));
    expect(heard).toEqual(hears);
  }

  // biome-ignore format: a table
  both.each([
    { number: 1, because: 'a service', text: a, hears: [hello] },
    { number: 2, because: 'a # within arguments', text: inA('server_args = one # two'), hears: ['one # two\n'] },
    { number: 3, because: 'indented comments and blank lines', text: inA('  # c', '', '  \t '), hears: [hello] },
    { number: 4, because: 'keywords in capitals', text: a.replace('service', 'SERVICE').replace('socket_type = stream', 'Socket_Type = STREAM').replace('wait = no', 'WAIT = No'), hears: [hello] },
    { number: 9, because: 'a value that touches its operator', text: inA('nice =5'), hears: [hello] },
    { number: 10, because: 'an attribute that nobody knows', text: inA('foo_bar = 7'), hears: [hello] },
    { number: 11, because: 'mdns', text: inA('mdns = yes'), hears: [hello] },
    { number: 12, because: 'a nice value that is none', text: inA('nice = abc') + b, hears: [closed, hello] },
    { number: 13, because: 'a second server', text: inA('server = /bin/echo', 'server = /bin/false'), hears: [hello] },
    { number: 14, because: 'an operator that is not for it', text: inA('instances += 3'), hears: [hello] },
    { number: 15, because: 'one value for cps', text: inA('cps = 5'), hears: [hello] },
    { number: 16, because: 'two nice values', text: inA('flags = NAMEINARGS', 'server = /usr/bin/nice', 'server_args = nice', 'nice = 1 2'), hears: ['0\n'] },
    { number: 17, because: 'a service without a name', text: `service\n{\n\tport = 1\n}\n${b}`, hears: [closed, hello] },
    { number: 18, because: 'the end inside an entry', text: a + b.replace('}\n', ''), hears: [hello, closed] },
    { number: 20, because: 'no value', text: inA('nice ='), hears: [hello] },
    { number: 21, because: 'no newline at the end', text: a.trimEnd(), hears: [hello] },
    { number: 22, because: 'quotes and backslashes', text: inA('server_args = "one two" \\'), hears: ['"one two" \\\n'] },
    { number: 25, because: 'a form feed before a name', text: inA('\fnice = 1'), hears: [hello] },
    { number: 26, because: 'a type that nobody knows', text: inA('type = UNLISTED FOO') + b, hears: [closed, hello] },
    { number: 27, because: 'a flag that nobody knows', text: inA('flags = BOGUS') + b, hears: [closed, hello] },
    { number: 28, because: 'flags in small letters', text: inA('flags = ipv4 nodelay'), hears: [hello] },
    { number: 29, because: 'an include inside an entry', text: inA('include /etc/x') + b, hears: [closed, hello] },
    { number: 31, because: 'a missing file', text: `include /nonexistent/x\n${a}`, hears: [hello] },
    { number: 35, because: 'a missing folder', text: `includedir /nonexistent/x\n${a}`, hears: [hello] },
    { number: 41, because: 'an attribute that is not for defaults', text: defaults('server = x') + a, hears: [hello] },
    { number: 46, because: 'garbage behind disable = yes', text: inA('disable = yes', 'nice = abc', 'rubbish = 1') + b, hears: [closed, hello] },
    { number: 48, because: 'enabled', text: defaults('enabled = b') + a + b + echo('c', 23003), hears: [closed, hello, closed] },
    { number: 49, because: 'enabled, disabled and disable', text: defaults('enabled = A b c', 'disabled = B') + a + b + echo('c', 23003, 'disable = yes'), hears: [hello, closed, closed] },
    { number: 52, because: 'one id at two ports', text: inA('id = z') + inB('id = z'), hears: [hello, hello] },
    { number: 54, because: 'one port and bind, two ids', text: inA('bind = 127.0.0.1') + echo('b', portA, 'bind = 127.0.0.1', 'server_args = b'), hears: [hello] },
    { number: 55, because: 'one port, bind and id', text: inA('bind = 127.0.0.1') + echo('a', portA, 'bind = 127.0.0.1', 'server_args = b'), hears: [hello] },
    { number: 62, because: 'another port than that of its name', text: echo('telnet', portA, 'type = SPECIAL') + b, hears: [closed, hello] },
    { number: 63, because: 'port 65536', text: inA('port = 65536') + b, hears: [closed, hello] },
    { number: 63, because: 'port -1', text: inA('port = -1') + b, hears: [closed, hello] },
    { number: 64, because: 'no user', text: a.replace(/\tuser.*\n/, '') + b, hears: [closed, hello] },
    { number: 64, because: 'no wait', text: a.replace(/\twait.*\n/, '') + b, hears: [closed, hello] },
    { number: 64, because: 'neither type nor protocol of a socket', text: a.replace(/\t(socket_type|protocol).*\n/g, '') + b, hears: [closed, hello] },
  ])('xinetd case $number: with $because callers hear $hears', async ({ text, hears }) => {
    await serve(box, text);
    await expectHeard(hears);
  });

  describe.each([
    { how: 'as it is meant', ways: ours, options: [] as readonly string[], column: 'meant' },
    { how: 'strictly', ways: both, options: strict.options, column: 'exact' },
  ] as const)('read $how', ({ ways, options, column }) => {
    // biome-ignore format: a table
    ways.each([
      { number: 5, because: 'CR LF', text: a.replaceAll('\n', '\r\n') + b, meant: [hello, hello], exact: [closed, hello] },
      { number: 6, because: 'a brace behind the name', text: a.replace(' a\n{', ' a {') + b, meant: [hello, hello], exact: [closed, hello] },
      { number: 7, because: 'a stray line', text: ` bogus line\n${a}${b}`, meant: [hello, hello], exact: [closed, hello] },
      { number: 8, because: 'an operator that touches its name', text: inA('nice=5') + b, meant: [hello, hello], exact: [closed, hello] },
      { number: 19, because: 'a bare name', text: inA('nice') + b + echo('c', 23003), meant: [closed, hello, hello], exact: [closed, closed, hello] },
      { number: 24, because: 'a line of 20,000 bytes', text: inA(`env = A=${'x'.repeat(20_000)}`) + b + echo('c', 23003), meant: [hello, hello, hello], exact: [closed, closed, hello] },
      { number: 40, because: 'a brace behind defaults', text: defaults('only_from = 10.0.0.0').replace('\n{', ' {') + a, meant: [''], exact: [hello] },
    ])(`xinetd case $number: with $because callers hear $${column}`, async ({ text, ...row }) => {
      await serve(box, text, { options });
      await expectHeard(row[column]);
    });

    ways('xinetd case 34: files of a folder in the order of bytes, defaults among them', async () => {
      const folder = box.fresh('.d');
      await box.shell(`mkdir ${folder}`);
      await box.write(`${folder}/B`, a);
      await box.write(`${folder}/a`, defaults('only_from = 10.0.0.0'));
      await box.write(`${folder}/c`, b);
      await serve(box, `includedir ${folder}\n`, { options });
      await expectHeard(column === 'meant' ? ['', ''] : [hello, '']);
    });
  });

  const slip = defaults('umask = 022', 'instances 3') + a + b;

  both(
    'xinetd case 45: read strictly, a slip at the end of defaults takes the next service with it',
    async () => {
      await serve(box, slip, strict);
      await expectHeard([closed, hello]);
    },
  );

  ours('xinetd case 45: superd does not start with a slip in defaults', async () => {
    const daemon = await failToServe(box, slip);
    expect((await daemon.ended()).status).toBe(1);
  });

  both('xinetd case 23: a line of 6,700 bytes', async () => {
    const script = await box.write(box.fresh('.sh'), '#!/bin/sh\nexpr length "$LONG"\n', 0o755);
    await serve(box, inA(`server = ${script}`, `env = LONG=${'x'.repeat(6_700)}`));
    await expectHeard(['6700\n']);
  });

  both('xinetd case 30: INCLUDE with a surplus word reads the file', async () => {
    const file = await box.write(box.fresh(), b);
    await serve(box, `${a}INCLUDE ${file} extra\n`);
    await expectHeard([hello, hello]);
  });

  ours('xinetd case 32: superd reads a file that includes itself once', async () => {
    const file = await box.write(box.fresh(), '');
    await box.write(file, `include ${file}\n${b}`);
    await serve(box, `${a}include ${file}\n`);
    await expectHeard([hello, hello]);
  });

  both('xinetd case 33: of a folder neither names with dots nor backups nor folders are read', async () => {
    const folder = box.fresh('.d');
    await box.shell(`mkdir -p ${folder}/sub`);
    const names = ['c', 'README', 'z-z_1,x', 'a.conf', 'b~', '.h', 'sub/x'];
    for (const [at, name] of names.entries())
      await box.write(`${folder}/${name}`, echo(`s${at}`, portA + at));
    await serve(box, `includedir ${folder}\n`);
    await expectHeard([hello, hello, hello, closed, closed, closed, closed]);
  });

  ours('xinetd case 36: superd finds what a relative include names after HUP too', async () => {
    const part = await box.write(box.fresh('.part'), a);
    const daemon = await serve(box, `include ${part.replace(/.*\//, '')}\n${b}`);
    await expectHeard([hello, hello]);
    await daemon.reload();
    await expectHeard([hello, hello]);
  });

  both('xinetd case 37: HUP with a relative main file loses nothing', async () => {
    const file = await box.write(box.fresh('.conf'), a);
    const [folder, name] = [file.replace(/\/[^/]*$/, ''), file.replace(/.*\//, '')];
    const daemon = await serve(box, '', { files: [name], cwd: folder });
    await expectHeard([hello]);
    await daemon.reload();
    await expectHeard([hello]);
  });

  both('xinetd case 38: of two defaults in one file the first counts', async () => {
    await serve(box, defaults('only_from = 127.0.0.1') + defaults('no_access = 127.0.0.1') + a, strict);
    await expectHeard([hello]);
  });

  both('xinetd case 39: the defaults of another file add to lists, and keep what is set', async () => {
    const file = await box.write(box.fresh(), defaults('only_from = 127.0.0.3', 'umask = 077'));
    const script = await box.write(box.fresh('.sh'), '#!/bin/bash\numask\n', 0o755);
    await serve(
      box,
      `${defaults('only_from = 127.0.0.2', 'umask = 007')}include ${file}\n${inA(`server = ${script}`)}`,
    );
    const from = (localAddress: string) => box.says(portA, { localAddress });
    expect([await from('127.0.0.1'), await from('127.0.0.2'), await from('127.0.0.3')]).toEqual([
      '',
      '0007\n',
      '0007\n',
    ]);
  });

  ours.each([
    { number: 42, lines: ['instances = abc'], options: [] },
    { number: 43, lines: ['log_type = FILE /one', 'log_type = FILE /two'], options: strict.options },
  ])(
    'xinetd case $number: with $lines in defaults superd does not start, and its status says so',
    async ({ lines, options }) => {
      const daemon = await failToServe(box, defaults(...lines) + a, { options });
      expect((await daemon.ended()).status).toBe(1);
      expect(daemon.events('diagnostic')).toContainEqual(expect.objectContaining({ severity: 'error' }));
    },
  );

  both('xinetd case 44: of two log_type the first counts', async () => {
    const [first, second] = [box.fresh('.log'), box.fresh('.log')];
    await serve(box, inA(`log_type = FILE ${first}`, `log_type = FILE ${second}`, 'log_on_success = HOST'));
    await expectHeard([hello]);
    await eventually('its line', async () => (await box.read(first).catch(() => '')).includes('START: a'));
    expect(await box.read(second).catch(() => '')).toBe('');
  });

  ours.each([
    { number: 47, text: inA('no_access = ,', 'disable = no') + b },
    { number: 51, text: defaults('enabled = a b') + inA('no_access = ,') + b },
  ])(
    'xinetd case $number: superd starts no service whose restriction is broken, whatever follows',
    async ({ text }) => {
      await serve(box, text);
      await expectHeard([closed, hello]);
    },
  );

  ours('xinetd case 50: enabled without a name is nobody', async () => {
    const daemon = await serve(box, defaults('enabled =') + a + b);
    expect(daemon.events('ready')).toMatchObject([{ services: 0 }]);
    await expectHeard([closed, closed]);
  });

  both('xinetd case 53: of two services at one port the first is there', async () => {
    await serve(box, a + echo('b', portA, 'server_args = b'));
    expect([await box.says(portA), await box.says(portA)]).toEqual([hello, hello]);
  });

  both('xinetd case 56: one port at two addresses', async () => {
    await serve(box, inA('bind = 127.0.0.1') + echo('b', portA, 'bind = 127.0.0.2', 'server_args = b'));
    expect([await box.says(portA), await box.says(portA, { host: '127.0.0.2' })]).toEqual([hello, 'b\n']);
  });

  both('xinetd case 57: behind one address of a port there is no place for all of them', async () => {
    await serve(box, inA('bind = 127.0.0.1') + echo('b', portA, 'server_args = b'));
    expect([await box.says(portA), await box.says(portA, { host: '127.0.0.2' })]).toEqual([hello, closed]);
  });

  const datagrams = ['socket_type = dgram', 'protocol = udp', 'wait = yes'];

  both('xinetd case 58: one port over tcp and udp', async () => {
    await serve(box, a + echo('b', portA, ...datagrams, `server = ${box.server('read1')}`));
    expect(await box.says(portA)).toBe(hello);
    expect((await box.udp(portA, ['x'])).map(({ data }) => String(data))).toEqual([
      expect.stringMatching(/^\d+ x/),
    ]);
  });

  ours('xinetd case 59: superd serves one of two at one datagram port, and names both', async () => {
    const server = `server = ${box.server('read1')}`;
    const daemon = await serve(
      box,
      echo('a', portA, ...datagrams, server) + echo('b', portA, ...datagrams, server),
    );
    expect(await bound(box, 'udp', portA)).toHaveLength(1);
    expect(daemon.events('diagnostic').map(({ severity }) => severity)).toEqual(['error']);
  });

  both('xinetd case 60: an alias of /etc/services has a port', async () => {
    await serve(box, echo('www', 80, 'type = SPECIAL').replace('\tport = 80\n', ''));
    expect(await box.says(80)).toBe(hello);
  });

  both('xinetd case 61: a name in capitals is another one', async () => {
    await serve(box, echo('WWW', 80, 'type = SPECIAL').replace('\tport = 80\n', '') + a);
    expect([await box.says(80), await box.says(portA)]).toEqual([closed, hello]);
  });

  both('xinetd case 65: an internal service needs neither user nor socket_type', async () => {
    await serve(box, 'service echo\n{\n\ttype = INTERNAL\n\tprotocol = tcp\n\twait = no\n}\n');
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
  });
});
