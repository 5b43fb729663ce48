/** What the rules of hosts.allow and hosts.deny ask the world: netgroups; and sources that never answer. */

import { expect } from '@jest/globals';
import { conforms, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot, type Sandbox } from './sandbox.ts';

const DEBIAN = { options: ['--dialect=debian', '-l'] };

const DENY_ALL = 'ALL: ALL\n';

/** Takes datagrams or connections on a port, and never answers. */
const DEAF = `const [kind, port] = process.argv.slice(1);
if (kind === 'udp') require('node:dgram').createSocket('udp4').bind(Number(port), '127.0.0.1', () => console.log('deaf'));
else require('node:net').createServer(() => {}).listen(Number(port), '127.0.0.1', () => console.log('deaf'));`;

/** Long enough to be sure that nobody waited for a source that does not answer: its time-outs are seconds. */
const AT_ONCE_MS = 1_500;

asRoot('Netgroups', (box) => {
  const NETGROUPS = `trusted (box.example.org,,)
    users (-,root,) (,daemon,)
    all trusted (localhost,,)
    circle circle (localhost,-,)
    domains (localhost,,elsewhere)
    numbers (10.9.9.9,,)
    strangers (unknown,,)
  `.replace(/^ +/gm, '');

  const NAMES = ['trusted', 'users', 'all', 'circle', 'domains', 'numbers', 'strangers', 'none', ''];

  const prepare = async () => {
    await box.write('/etc/netgroup', NETGROUPS);
    await box.write('/etc/nsswitch.conf', 'hosts: files\nnetgroup: files\n');
    await box.write('/etc/hosts', '127.0.0.1 localhost\n10.9.9.9 box.example.org\n');
    await box.write('/etc/hosts.deny', DENY_ALL);
  };

  conforms('are those of the machine: getent and tcpdmatch know the same members', 'D', async () => {
    await prepare();
    const { stdout } = await box.shell('getent netgroup trusted');
    expect(stdout).toMatch(/^trusted +\( ?box\.example\.org, ?, ?\)$/m);
    await serve(box, `23001 stream tcp4 nowait root ${box.server('hello')} probe\n`, DEBIAN);
    await box.write('/run/spec/inetd.conf', `probe stream tcp nowait root /usr/sbin/tcpd probe\n`);
    const served: string[] = [];
    const expected: string[] = [];
    for (const group of NAMES) {
      await box.write('/etc/hosts.allow', `probe: @${group}\n`);
      for (const [name, host] of [
        ['localhost', '127.0.0.1'],
        ['box.example.org', '10.9.9.9'],
      ] as const) {
        const says = await box.says(23001, { host, localAddress: host });
        if (says === 'HELLO\n') served.push(`${group} ${name}`);
        const told = await box.shell(`tcpdmatch -i /run/spec/inetd.conf probe ${name}`);
        if (/^access: +granted/m.test(told.stdout)) expected.push(`${group} ${name}`);
      }
    }
    expect(served).toEqual(expected);
    expect(served).toEqual(expect.arrayContaining(['trusted box.example.org', 'all localhost']));
    expect(served).not.toContain('trusted localhost');
  });

  conforms('of whom nobody knows the name have him as `unknown`', 'D', async () => {
    await prepare();
    await box.write('/etc/hosts.allow', 'probe: @strangers\n');
    await serve(box, `23001 stream tcp4 nowait root ${box.server('hello')} probe\n`, DEBIAN);
    expect(await box.says(23001, { localAddress: '127.0.0.77' })).toBe('HELLO\n');
    expect(await box.says(23001)).not.toContain('HELLO');
  });
});

