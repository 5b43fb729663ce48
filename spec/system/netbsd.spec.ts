/** NetBSD's key=value entries, .include and limits, as served. */

import { expect } from '@jest/globals';
import { conforms, type Daemon, serve } from './daemon.ts';
import { asRoot } from './sandbox.ts';

asRoot('NetBSD entries of inetd.conf', (box) => {
  const hello = box.server('hello');
  const positional = (port: number) => `${port} stream tcp4 nowait root ${hello} h\n`;
  const keyed = (port: number, ...more: readonly string[]) =>
    `${port} on ${['protocol = tcp4', 'wait = no', 'user = root', `exec = ${hello}`, 'args = h', ...more].join(', ')};\n`;

  conforms('case 106: a built-in service takes its family from the default host', '', async () => {
    await serve(box, '127.0.0.1:\ndaytime on protocol = tcp, user = root;\n');
    expect(await box.says(13)).toHaveLength(26);
    expect(await box.says(13, { host: '10.9.9.9' })).toBe('ECONNREFUSED');
  });

  conforms('case 107: without one tcp is ambiguous, and the file goes on', '', async () => {
    const daemon = await serve(box, `daytime on protocol = tcp, user = root;\n${positional(23002)}`);
    expect([await box.says(13), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 108: an off entry is checked and not served', '', async () => {
    const daemon = await serve(
      box,
      `23001 off protocol=tcp4, wait=no, user=root, exec=${hello};\n23003 off protocol=tcp4, wait=no, user=root, exec=${hello}, color=red;\n${positional(23002)}`,
    );
    expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    daemon.expectDiagnosed('2 error');
  });

  conforms('case 109: values are quoted, escaped, and end at a #', '', async () => {
    await serve(
      box,
      `23001 on protocol=tcp4, wait=no, user=root, exec=${box.server('args')},\nargs = a 'b c' "d\\x41" e#c\n;\n`,
    );
    expect(await box.says(23001)).toBe('[a][b c][dA][e]\n');
  });

  for (const { title, entry } of [
    { title: 'case 110: an unknown key costs its entry', entry: keyed(23001, 'color = red') },
    {
      title: 'case 111: a missing user costs its entry',
      entry: `23001 on protocol = tcp4, wait = no, exec = ${hello}, args = h;\n`,
    },
    { title: 'case 112: a user twice costs its entry', entry: keyed(23001, 'user = nobody') },
  ]) {
    conforms(title, '', async () => {
      const daemon = await serve(box, `${entry}${keyed(23002)}`);
      expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
      daemon.expectDiagnosed('1 error');
    });
  }

  conforms('case 113: an unclosed quote ends its file, and no other', '', async () => {
    const broken = `${positional(23001)}23003 on protocol = tcp4, user = 'root\n, wait = no, exec = ${hello};\n${positional(23004)}`;
    const first = await box.write(box.fresh('.conf'), broken);
    const second = await box.write(box.fresh('.conf'), positional(23002));
    await serve(box, '', { files: [first, second] });
    expect(await Promise.all([23001, 23002, 23003, 23004].map((port) => box.says(port)))).toEqual([
      'HELLO\n',
      'HELLO\n',
      'ECONNREFUSED',
      'ECONNREFUSED',
    ]);
  });

  conforms('case 114: two definitions and a positional entry on one line are three', '', async () => {
    await serve(box, `${keyed(23001).trim()} ${keyed(23002).trim()} ${positional(23003)}`);
    expect(await Promise.all([23001, 23002, 23003].map((port) => box.says(port)))).toEqual([
      'HELLO\n',
      'HELLO\n',
      'HELLO\n',
    ]);
  });

  conforms('case 115: included files inherit the default host and do not pass on theirs', '', async () => {
    await box.shell('rm -rf /run/spec/conf.d; mkdir /run/spec/conf.d');
    await box.write('/run/spec/conf.d/a.conf', `${positional(23001)}*:\n${positional(23002)}`);
    await box.write('/run/spec/conf.d/b.conf', positional(23003));
    await box.write('/run/spec/conf.d/c.txt', positional(23004));
    await serve(box, `127.0.0.1:\n.include conf.d/*.conf\n${positional(23005)}`);
    const heard = async (host: string) =>
      (await Promise.all([23001, 23002, 23003, 23004, 23005].map((port) => box.says(port, { host })))).map(
        (text) => text === 'HELLO\n',
      );
    expect(await heard('127.0.0.1')).toEqual([true, true, true, false, true]);
    expect(await heard('10.9.9.9')).toEqual([false, true, false, false, false]);
  });

  conforms('case 116: a file that includes itself is a warning', '', async () => {
    const file = box.fresh('.conf');
    await box.write(file, `.include ${file}\n${positional(23001)}`);
    const daemon = await serve(box, '', { files: [file] });
    expect(await box.says(23001)).toBe('HELLO\n');
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 117: a pattern that matches nothing is fine', '', async () => {
    const daemon = await serve(box, `.include nothing-*\n${positional(23001)}`);
    expect(await box.says(23001)).toBe('HELLO\n');
    daemon.expectDiagnosed();
  });

  conforms('case 118: an entry under an IPsec policy runs, with one warning', 'DG', async () => {
    const daemon = await serve(box, `#@ ipsec ah/require\n${positional(23001)}${positional(23002)}`);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['HELLO\n', 'HELLO\n']);
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 118: with --strict it is not started', '', async () => {
    await serve(box, `${positional(23002)}#@ ipsec ah/require\n${positional(23001)}`, {
      options: ['--strict'],
    });
    expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
  });

  /** A service with limits, on 23001. */
  function limited(kind: 'udp wait' | 'tcp wait' | 'tcp nowait', limits: string): Promise<Daemon> {
    const [protocol, wait] = kind.split(' ');
    const program = { 'udp wait': 'read1', 'tcp wait': 'acc1', 'tcp nowait': 'hello' }[kind];
    return serve(
      box,
      `23001 on protocol = ${protocol}4, wait = ${wait === 'wait' ? 'yes' : 'no'}, user = root,
         exec = ${box.server(program)}, args = x, ${limits};\n`,
    );
  }

  /** How many of so many callers in a row are served. */
  async function served(calls: number, localAddress = '127.0.0.1'): Promise<number> {
    let count = 0;
    for (let n = 0; n < calls; n += 1) {
      if (/^(HELLO|\d+)\n$/.test(await box.says(23001, { localAddress, timeoutMs: 400 }))) count += 1;
    }
    return count;
  }

  /** How many of so many datagrams in a row are answered. */
  async function answered(calls: number, localAddress = '127.0.0.1'): Promise<number> {
    let count = 0;
    for (let n = 0; n < calls; n += 1) {
      count += (await box.udp(23001, ['x'], { localAddress, timeoutMs: 400 })).length;
    }
    return count;
  }

  conforms(
    'case 119: ip_max = 3, service_max = 5 answer 3 datagrams of one address, and 5 in all',
    '',
    async () => {
      await limited('udp wait', 'ip_max = 3, service_max = 5');
      expect(await answered(4)).toBe(3);
      expect(await answered(3, '10.9.9.9')).toBe(2);
    },
  );

  conforms('case 120: ip_max = 0 answers no datagram', '', async () => {
    await limited('udp wait', 'ip_max = 0');
    expect(await answered(2)).toBe(0);
  });

  conforms('case 121: service_max = 2 answers two datagrams', '', async () => {
    await limited('udp wait', 'service_max = 2');
    expect(await answered(3)).toBe(2);
  });

  conforms('case 121: service_max = 0 answers none', '', async () => {
    await limited('udp wait', 'service_max = 0');
    expect(await answered(1)).toBe(0);
  });

  conforms('case 122: service_max = 2 starts a wait server twice', '', async () => {
    await limited('tcp wait', 'service_max = 2');
    expect(await served(3)).toBe(2);
  });

  conforms('case 122: service_max = 0 never starts it', '', async () => {
    await limited('tcp wait', 'service_max = 0');
    expect(await served(1)).toBe(0);
  });

  conforms('case 123: ip_max = 3 closes the fourth connection of an address', '', async () => {
    await limited('tcp nowait', 'service_max = 5, ip_max = 3');
    expect(await served(4)).toBe(3);
    expect(await served(1, '10.9.9.9')).toBe(1);
  });

  for (const { title, limits, count } of [
    { title: 'case 124: ip_max = 0 serves no connection', limits: 'ip_max = 0', count: 0 },
    { title: 'case 124: service_max = 2 serves two connections', limits: 'service_max = 2', count: 2 },
    { title: 'case 124: service_max = 0 serves no connection', limits: 'service_max = 0', count: 0 },
  ]) {
    conforms(title, '', async () => {
      await limited('tcp nowait', limits);
      expect(await served(3)).toBe(count);
    });
  }

  conforms('case 125: after its limits were met, TERM ends the daemon with 0', '', async () => {
    const daemon = await limited('tcp nowait', 'service_max = 2');
    await served(3);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });
});
