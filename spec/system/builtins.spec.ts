/** The built-in services on the wire. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { load } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Built-in services', (box) => {
  const builtin = (name: string) =>
    `${name} stream tcp4 nowait root internal\n${name} dgram udp4 wait root internal\n`;
  /** Debian's inetd answers no datagram of 127/8, so the callers come from elsewhere. */
  const elsewhere = { host: '10.9.9.9', localAddress: '10.9.9.9' };

  conforms('case 179: echo gives back what it gets, until the end', 'DG', async () => {
    await serve(box, builtin('echo'));
    expect(await box.tcp(7, { send: 'abc' })).toEqual({ data: Buffer.from('abc'), outcome: 'end' });
  });

  conforms('case 179: echo gives back megabytes to a slow reader, byte for byte', 'DG', async () => {
    await serve(box, builtin('echo'));
    const same = `head -c 8000000 /dev/urandom > /run/spec/in; nc -N 127.0.0.1 7 < /run/spec/in | (sleep 0.3; cat) | cmp - /run/spec/in`;
    expect(await box.shell(same)).toMatchObject({ status: 0, stdout: '' });
  });

  conforms('case 180: echo gives back 9000 bytes in one datagram', '', async () => {
    await serve(box, builtin('echo'));
    const sent = Buffer.alloc(9_000, 'echo');
    expect((await box.udp(7, [sent], elsewhere))[0]?.data.equals(sent)).toBe(true);
  });

  conforms('case 181: echo gives back an empty datagram', 'DG', async () => {
    await serve(box, builtin('echo'));
    expect((await box.udp(7, [''], elsewhere)).map(({ data }) => data.length)).toEqual([0]);
  });

  conforms('case 182: discard says nothing and ends when the caller does', 'DG', async () => {
    await serve(box, builtin('discard'));
    expect(await box.tcp(9, { send: 'abc' })).toEqual({ data: Buffer.alloc(0), outcome: 'end' });
    expect(await box.udp(9, ['abc'], { ...elsewhere, timeoutMs: 200, expect: 1 })).toEqual([]);
  });

  conforms('case 183: daytime is English, in the zone of the daemon, 26 bytes', 'DG', async () => {
    await serve(box, builtin('daytime'), {
      env: { PATH: '/usr/bin:/bin', TZ: 'JST-9', LC_ALL: 'fr_FR.UTF-8' },
    });
    const said = await box.says(13);
    expect(said).toMatch(/^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) \w{3} [ 123]\d \d\d:\d\d:\d\d \d{4}\r\n$/);
    const ahead = Date.parse(`${said.trim()} UTC`) - 9 * 3_600_000 - Date.now();
    expect(Math.abs(ahead)).toBeLessThan(5_000);
    const [answer] = await box.udp(13, ['?'], elsewhere);
    expect(String(answer?.data).slice(0, 13)).toBe(said.slice(0, 13));
    expect(answer?.data).toHaveLength(26);
  });

  /** Line k of chargen (RFC 864). */
  const line = (k: number) =>
    `${Array.from({ length: 72 }, (_, column) => String.fromCharCode(32 + ((k + column) % 95))).join('')}\r\n`;

  conforms(
    'case 184: chargen is lines of 72 characters, each shifted by one, repeating after 95',
    'DG',
    async () => {
      await serve(box, builtin('chargen'));
      const connection = await box.connect(19);
      let heard = '';
      while (heard.length < 74 * 100) heard += await connection.line();
      await connection.close();
      const lines = Array.from({ length: 100 }, (_, k) => heard.slice(74 * k, 74 * (k + 1)));
      expect(lines).toEqual(Array.from({ length: 100 }, (_, k) => line(k)));
      expect(lines[95]).toBe(lines[0]);
    },
  );

  conforms(
    'case 185: a datagram to chargen is answered with one line, the next with the next',
    'DG',
    async () => {
      await serve(box, builtin('chargen'));
      const heard = [...(await box.udp(19, ['a'], elsewhere)), ...(await box.udp(19, ['b'], elsewhere))];
      expect(heard.map(({ data }) => data.toString('latin1'))).toEqual([line(0), line(1)]);
    },
  );

  conforms('case 186: time is four bytes, counted from 1900', 'D', async () => {
    await serve(box, builtin('time'));
    const { data } = await box.tcp(37);
    const [answer] = await box.udp(37, ['?'], elsewhere);
    for (const bytes of [data, answer?.data ?? Buffer.alloc(0)]) {
      expect(bytes).toHaveLength(4);
      expect(Math.abs(bytes.readUInt32BE() - 2_208_988_800 - Date.now() / 1000)).toBeLessThan(5);
    }
  });

  conforms('case 187: a datagram from port 19 is not answered', '', async () => {
    await serve(box, builtin('echo'));
    expect(await box.udp(7, ['loop'], { ...elsewhere, localPort: 19, timeoutMs: 300 })).toEqual([]);
    expect(await box.udp(7, ['fine'], elsewhere)).toHaveLength(1);
  });

  conforms('case 187: nor one from any port below 1024, unless that is allowed', '', async () => {
    const daemon = await serve(box, builtin('echo'));
    expect(await box.udp(7, ['low'], { ...elsewhere, localPort: 1023, timeoutMs: 300 })).toEqual([]);
    await daemon.stop();
    await serve(box, builtin('echo'), { options: ['--udp-reply-low-ports'] });
    expect(await box.udp(7, ['low'], { ...elsewhere, localPort: 1023 })).toHaveLength(1);
  });

  conforms('case 188: a datagram from 127.0.0.1 is answered', 'G', async () => {
    await serve(box, builtin('echo'));
    expect(await box.udp(7, ['local'])).toHaveLength(1);
  });

  conforms('case 188: in debian it is not', 'D', async () => {
    await serve(box, builtin('echo'), { options: ['--dialect=debian'] });
    expect(await box.udp(7, ['local'], { timeoutMs: 300 })).toEqual([]);
    expect(await box.udp(7, ['fine'], elsewhere)).toHaveLength(1);
  });

  conforms('case 189: the answer comes from the address that was asked', '', async () => {
    await serve(box, builtin('echo'));
    const answers = await box.udp(7, ['who'], { host: '10.9.9.9', localAddress: '127.0.0.1' });
    expect(answers.map(({ address, port }) => `${address}:${port}`)).toEqual(['10.9.9.9:7']);
  });

  conforms('callers who never read cost the daemon no memory and the others no time', '', async () => {
    const daemon = await serve(box, builtin('echo') + builtin('chargen'));
    const size = async () => Number(/VmRSS:\s+(\d+)/.exec(await box.read(`/proc/${daemon.pid}/status`))?.[1]);
    const before = await size();
    // 20 callers of echo send as long as anything is taken, 20 of chargen just stay; nobody reads.
    const greedy = await box.write(
      box.fresh('.py'),
      `import socket, time
held = [socket.create_connection(("127.0.0.1", port)) for port in (7, 19) for n in range(20)]
for s in held[:20]:
    s.settimeout(0.2)
    try:
        while True: s.send(b"x" * 65536)
    except TimeoutError: pass
print("full", flush=True); time.sleep(60)`,
    );
    await box.shell(
      `python3 ${greedy} > ${greedy}.out 2>&1 </dev/null & until grep -q full ${greedy}.out; do sleep 0.05; done`,
    );
    expect((await size()) - before).toBeLessThan(16_384);
    expect(await load(box, daemon.pid)).toBeLessThan(0.1);
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
  });

  const auth = (args: string) => `auth stream tcp4 nowait root internal auth ${args}\n`;

  conforms('case 190: auth without options hides every user', '', async () => {
    await serve(box, auth(''));
    expect(await box.says(113, { send: '6191 , 23\r\n', halfClose: false })).toBe(
      '6191 , 23 : ERROR : HIDDEN-USER\r\n',
    );
  });

  conforms(
    'case 191: auth answers a malformed request, and none in time, with INVALID-PORT',
    '',
    async () => {
      await serve(box, auth('-t 1'));
      const invalid = '0 , 0 : ERROR : INVALID-PORT\r\n';
      expect(await box.says(113, { send: 'abc\r\n', halfClose: false })).toBe(invalid);
      expect(await box.says(113, { halfClose: false })).toBe(invalid);
    },
  );

  conforms('case 192: auth -r -n names the owner of a connection, unless ~/.noident exists', '', async () => {
    await box.shell(
      'mkdir /run/spec/home; chown 4711 /run/spec/home; echo ident:x:4711:4711::/run/spec/home:/bin/sh >> /etc/passwd',
    );
    await serve(box, `${builtin('echo')}${auth('-r -n')}`);
    // A process of that user keeps a connection to echo and asks about it.
    const ask = `import socket
echo = socket.create_connection(("127.0.0.1", 7)); ident = socket.create_connection(("127.0.0.1", 113))
ident.sendall(b"%d , 7\\r\\n" % echo.getsockname()[1]); print(ident.makefile().readline().split(" : ", 1)[1].strip())`;
    const asked = async () => {
      const { stdout, stderr } = await box.shell('setpriv --reuid=4711 --clear-groups python3 -', {
        input: ask,
      });
      return stdout + stderr;
    };
    expect(await asked()).toMatch(/^USERID : \S+ : ident\n$/);
    await box.shell('touch /run/spec/home/.noident');
    expect(await asked()).toBe('ERROR : HIDDEN-USER\n');
  });
});