asRoot('Sources that never answer', (box) => {
  const stream = (port: number, server: string, name: string) =>
    `${port} stream tcp4 nowait root ${box.server(server)} ${name}\n`;

  conforms('a name server: nobody waits but who needs a name, and not for ever', '', async () => {
    await deaf(box, 'udp', 53);
    await box.write('/etc/resolv.conf', 'nameserver 127.0.0.1\n');
    await box.write('/etc/nsswitch.conf', 'hosts: files dns\n');
    await box.write('/etc/hosts', '127.0.0.1 localhost\n10.9.9.9 box.example.org\n');
    await rules(box, { allow: 'slow: .example.org\nother: ALL\n' });
    const daemon = await serve(
      box,
      stream(23001, 'hello', 'slow') + stream(23002, 'hello2', 'other'),
      DEBIAN,
    );
    const begin = performance.now();
    const flood = Array.from({ length: 100 }, (_, at) =>
      box.says(23001, { localAddress: `127.1.1.${at + 1}`, timeoutMs: 20_000 }),
    );
    await quickly(async () => expect(await box.says(23002)).toBe('HELLO2\n'));
    // Their network's names come from a server that does not answer; those of another one do not wait for it.
    await quickly(async () => {
      expect(await box.says(23001, { host: '10.9.9.9', localAddress: '10.9.9.9' })).toBe('HELLO\n');
    });
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['']));
    expect(performance.now() - begin).toBeGreaterThan(4_000);
    expect(performance.now() - begin).toBeLessThan(12_000);
    expect(await daemon.event('refused')).toMatchObject({ reason: 'wrappers' });
    await quickly(async () => expect(await box.says(23002)).toBe('HELLO2\n'));
    // A look-up is under way still: the process ends with it, but everything else is done before.
    await daemon.signal('SIGTERM');
    await quickly(async () => expect(await daemon.event('stopped')).toMatchObject({ children: 0 }));
    expect(await daemon.ended()).toEqual({ status: 0, signal: null });
  });

  conforms('ident servers: a flood of callers holds nobody up but its own service', '', async () => {
    await deaf(box, 'tcp', 113);
    await rules(box, { allow: 'slow: ALL: rfc931 60: setenv WHO %u\nother: ALL\nbrief: ALL: rfc931 2\n' });
    await serve(
      box,
      stream(23001, 'hello', 'slow') + stream(23002, 'hello2', 'other') + stream(23003, 'hello', 'brief'),
      DEBIAN,
    );
    const flood = await Promise.all(Array.from({ length: 600 }, () => box.connect(23001)));
    await quickly(async () => expect(await box.says(23002)).toBe('HELLO2\n'));
    const begin = performance.now();
    expect(await box.says(23003)).toBe('HELLO\n');
    expect(performance.now() - begin).toBeGreaterThan(1_900);
    expect(await flood[0]?.line(100)).toBeNull();
    await Promise.all(flood.map((caller) => caller.close()));
  });

  conforms('a command: others are served, and its callers are not stopped by many of them', '', async () => {
    await rules(box, { allow: 'slow: ALL: spawn sleep 3\nother: ALL\n' });
    await serve(box, stream(23001, 'hello', 'slow') + stream(23002, 'hello2', 'other'), DEBIAN);
    const callers = Array.from({ length: 40 }, () => box.says(23001, { timeoutMs: 20_000 }));
    await eventually('32 commands at once', async () => (await sleeping(box)) === 32);
    await quickly(async () => expect(await box.says(23002)).toBe('HELLO2\n'));
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['HELLO\n']));
  });
});

/** How many `sleep` run. */
async function sleeping(box: Sandbox): Promise<number> {
  return Number((await box.shell('grep -lx sleep /proc/[0-9]*/comm 2>/dev/null | wc -l')).stdout);
}

async function quickly(call: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  await call();
  expect(performance.now() - begin).toBeLessThan(AT_ONCE_MS);
}

async function deaf(box: Sandbox, kind: 'udp' | 'tcp', port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const program = { command: process.execPath, args: ['-e', DEAF, kind, String(port)] };
    box
      .start(program, { env: {}, cwd: '/' }, (told) => ('lines' in told ? resolve() : undefined))
      .catch(reject);
  });
}

async function rules(box: Sandbox, { allow }: { readonly allow: string }): Promise<void> {
  await box.write('/etc/hosts.allow', allow);
  await box.write('/etc/hosts.deny', DENY_ALL);
}
