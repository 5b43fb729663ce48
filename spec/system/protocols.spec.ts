/** Socket types and protocol words, as served: families, buffers, limits of children in the socket type. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { bound, eventually, stateOf } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Protocols and socket types of inetd.conf', (box) => {
  const hello = `nowait root ${box.server('hello')} h`;
  const state = `nowait root ${box.server('state')} s`;

  /** What v4 and v6 callers of a port hear. */
  async function heard(port = 23001): Promise<readonly string[]> {
    return [await box.says(port), await box.says(port, { host: '::1' })];
  }

  conforms('case 45: tcp is a v4 and a v6 socket', 'D', async () => {
    await serve(box, `23001 stream tcp ${hello}\n`);
    expect(await heard()).toEqual(['HELLO\n', 'HELLO\n']);
    expect((await bound(box, 'tcp', 23001)).map(({ address }) => address).sort()).toEqual([
      '0.0.0.0:23001',
      '[::]:23001',
    ]);
  });

  for (const dialect of ['netbsd', 'freebsd', 'gnu', 'busybox', 'bsd']) {
    conforms(`case 45: tcp is v4 only in ${dialect}`, 'G', async () => {
      await serve(box, `23001 stream tcp ${hello}\n`, { options: [`--dialect=${dialect}`] });
      expect(await heard()).toEqual(['HELLO\n', 'ECONNREFUSED']);
    });
  }

  conforms('case 46: tcp with a v4 address is that address, without a word', 'D', async () => {
    const daemon = await serve(box, `127.0.0.1:23001 stream tcp ${hello}\n`);
    expect(await heard()).toEqual(['HELLO\n', 'ECONNREFUSED']);
    daemon.expectDiagnosed();
  });

  conforms('case 47: tcp4 is v4 only', 'DG', async () => {
    await serve(box, `23001 stream tcp4 ${hello}\n`);
    expect(await heard()).toEqual(['HELLO\n', 'ECONNREFUSED']);
  });

  conforms('case 48: tcp6 is v6 only', 'D', async () => {
    await serve(box, `23001 stream tcp6 ${hello}\n`);
    expect(await heard()).toEqual(['ECONNREFUSED', 'HELLO\n']);
  });

  for (const dialect of ['gnu', 'busybox', 'solaris']) {
    conforms(`case 48: tcp6 is both in ${dialect}`, 'G', async () => {
      const service = dialect === 'solaris' ? 'telnet' : '23';
      await serve(box, `${service} stream tcp6 ${hello}\n`, { options: [`--dialect=${dialect}`] });
      expect(await heard(23)).toEqual(['HELLO\n', 'HELLO\n']);
    });
  }

  conforms('case 49: tcp46 is one socket for both, and a v4 caller has a mapped address', 'D', async () => {
    await serve(box, `23001 stream tcp46 ${state}\n`);
    expect((await stateOf(box, 23001)).peer).toBe('::ffff:127.0.0.1');
    expect((await stateOf(box, 23001, '::1')).peer).toBe('::1');
    expect(await bound(box, 'tcp', 23001)).toHaveLength(1);
  });

  conforms('case 50: tcp4 and tcp6 lines of one port are two services', 'D', async () => {
    await serve(box, `23001 stream tcp4 ${hello}\n23001 stream tcp6 nowait root ${box.server('hello2')} h\n`);
    expect(await heard()).toEqual(['HELLO\n', 'HELLO2\n']);
  });

  conforms('case 51: udp6 receives no v4 datagram', '', async () => {
    await serve(box, `23001 dgram udp6 wait root ${box.server('read1')} r\n`);
    expect(await box.udp(23001, ['a'], { host: '::1' })).toHaveLength(1);
    expect(await box.udp(23001, ['a'], { timeoutMs: 300 })).toEqual([]);
  });

  conforms('case 52: tcp6only is v6 only', 'G', async () => {
    await serve(box, `23001 stream tcp6only ${hello}\n`);
    expect(await heard()).toEqual(['ECONNREFUSED', 'HELLO\n']);
  });

  for (const { title, peers, words, said } of [
    {
      title: 'case 53: a misspelt protocol is an error of its line',
      peers: 'G',
      words: 'stream tpc',
      said: 'tpc',
    },
    {
      title: 'case 54: stream on udp is an error of its line',
      peers: 'G',
      words: 'stream udp4',
      said: 'udp',
    },
    {
      title: 'case 56: a misspelt type is an error of its line',
      peers: 'DG',
      words: 'foo tcp4',
      said: 'foo',
    },
  ] as const) {
    conforms(title, peers, async () => {
      const daemon = await serve(box, `23001 ${words} ${hello}\n23002 stream tcp4 ${hello}\n`);
      expect([await box.says(23001), await box.says(23002)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
      daemon.expectDiagnosed('1 error');
      daemon.expectSaid(said);
    });
  }

  conforms('case 55: a built-in service takes tcp46', '', async () => {
    await serve(box, 'daytime stream tcp46 nowait root internal\n');
    expect(await box.says(13)).toMatch(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/);
    expect(await box.says(13, { host: '::1' })).toHaveLength(26);
  });

  conforms('case 57: sndbuf and rcvbuf are set on the sockets', '', async () => {
    await serve(box, `23001 stream tcp4,sndbuf=64k,rcvbuf=16384 ${state}\n`);
    const [socket] = (await stateOf(box, 23001)).fds;
    expect([socket?.sndbuf, socket?.rcvbuf]).toEqual([2 * 65_536, 2 * 16_384]);
  });

  conforms('case 58: bad buffer sizes are errors of their lines', 'D', async () => {
    const bad = ['rcvbuf=0', 'foo=5k', 'sndbuf=1k,rcvbuf=1k,sndbuf=1k', 'rcvbuf=5kb'];
    const lines = bad.map((text, index) => `${23001 + index} stream tcp4,${text} ${hello}\n`);
    const daemon = await serve(box, `${lines.join('')}23009 stream tcp4 ${hello}\n`);
    expect(await box.says(23009)).toBe('HELLO\n');
    expect((await box.shell('ss -Hnlt | wc -l')).stdout).toBe('1\n');
    daemon.expectDiagnosed('1 error', '2 error', '3 error', '4 error');
  });

  conforms('case 59: buffer sizes need no suffix', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4,sndbuf=10000,rcvbuf=20000 ${state}\n`);
    const [socket] = (await stateOf(box, 23001)).fds;
    expect([socket?.sndbuf, socket?.rcvbuf]).toEqual([20_000, 40_000]);
    daemon.expectDiagnosed();
  });

  conforms('case 60: /ttcp is tcp; /faith is dropped with a message', '', async () => {
    const daemon = await serve(box, `23001 stream tcp/ttcp ${hello}\n23002 stream tcp/faith ${hello}\n`);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['HELLO\n', 'ECONNREFUSED']);
    expect(daemon.events('diagnostic').filter(({ line }) => line === 2)).toHaveLength(1);
  });

  for (const { title, entry } of [
    {
      title: 'case 61: with stream,2 a third caller waits until a child ends',
      entry: `stream,2 tcp4 nowait root ${box.server('sleep')} s`,
    },
    {
      title: 'case 62: with accept_max = 2 a third caller waits until a child ends',
      entry: `on protocol = tcp4, wait = no, accept_max = 2, user = root, exec = ${box.server('sleep')}, args = s;`,
    },
  ]) {
    conforms(title, '', async () => {
      const daemon = await serve(box, `23001 ${entry}\n`);
      const [first, second] = [await box.connect(23001), await box.connect(23001)];
      expect([await first.line(), await second.line()].map(Number)).not.toContain(0);
      const third = await box.connect(23001);
      expect(await third.line(300)).toBeNull();
      await first.close();
      const pid = Number(await third.line());
      expect(await box.lives(pid)).toBe(true);
      await second.close();
      await third.close();
      await eventually('no child is left', async () => !(await box.lives(pid)));
      expect((await box.shell(`ps -o pid= --ppid ${daemon.pid}`)).stdout).toBe('');
    });
  }

  conforms('case 63: an accept filter is left aside with a notice', '', async () => {
    const daemon = await serve(box, `23001 stream:httpready tcp4 ${hello}\n`);
    expect(await box.says(23001)).toBe('HELLO\n');
    daemon.expectDiagnosed('1 note');
  });
});
