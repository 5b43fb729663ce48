/** Played failures of system calls: what a service does then, and that the others do not notice. */

import { expect } from '@jest/globals';
import { conforms, type Daemon, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { service } from './xinetd.ts';

asRoot('Failures of system calls', (box) => {
  const hello = `${box.server('hello')} h`;
  const daytime = 'daytime stream tcp4 nowait root internal\n';
  const root = `23001 stream tcp4 nowait root ${hello}\n`;
  const nobody = `23002 stream tcp4 nowait nobody ${hello}\n`;

  /** A daemon whose calls fail as `injections` say (strace(1)); counts are for each thread and process of its own. */
  function serveWith(injections: readonly string[], text: string, log = '/dev/null'): Promise<Daemon> {
    const calls = injections.map((injection) => injection.split(':')[0]).join(',');
    const words = injections.flatMap((injection) => ['-e', `inject=${injection}`]);
    const strace = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', log, '-e', `trace=${calls}`];
    return serve(box, text, { under: [...strace, ...words] });
  }

  for (const code of ['EMFILE', 'ENFILE']) {
    conforms(`accept: ${code} rests the service for a second and loses no caller`, '', async () => {
      const daemon = await serveWith([`accept4:error=${code}:when=1`], `${root}${daytime}`);
      const caller = box.says(23001);
      expect(await daemon.event('paused')).toMatchObject({ reason: 'descriptors', pauseMs: 1_000 });
      expect(await box.says(13)).toHaveLength(26);
      expect(await caller).toBe('HELLO\n');
      expect(await daemon.told('resumed', 1)).toHaveLength(1);
    });
  }

  conforms('xinetd case 203: accept: EMFILE rests the service, and superd loses no caller', '', async () => {
    const text = service('a', 23001, `server = ${box.server('hello')}`, 'flags = IPv4');
    const daemon = await serveWith(['accept4:error=EMFILE:when=1'], text);
    expect(await box.says(23001)).toBe('HELLO\n');
    expect(await daemon.told('paused', 1)).toMatchObject([{ reason: 'descriptors', service: 'a' }]);
  });

  conforms('xinetd case 204: with NORETRY clone: EAGAIN costs its caller at once', '', async () => {
    const text = service('a', 23001, `server = ${box.server('hello')}`, 'flags = IPv4 NORETRY');
    const daemon = await serveWith(['clone:error=EAGAIN:when=1'], text);
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await daemon.told('start-failed', 1)).toMatchObject([{ step: 'clone', code: 'EAGAIN' }]);
  });

  conforms('clone: EAGAIN costs its caller, rests the service for a second, and passes', '', async () => {
    // The first clone of each of the threads that start children fails.
    const daemon = await serveWith(['clone:error=EAGAIN:when=1'], `${root}${daytime}`);
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await daemon.event('start-failed')).toMatchObject({ step: 'clone', code: 'EAGAIN' });
    expect(await daemon.event('paused')).toMatchObject({ reason: 'spawn', pauseMs: 1_000 });
    expect(await box.says(13)).toHaveLength(26);
    await daemon.event('resumed');
    await eventually('it is served', async () => (await box.says(23001)) === 'HELLO\n');
  });

  conforms('close_range: ENOMEM lets no program run with descriptors that are not its own', '', async () => {
    const daemon = await serveWith(['close_range:error=ENOMEM:when=1'], `${root}${daytime}`);
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await daemon.event('start-failed')).toMatchObject({ step: 'close-range', code: 'ENOMEM' });
    await daemon.event('resumed');
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await box.says(13)).toHaveLength(26);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });

  conforms('setresuid: EPERM lets no program run as somebody else', '', async () => {
    const daemon = await serveWith(['setresuid:error=EPERM'], `${nobody}${daytime}`);
    expect(await box.says(23002)).not.toContain('HELLO');
    expect(await daemon.event('start-failed')).toMatchObject({
      step: 'setuid',
      code: 'EPERM',
      service: '23002/tcp4',
    });
    expect(await box.says(13)).toHaveLength(26);
    expect(daemon.events('paused')).toEqual([]);
  });

  conforms('execve: ETXTBSY fails while somebody writes the program, and no longer', '', async () => {
    const program = box.fresh();
    const { stdout } = await box.shell(
      `cp /bin/echo ${program}; sleep 60 9>>${program} >/dev/null 2>&1 </dev/null & echo $!`,
    );
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${program} echo HELLO\n${nobody}`);
    expect(await box.says(23001)).not.toContain('HELLO');
    expect(await daemon.event('start-failed')).toMatchObject({ step: 'exec', code: 'ETXTBSY', program });
    expect(await box.says(23002)).toBe('HELLO\n');
    await box.kill(Number(stdout), 'SIGKILL');
    await eventually('it is served', async () => (await box.says(23001)) === 'HELLO\n');
  });

  conforms('EINTR in between changes nothing', '', async () => {
    const log = box.fresh('.strace');
    const calls = [
      'accept4',
      'epoll_wait',
      'epoll_pwait',
      'wait4',
      'recvfrom',
      'sendto',
      'recvmmsg',
      'sendmmsg',
    ];
    const daemon = await serveWith(
      calls.map((call) => `${call}:error=EINTR:when=2+3`),
      `${root}${nobody}${daytime}echo stream tcp4 nowait root internal\necho dgram udp4 wait root internal
23003 stream tcp4 wait root ${box.server('acc1')} a\n`,
      log,
    );
    for (let round = 0; round < 10; round += 1) {
      expect([await box.says(23001), await box.says(23002)]).toEqual(['HELLO\n', 'HELLO\n']);
      expect(await box.says(7, { send: 'abc' })).toBe('abc');
      expect((await box.udp(7, ['xyz'])).map(({ data }) => data.toString())).toEqual(['xyz']);
      expect(await box.says(23003)).toMatch(/^\d+\n$/);
    }
    await daemon.reload();
    expect(await box.says(13)).toHaveLength(26);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
    expect(daemon.events('start-failed')).toEqual([]);
    const interrupted = [...(await box.read(log)).matchAll(/(\w+)\(.*EINTR.*INJECTED/g)].map(
      ([, call]) => call,
    );
    expect(interrupted).toEqual(expect.arrayContaining(['accept4', 'wait4', 'recvmmsg', 'sendmmsg']));
  });

  conforms('a log that nobody reads holds nothing up, stays small, and says what was lost', '', async () => {
    const daemon = await serve(box, daytime, { mute: true, options: ['-l', '-R', '0'] });
    await eventually('it serves', async () => (await box.says(13)).length === 26);
    const size = async () => Number(/VmRSS:\s+(\d+)/.exec(await box.read(`/proc/${daemon.pid}/status`))?.[1]);
    const calls = `import socket
for n in range(4000):
    s = socket.create_connection(("127.0.0.1", 13)); assert len(s.makefile("rb").read()) == 26; s.close()`;
    expect(await box.shell('python3 -', { input: calls })).toMatchObject({ status: 0 });
    const before = await size();
    expect(await box.shell('python3 -', { input: calls })).toMatchObject({ status: 0 });
    expect((await size()) - before).toBeLessThan(16_384);
    await box.drain(daemon.pid);
    expect((await daemon.event('dropped')).lines).toBeGreaterThan(0);
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });
});
