/** Spawning and limits: what a rush of callers, a failing program or a busy port leads to. */

import { expect } from '@jest/globals';
import { conforms, type Daemon, failToServe, serve } from './daemon.ts';
import { bound, eventually, load } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Spawning and limits of inetd.conf services', (box) => {
  const hello = `${box.server('hello')} h`;
  const read1 = `${box.server('read1')} r`;
  const sleep = `${box.server('sleep')} s`;
  const rate = (n: number) => `23001 stream tcp4 nowait.${n} root ${hello}\n`;

  /** How many of so many callers in a row are served. */
  async function served(calls: number, port = 23001): Promise<number> {
    let count = 0;
    for (let n = 0; n < calls; n += 1) if ((await box.says(port)) === 'HELLO\n') count += 1;
    return count;
  }

  conforms(
    'case 140: each of three datagrams in a burst is answered, by one child at a time',
    'D',
    async () => {
      await serve(box, `23001 dgram udp4 wait root ${read1}\n`);
      const answers = (await box.udp(23001, ['a', 'b', 'c'])).map(({ data }) => data.toString().split(' '));
      expect(answers.map(([, word]) => word)).toEqual(['a', 'b', 'c']);
      expect(new Set(answers.map(([pid]) => pid)).size).toBe(3);
    },
  );

  conforms(
    'case 141: a datagram for a program that does not exist is one start and is gone',
    'DG',
    async () => {
      const daemon = await serve(box, '23001 dgram udp4 wait root /nonexistent/x x\n');
      await box.udp(23001, ['x'], { timeoutMs: 300 });
      expect((await bound(box, 'udp', 23001)).map(({ received }) => received)).toEqual([0]);
      expect(await load(box, daemon.pid)).toBeLessThan(0.05);
      if (daemon.tells) expect(await daemon.told('start-failed', 1)).toHaveLength(1);
    },
  );

  conforms('case 142: a datagram for an unknown user makes no work', '', async () => {
    const daemon = await serve(box, `23001 dgram udp4 wait nosuchuser ${read1}\n`);
    expect(await box.udp(23001, ['x'], { timeoutMs: 100 })).toEqual([]);
    expect(await bound(box, 'udp', 23001)).toEqual([]);
    expect(await load(box, daemon.pid)).toBeLessThan(0.05);
  });

  conforms('case 143: dgram nowait is one child for one datagram', '', async () => {
    const log = box.fresh('.log');
    const daemon = await serve(box, `23001 dgram udp4 nowait root ${box.server('dribble')} d ${log}\n`);
    await box.udp(23001, ['x'], { timeoutMs: 200 });
    const pids = (await box.read(log)).trim().split('\n');
    expect(pids).toHaveLength(1);
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 144: in busybox dgram nowait is a child for each peer', '', async () => {
    await serve(box, `23001 dgram udp nowait root ${box.server('hold-dgram')} h\n`, {
      options: ['--dialect=busybox'],
    });
    const ask = async (localPort: number) =>
      (await box.udp(23001, ['x'], { localAddress: '127.0.0.1', localPort })).map(({ data }) =>
        data.toString(),
      )[0];
    const first = await ask(40_001);
    const second = await ask(40_002);
    expect(first).toMatch(/^\d+$/);
    expect(second).not.toBe(first);
    expect([await ask(40_001), await ask(40_002)]).toEqual([first, second]);
  });

  conforms(
    'case 145: a connection queued when the wait server ends starts it again at once',
    'DG',
    async () => {
      await serve(box, `23001 stream tcp4 wait root ${box.server('acc1')} a\n`);
      const heard = await Promise.all(Array.from({ length: 4 }, () => box.says(23001)));
      expect(new Set(heard).size).toBe(4);
      expect(heard.every((text) => /^\d+\n$/.test(text))).toBe(true);
    },
  );

  conforms(
    'case 146: a wait server killed by signal 9 is a warning, and the service goes on',
    'D',
    async () => {
      const daemon = await serve(box, `23001 stream tcp4 wait root ${box.server('hold')} h\n`);
      const first = await box.connect(23001);
      const pid = Number(await first.line());
      await first.write('k');
      await eventually('it is gone', async () => !(await box.lives(pid)));
      const second = await box.connect(23001);
      expect(Number(await second.line())).not.toBe(pid);
      if (daemon.tells)
        expect(await daemon.event('exited')).toMatchObject({ pid, signal: 9, status: null, wait: true });
    },
  );

  conforms('case 147: nowait.3 serves three callers of a minute', 'G', async () => {
    const daemon = await serve(box, rate(3));
    expect(await served(4)).toBe(3);
    expect(await box.says(23001)).toBe('ECONNREFUSED');
    if (daemon.tells)
      expect(await daemon.told('paused', 1)).toMatchObject([{ reason: 'rate', limit: 3, pauseMs: 600_000 }]);
  });

  for (const signal of ['SIGALRM', 'SIGHUP'] as const) {
    conforms(`case 148: ${signal} opens it again`, '', async () => {
      const daemon = await serve(box, rate(3));
      expect(await served(5)).toBe(3);
      await daemon.signal(signal);
      await daemon.event('resumed');
      expect(await served(5)).toBe(3);
    });
  }

  conforms('case 149: in debian the default is 256 starts in a minute', '', async () => {
    await serve(box, `900 stream tcp4 nowait root ${hello}\n`, { options: ['--dialect=debian'] });
    let count = 0;
    for (let n = 0; n < 15; n += 1) {
      const heard = await Promise.all(Array.from({ length: 20 }, () => box.says(900)));
      count += heard.filter((text) => text === 'HELLO\n').length;
    }
    expect(count).toBe(256);
  });

  conforms('case 150: above port 1023 it is the same', '', async () => {
    const daemon = await serve(box, `900 stream tcp4 nowait.2 root ${hello}\n${rate(2)}`);
    expect([await served(3, 900), await served(3)]).toEqual([2, 2]);
    expect([await box.says(900), await box.says(23001)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
    expect(await daemon.told('paused', 2)).toHaveLength(2);
  });

  conforms('case 151: a dgram service over its limit leaves the processor alone', '', async () => {
    const daemon = await serve(box, `23001 dgram udp4 wait.2 root ${read1}\n`);
    expect(await box.udp(23001, ['a', 'b', 'c', 'd'], { timeoutMs: 500 })).toHaveLength(2);
    expect(await load(box, daemon.pid)).toBeLessThan(0.05);
  });

  conforms('case 152: a service over its limit leaves the others alone', 'DG', async () => {
    await serve(box, `${rate(2)}23002 stream tcp4 nowait root ${hello}\n`);
    await served(5);
    expect(await served(5, 23002)).toBe(5);
  });

  conforms('case 153: -R 0 is no limit', '', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${hello}\n`, { options: ['-R', '0'] });
    let count = 0;
    for (let n = 0; n < 14; n += 1) {
      const heard = await Promise.all(Array.from({ length: 20 }, () => box.says(23001)));
      count += heard.filter((text) => text === 'HELLO\n').length;
    }
    expect(count).toBe(280);
  });

  for (const dialect of ['debian', 'gnu']) {
    conforms(`case 153: in ${dialect} it is an error at the start`, '', async () => {
      const daemon = await failToServe(box, rate(1), { options: ['-R', '0', `--dialect=${dialect}`] });
      const { status } = await daemon.ended();
      expect(status).toBeGreaterThan(0);
    });
  }

  conforms(
    'case 154: without descriptors a service waits quietly, and serves when there are some',
    '',
    async () => {
      const text = `23001 stream tcp4 nowait root ${hello}\n23002 stream tcp4 nowait root ${hello}\n`;
      const daemon = await serve(box, text, {
        under: [...strace, '-e', 'trace=accept4', '-e', 'inject=accept4:error=EMFILE:when=1..2'],
      });
      const caller = box.says(23001, { timeoutMs: 9_000 });
      expect(await daemon.event('paused')).toMatchObject({ reason: 'descriptors', service: '23001/tcp4' });
      expect(await load(box, daemon.pid)).toBeLessThan(0.1);
      expect(await caller).toBe('HELLO\n');
      // Two failures, a second each: one line for each pause and its end.
      expect(await daemon.told('paused', 2)).toHaveLength(2);
      expect(await daemon.told('resumed', 2)).toHaveLength(2);
    },
  );

  conforms('case 155: a caller that resets at once leaves no message', 'G', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${hello}\n`);
    const before = daemon.output.length;
    for (let n = 0; n < 20; n += 1) await box.resetting(23001);
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(daemon.output.slice(before).filter((line) => /peer|ENOTCONN|failed/.test(line))).toEqual([]);
  });

  conforms('case 156: a caller from port 20 is served', 'G', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${hello}\n`);
    expect(await box.says(23001, { localPort: 20, localAddress: '127.0.0.1' })).toBe('HELLO\n');
  });

  for (const dialect of ['debian', 'bsd']) {
    conforms(`case 156: in ${dialect} it is closed`, 'D', async () => {
      await serve(box, `23001 stream tcp4 nowait root ${hello}\n`, { options: [`--dialect=${dialect}`] });
      expect(await box.says(23001, { localPort: 20, localAddress: '127.0.0.1' })).not.toContain('HELLO');
      expect(await box.says(23001)).toBe('HELLO\n');
    });
  }

  conforms(
    'case 157: the end of a child of one service does not keep the callers of another waiting',
    'D',
    async () => {
      await serve(box, `23001 stream tcp4 nowait root ${sleep}\n23002 stream tcp4 nowait root ${hello}\n`);
      for (let round = 0; round < 20; round += 1) {
        const first = await box.connect(23001);
        await first.line();
        await first.close();
        expect(await box.says(23002, { timeoutMs: 500 })).toBe('HELLO\n');
      }
    },
  );

  conforms('case 158: 1200 services listen', 'D', async () => {
    const lines = Array.from(
      { length: 1_200 },
      (_, index) => `${24_000 + index} stream tcp4 nowait root ${hello}\n`,
    );
    await serve(box, lines.join(''), { under: ['prlimit', '--nofile=4096:4096'] });
    expect((await box.shell('ss -Hnlt | wc -l')).stdout).toBe('1200\n');
    expect(await Promise.all([24_000, 24_600, 25_199].map((port) => box.says(port)))).toEqual(
      Array.from({ length: 3 }, () => 'HELLO\n'),
    );
  });

  conforms('a caller over its own limit does not use up the limit of the service', '', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${hello}\n`, { options: ['-R', '5', '-C', '2'] });
    expect(await served(8)).toBe(2);
    expect(await box.says(23001, { localAddress: '10.9.9.9' })).toBe('HELLO\n');
  });

  conforms('case 148: --on-trip=hold keeps the port, and callers wait', '', async () => {
    const daemon: Daemon = await serve(box, rate(2), { options: ['--on-trip=hold'] });
    expect(await served(2)).toBe(2);
    await box.says(23001, { timeoutMs: 500 });
    const waiting = await box.connect(23001);
    expect(await waiting.line(200)).toBeNull();
    expect(await bound(box, 'tcp', 23001)).toHaveLength(1);
    await daemon.signal('SIGALRM');
    expect(await waiting.line()).toBe('HELLO\n');
  });
});

/** A tracer beside the daemon, which stays our own child. */
const strace = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null'];
