/** superd proxy in units: a server that knows nothing of sockets from outside is started by a caller and stopped when idle. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { asRoot, root } from './sandbox.ts';
import { commandUnits } from './unit-verbs.ts';

const units = ['web.socket', 'web.service', 'web-backend.service'];

asRoot('superd proxy in units', (box) => {
  const superd = `${process.execPath} ${path.join(root, 'bin/superd.js')}`;
  const page = 'GET /marker HTTP/1.0\r\n\r\n';

  /** The units of etc/, with a shorter time and with programs of this checkout. */
  function example(change: (text: string) => string = (text) => text): Readonly<Record<string, string>> {
    const own = (name: string) =>
      readFileSync(path.join(root, 'etc/units', name), 'utf8')
        .replace('ExecStart=superd', `ExecStart=${superd}`)
        .replace('ExecStart=python3', 'ExecStart=/usr/bin/python3')
        .replace('/usr/share/doc', '/run/spec')
        .replace('exit-idle-time=30s', 'exit-idle-time=1s');
    return Object.fromEntries(units.map((name) => [name, change(own(name))]));
  }

  describe('as etc/units has them', () => {
    it('C-150: the proxy ends when idle, its backend stops with it, the next caller starts both', async () => {
      await box.write('/run/spec/marker', 'the page\n');
      const daemon = await commandUnits(box, example());
      const states = async () =>
        Promise.all(units.map(async (name) => (await daemon.status(name))?.active ?? 'inactive'));
      expect(await states()).toEqual(['active', 'inactive', 'inactive']);
      for (const round of [1, 2]) {
        expect(await box.says(20081, { send: page, timeoutMs: 15_000 })).toContain('the page\n');
        expect(await states()).toEqual(['active', 'active', 'active']);
        await daemon.until(
          async () => (await states()).join() === 'active,inactive,inactive',
          `idle ${round}`,
        );
        expect((await daemon.status('web.service'))?.result).toBe('success');
        expect((await daemon.status('web-backend.service'))?.result).toBe('success');
      }
      expect(daemon.moments('Unit not needed anymore. Stopping.')).toHaveLength(2);
    });

    it('S-69: callers at the very first moment are all answered, though the server takes its time', async () => {
      await box.write('/run/spec/marker', 'the page\n');
      const slow = (text: string) =>
        text.replace(
          'ExecStart=/usr/bin/python3',
          'ExecStart=/bin/sh -c \'sleep 1; exec "$0" "$@"\' /usr/bin/python3',
        );
      await commandUnits(box, example(slow));
      // As many as this server lets wait at once.
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => box.says(20081, { send: page, timeoutMs: 20_000 })),
      );
      expect(answers.filter((answer) => !answer.includes('the page\n'))).toEqual([]);
    });

    it('says when it is ready and when it ends', async () => {
      await box.write('/run/spec/marker', 'the page\n');
      const notify = (text: string) =>
        text.replace(`ExecStart=${superd}`, `Type=notify\nExecStart=${superd}`);
      const daemon = await commandUnits(box, example(notify));
      expect(await box.says(20081, { send: page, timeoutMs: 15_000 })).toContain('the page\n');
      expect((await daemon.status('web.service'))?.active).toBe('active');
      await daemon.until(async () => (await daemon.status('web.service'))?.active === 'inactive', 'it ends');
      expect((await daemon.status('web.service'))?.result).toBe('success');
    });
  });
});
