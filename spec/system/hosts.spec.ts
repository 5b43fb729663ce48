/** The first field of an entry, as served: host prefixes, default hosts, ports. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { bound } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Hosts and services of inetd.conf', (box) => {
  const hello = `nowait root ${box.server('hello')} h`;
  const hello2 = `nowait root ${box.server('hello2')} h`;
  const here = '127.0.0.1';
  const there = '10.9.9.9';

  /** Which of the addresses answer on a port. */
  async function served(port: number, hosts: readonly string[] = [here, there]): Promise<readonly string[]> {
    const answers = await Promise.all(hosts.map((host) => box.says(port, { host })));
    return hosts.filter((_, index) => answers[index]?.startsWith('HELLO'));
  }

  conforms('case 23: an address in front binds to that address only', 'DG', async () => {
    await serve(box, `127.0.0.1:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here]);
  });

  conforms('case 24: a list of addresses binds to each', 'DG', async () => {
    await serve(box, `127.0.0.1,10.9.9.9:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
    expect(await bound(box, 'tcp', 23001)).toHaveLength(2);
  });

  conforms('case 25: an unknown host of a list costs only itself', 'DG', async () => {
    const daemon = await serve(box, `nosuch.invalid,127.0.0.1:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here]);
    daemon.expectSaid('nosuch.invalid');
  });

  conforms('case 26: [::1]: in front binds to ::1', 'D', async () => {
    await serve(box, `[::1]:23001 stream tcp6 ${hello}\n`);
    expect(await served(23001, ['::1', 'fd00:9::9'])).toEqual(['::1']);
  });

  conforms('case 27: so does ::1: without brackets', 'DG', async () => {
    await serve(box, `::1:23001 stream tcp6 ${hello}\n`);
    expect(await served(23001, ['::1', 'fd00:9::9'])).toEqual(['::1']);
  });

  conforms('case 28: an empty host is all addresses', 'D', async () => {
    await serve(box, `:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
  });

  conforms('case 29: * under a default host is all addresses', 'DG', async () => {
    await serve(box, `10.9.9.9:\n*:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
  });

  conforms('case 30: a host alone is the default host of the lines below', 'DG', async () => {
    await serve(box, `127.0.0.1:\n23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here]);
  });

  conforms('case 31: * alone ends a default host', 'D', async () => {
    await serve(box, `127.0.0.1:\n23001 stream tcp4 ${hello}\n*:\n23002 stream tcp4 ${hello}\n`);
    expect([await served(23001), await served(23002)]).toEqual([[here], [here, there]]);
  });

  conforms('case 32: a list alone holds for the lines below', 'DG', async () => {
    await serve(box, `127.0.0.1,10.9.9.9:\n23001 stream tcp4 ${hello}\n23002 stream tcp4 ${hello}\n`);
    expect([await served(23001), await served(23002)]).toEqual([
      [here, there],
      [here, there],
    ]);
    expect(await bound(box, 'tcp', 23001)).toHaveLength(2);
  });

  conforms('case 33: a comment may follow a default host', '', async () => {
    const daemon = await serve(box, `127.0.0.1:   # only here\n23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here]);
    daemon.expectDiagnosed();
  });

  conforms('case 34: a blank may stand behind the colon of a prefix', 'D', async () => {
    await serve(box, `127.0.0.1: 23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here]);
  });

  conforms('case 35: a default host ends with its file', '', async () => {
    const first = await box.write(box.fresh('.conf'), `127.0.0.1:\n23001 stream tcp4 ${hello}\n`);
    const second = await box.write(box.fresh('.conf'), `23002 stream tcp4 ${hello}\n`);
    await serve(box, '', { files: [first, second] });
    expect([await served(23001), await served(23002)]).toEqual([[here], [here, there]]);
  });

  conforms('case 36: a host name with two addresses binds to both', 'DG', async () => {
    await box.shell('printf "127.0.0.1 two.test\\n10.9.9.9 two.test\\n" >> /etc/hosts');
    await serve(box, `two.test:23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
    expect(await bound(box, 'tcp', 23001)).toHaveLength(2);
  });

  for (const service of ['daytime', '13']) {
    conforms(`case 37: the service ${service} of a program is port 13`, 'DG', async () => {
      await serve(box, `${service} stream tcp4 ${hello}\n`);
      expect(await served(13)).toEqual([here, there]);
    });
  }

  conforms('case 38: ports are 1 to 65535, decimal', 'D', async () => {
    const bad = ['0', '65536', '0x59da'].map((port) => `${port} stream tcp4 ${hello}\n`);
    const daemon = await serve(box, `${bad.join('')}23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
    expect((await box.shell('ss -Hnlt | wc -l')).stdout).toBe('1\n');
    daemon.expectDiagnosed('1 error', '2 error', '3 error');
  });

  conforms('case 39: leading zeros are decimal', 'D', async () => {
    await serve(box, `023003 stream tcp4 ${hello}\n`);
    expect(await served(23003)).toEqual([here, there]);
  });

  conforms('case 40: an unknown service is said, and the others work', 'DG', async () => {
    const daemon = await serve(box, `nosuchsvc stream tcp4 ${hello}\n23001 stream tcp4 ${hello}\n`);
    expect(await served(23001)).toEqual([here, there]);
    daemon.expectDiagnosed('1 error');
    daemon.expectSaid('unknown service');
  });

  conforms('case 41: port 7 is the built-in service echo', '', async () => {
    await serve(box, '7 stream tcp4 nowait root internal\n');
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
  });

  conforms('case 41: a strict dialect knows it by its name only', 'DG', async () => {
    const daemon = await serve(box, `7 stream tcp4 nowait root internal\n23001 stream tcp4 ${hello}\n`, {
      options: ['--dialect=debian'],
    });
    expect(await box.says(7)).toBe('ECONNREFUSED');
    expect(await served(23001)).toEqual([here, there]);
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 42: of two entries for one address the later wins, with a warning', 'DG', async () => {
    const daemon = await serve(box, `23001 stream tcp4 ${hello}\n*:23001 stream tcp4 ${hello2}\n`);
    expect(await box.says(23001)).toBe('HELLO2\n');
    daemon.expectDiagnosed('2 warning');
  });

  conforms('case 43: 0.0.0.0 is the same address', 'G', async () => {
    const daemon = await serve(box, `23001 stream tcp4 ${hello}\n0.0.0.0:23001 stream tcp4 ${hello2}\n`);
    expect(await box.says(23001)).toBe('HELLO2\n');
    daemon.expectDiagnosed('2 warning');
  });

  conforms('case 44: echo on stream and on dgram are two services', 'DG', async () => {
    await serve(box, 'echo stream tcp4 nowait root internal\necho dgram udp4 wait root internal\n');
    expect(await box.says(7, { send: 'abc' })).toBe('abc');
    const [answer] = await box.udp(7, ['xyz'], { host: there, localAddress: there });
    expect(answer?.data.toString()).toBe('xyz');
  });
});
