/** Reload and the end of xinetd.conf services: what stays, what changes, and which servers end. */

import { expect } from '@jest/globals';
import { agreed, serve } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';
import { defaults, service } from './xinetd.ts';

asRoot('Reload of xinetd.conf services', (box) => {
  const both = agreed('X');
  const ours = agreed('');
  const hello = `server = ${box.server('hello')}`;
  const sleep = `server = ${box.server('sleep')}`;
  const port = 23001;
  const keeper = service('keeper', port + 9, hello);

  /** An open connection and the pid of the server that has it. */
  async function live(on = port, host = '127.0.0.1') {
    const caller = await box.connect(on, { host });
    return { caller, pid: Number(await caller.line()) };
  }

  async function gone(pid: number): Promise<void> {
    await eventually(`the end of ${pid}`, async () => !(await box.lives(pid)));
  }

  both(
    'xinetd case 175: only_from gets stricter: a running server goes on and is told of, new callers are refused',
    async () => {
      const daemon = await serve(box, service('a', port, sleep));
      const { caller, pid } = await live();
      await daemon.reload(service('a', port, sleep, 'only_from = 10.0.0.0/8'));
      await daemon.expectTold('disallowed', { service: 'a', pid });
      expect(await box.says(port)).toBe('');
      expect(await box.lives(pid)).toBe(true);
      await caller.close();
    },
  );

  ours(
    'xinetd case 176: a service that is gone takes its servers with it; superd tells them by TERM first',
    async () => {
      const daemon = await serve(box, service('b', port, sleep) + keeper);
      const { pid } = await live();
      await daemon.reload(keeper);
      await gone(pid);
      expect(daemon.events('ending')).toEqual([
        expect.objectContaining({ service: 'b', pid, signal: 'SIGTERM' }),
      ]);
      await daemon.expectTold('removed', { service: 'b' });
      await daemon.expectTold('reloaded', { added: 0, removed: 1, kept: 1 });
      expect([await box.says(port), await box.says(port + 9)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
    },
  );

  ours('xinetd case 176: a server that does not end at TERM is killed, and nobody waits for it', async () => {
    const stubborn = `server = ${box.server('stubborn')}`;
    const daemon = await serve(box, service('b', port, stubborn) + keeper, {
      options: ['--stop-timeout=1'],
    });
    const { pid } = await live();
    await daemon.reload(keeper);
    expect(await box.says(port + 9)).toBe('HELLO\n');
    expect(await box.lives(pid)).toBe(true);
    await daemon.event('ending', ({ signal }) => signal === 'SIGKILL');
    await gone(pid);
  });

  both('xinetd case 177: another port is another service', async () => {
    const daemon = await serve(box, service('a', port, hello));
    await daemon.reload(service('a', port + 1, hello));
    await daemon.expectTold('reloaded', { added: 1, removed: 1, changed: 0, kept: 0 });
    expect([await box.says(port), await box.says(port + 1)]).toEqual(['ECONNREFUSED', 'HELLO\n']);
  });

  both('xinetd case 178: changed server_args are what the next client sees', async () => {
    const echo = (word: string) => service('a', port, 'server = /bin/echo', `server_args = ${word}`);
    const daemon = await serve(box, echo('one'));
    expect(await box.says(port)).toBe('one\n');
    await daemon.reload(echo('two'));
    expect(await box.says(port)).toBe('two\n');
    await daemon.expectTold('changed', { service: 'a' });
  });

  both('xinetd case 179: another bind ends the running server and serves the new address', async () => {
    const at = (address: string) => service('a', port, sleep, `bind = ${address}`);
    const daemon = await serve(box, at('127.0.0.1'));
    const { pid } = await live();
    await daemon.reload(at('10.9.9.9'));
    await gone(pid);
    expect(await box.says(port)).toMatch(/^ECONN(REFUSED|RESET)$/);
    const next = await live(port, '10.9.9.9');
    expect(next.pid).toBeGreaterThan(0);
    await next.caller.close();
  });

  ours('xinetd case 180: without its bind a service moves to every address', async () => {
    const plain = service('a', port, hello, 'flags = IPv4');
    const daemon = await serve(box, service('a', port, hello, 'flags = IPv4', 'bind = 10.9.9.9'));
    expect(await box.says(port)).toBe('ECONNREFUSED');
    await daemon.reload(plain);
    expect(await box.says(port)).toBe('HELLO\n');
  });

  ours('xinetd case 181: superd keeps the old service of a broken entry', async () => {
    const daemon = await serve(box, service('a', port, hello) + keeper);
    await daemon.reload(service('a', port, hello, 'cps = x y') + keeper);
    expect(await box.says(port)).toBe('HELLO\n');
    expect(daemon.events('diagnostic')).toContainEqual(expect.objectContaining({ severity: 'error' }));
  });

  both('xinetd case 182: without its file the daemon says so and serves on', async () => {
    const daemon = await serve(box, keeper);
    await box.shell(`mv ${daemon.file} ${daemon.file}.away`);
    await daemon.reload();
    await daemon.expectTold('reload-failed', {});
    expect(await box.says(port + 9)).toBe('HELLO\n');
  });

  ours('xinetd case 183: superd serves on with its old defaults when the new ones are broken', async () => {
    const daemon = await serve(box, keeper);
    await daemon.reload(defaults('log_type = BOGUS') + keeper);
    expect(await box.says(port + 9)).toBe('HELLO\n');
    expect(daemon.events('diagnostic')).toContainEqual(expect.objectContaining({ severity: 'error' }));
  });

  ours.each([
    { number: 187, signal: 'SIGTERM' },
    { number: 189, signal: 'SIGINT' },
  ] as const)(
    'xinetd case $number: $signal ends superd and the servers with it, status 0',
    async ({ signal }) => {
      const daemon = await serve(box, service('a', port, sleep));
      const { pid } = await live();
      await daemon.signal(signal);
      expect(await daemon.ended()).toEqual({ status: 0, signal: null });
      expect(await box.lives(pid)).toBe(false);
    },
  );

  ours('xinetd case 187: a server that does not end at TERM does not outlive the daemon either', async () => {
    const stubborn = `server = ${box.server('stubborn')}`;
    const daemon = await serve(box, service('a', port, stubborn), { options: ['--stop-timeout=1'] });
    const { pid } = await live();
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
    await gone(pid);
  });

  both('xinetd case 188: QUIT leaves the servers, status 0', async () => {
    const daemon = await serve(box, service('a', port, sleep));
    const { caller, pid } = await live();
    await daemon.signal('SIGQUIT');
    expect(await daemon.ended()).toEqual({ status: 0, signal: null });
    expect(await box.lives(pid)).toBe(true);
    await caller.close();
  });

  ours('xinetd case 205: superd ends with its first fault, by its signal', async () => {
    const daemon = await serve(box, keeper);
    await daemon.signal('SIGSEGV');
    expect(await daemon.ended()).toEqual({ status: null, signal: 'SIGSEGV' });
  });
});
