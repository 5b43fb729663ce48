/** RPC entries with a real portmapper, and tcpmux (RFC 1078). */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { children, eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('RPC and tcpmux entries of inetd.conf', (box) => {
  const read1 = `${box.server('read1')} r`;

  async function portmapper(): Promise<void> {
    await box.shell('mkdir -p /run/rpcbind; chown _rpc /run/rpcbind; rpcbind -w');
    await eventually('rpcbind answers', async () => (await box.shell('rpcinfo -p 127.0.0.1')).status === 0);
  }

  /** What the portmapper knows of a program, as `VERSION PROTOCOL PORT`. */
  async function registered(program: number): Promise<readonly string[]> {
    const { stdout } = await box.shell('rpcinfo -p 127.0.0.1');
    return stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([number]) => number === String(program))
      .map(([, version, protocol, port]) => `${version} ${protocol} ${port}`);
  }

  /** Waits until these versions are registered, as `VERSION PROTOCOL`; gives their ports. */
  async function registers(program: number, ...versions: readonly string[]): Promise<ReadonlySet<number>> {
    const without = (row: string) => row.replace(/ \d+$/, '');
    await eventually(
      `${program}: ${versions.join(', ')}`,
      async () => (await registered(program)).map(without).join() === versions.join(),
    );
    return new Set((await registered(program)).map((row) => Number(row.split(' ')[2])));
  }

  for (const { title, peers, protocol } of [
    {
      title: 'case 94: every version is registered, and taken back at TERM',
      peers: '',
      protocol: 'rpc/udp4',
    },
    { title: 'case 94: so it is with both families', peers: 'D', protocol: 'rpc/udp' },
  ] as const) {
    conforms(title, peers, async () => {
      await portmapper();
      const daemon = await serve(box, `rstatd/2-4 dgram ${protocol} wait root ${read1}\n`);
      const ports = await registers(100_001, '2 udp', '3 udp', '4 udp');
      expect(ports.size).toBe(1);
      for (const port of ports)
        expect((await box.udp(port, ['call']))[0]?.data.toString()).toMatch(/^\d+ call$/);
      // The registration of a busy wait service is left to its server.
      await eventually('its server has ended', async () => (await children(box, daemon.pid)).length === 0);
      expect(await daemon.stop()).toEqual({ status: 0, signal: null });
      expect(await registered(100_001)).toEqual([]);
    });
  }

  conforms(
    'case 94: a daemon that is stopped before the portmapper has answered leaves nothing behind',
    '',
    async () => {
      await portmapper();
      for (let n = 0; n < 3; n += 1) {
        const daemon = await serve(box, `rstatd/2-4 dgram rpc/udp4 wait root ${read1}\n`);
        expect(await daemon.stop()).toEqual({ status: 0, signal: null });
        expect(await registered(100_001)).toEqual([]);
      }
    },
  );

  conforms('case 94: a wait server that outlives the daemon keeps its registration', '', async () => {
    await portmapper();
    const daemon = await serve(box, `rstatd/2-4 dgram rpc/udp wait root ${box.server('hold-dgram')} h\n`);
    const [port = 0] = await registers(100_001, '2 udp', '3 udp', '4 udp');
    const [answer] = await box.udp(port, ['x']);
    await daemon.stop();
    expect(await registered(100_001)).toHaveLength(3);
    expect((await box.udp(port, ['y'])).map(({ data }) => data.toString())).toEqual([
      answer?.data.toString(),
    ]);
  });

  conforms('case 95: without a portmapper it is said, and tried again', '', async () => {
    const daemon = await serve(box, `rstatd/2-4 dgram rpc/udp4 wait root ${read1}\n`);
    await daemon.event('bind-failed');
    daemon.expectSaid('rstatd');
    await portmapper();
    await daemon.signal('SIGALRM');
    await registers(100_001, '2 udp', '3 udp', '4 udp');
  });

  conforms('case 96: an RPC entry without version is an error of its line', '', async () => {
    await portmapper();
    const daemon = await serve(box, `rstatd dgram rpc/udp wait root ${read1}\n`);
    expect(await registered(100_001)).toEqual([]);
    daemon.expectDiagnosed('1 error');
  });

  for (const dialect of ['freebsd', 'solaris']) {
    conforms(`case 96: in ${dialect} it is version 1`, '', async () => {
      await portmapper();
      await serve(box, `rstatd dgram rpc/udp wait root ${read1}\n`, { options: [`--dialect=${dialect}`] });
      await registers(100_001, '1 udp');
    });
  }

  conforms('case 97: a program may be a number', '', async () => {
    await portmapper();
    await serve(
      box,
      `100001/1 dgram rpc/udp4 wait root ${read1}\n300100/7 stream rpc/tcp4 nowait root ${read1}\n`,
    );
    await registers(100_001, '1 udp');
    await registers(300_100, '7 tcp');
  });

  const mux = [
    'tcpmux stream tcp4 nowait root internal',
    `tcpmux/+go stream tcp4 nowait root ${box.server('hello')} h`,
    `tcpmux/plain stream tcp4 nowait root ${box.server('hello')} h`,
    `tcpmux/echo stream tcp4 nowait root ${box.server('echo1')} e`,
    '',
  ].join('\n');

  conforms('case 98: in gnu entries alone open port 1, with a message', 'G', async () => {
    const daemon = await serve(box, `tcpmux/go stream tcp nowait root ${box.server('hello')} h\n`, {
      options: ['--dialect=gnu'],
    });
    expect(await box.says(1, { send: 'go\r\n' })).toBe('HELLO\n');
    daemon.expectSaid('tcpmux');
  });

  conforms('case 98: elsewhere they do not, with a warning', '', async () => {
    const daemon = await serve(box, `tcpmux/go stream tcp nowait root ${box.server('hello')} h\n`);
    expect(await box.says(1)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 99: help lists the names', 'G', async () => {
    await serve(box, mux);
    const names = (await box.says(1, { send: 'help\r\n', halfClose: false })).split('\r\n');
    expect([...names].sort()).toEqual(['', 'echo', 'go', 'plain']);
  });

  conforms('case 100: +NAME is answered +Go before its program runs, in any letter case', 'G', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'GO\n' })).toBe('+Go\r\nHELLO\n');
  });

  conforms('case 101: NAME has its program answer alone', 'G', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'plain\r\n' })).toBe('HELLO\n');
  });

  conforms('case 102: an unknown name is refused', 'G', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'nothing\r\n', halfClose: false })).toBe('-Service not available\r\n');
  });

  conforms('case 103: the end of the stream ends a name too', 'G', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'plain' })).toBe('HELLO\n');
  });

  conforms('case 104: a dgram entry is an error of its line', 'G', async () => {
    const daemon = await serve(
      box,
      `tcpmux/x dgram udp wait root ${read1}\n23002 stream tcp4 nowait root ${box.server('hello')} h\n`,
    );
    expect(await box.says(23002)).toBe('HELLO\n');
    daemon.expectDiagnosed('1 error');
  });

  conforms('case 105: what follows the line end is read by the program', '', async () => {
    await serve(box, mux);
    expect(await box.says(1, { send: 'echo\r\nand the rest' })).toBe('and the rest');
  });

  conforms('a name that never ends, or is none, reaches no program', '', async () => {
    await serve(box, mux);
    for (const send of ['x'.repeat(2_000), `go${'x'.repeat(300)}\r\n`, '\x01\x02\r\n', '\r\n']) {
      expect(await box.says(1, { send, halfClose: false, timeoutMs: 3_000 })).not.toMatch(/HELLO|timeout/);
    }
    expect(await box.says(1, { send: 'go\r\n' })).toBe('+Go\r\nHELLO\n');
  });
});
