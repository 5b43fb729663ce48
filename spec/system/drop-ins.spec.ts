/** Drop-ins for services of inetd.conf, with the real daemon. */

import { expect, it } from '@jest/globals';
import { serve } from './daemon.ts';
import { asRoot } from './sandbox.ts';

asRoot('Drop-ins for classic services', (box) => {
  const port = 23001;
  const entry = (server: string) => `${port} stream tcp4 nowait root ${box.server(server)} s\n`;

  /** Writes the one drop-in, in a folder of its own. */
  async function dropIn(...lines: readonly string[]): Promise<void> {
    await box.shell('rm -rf /etc/superd; mkdir -p /etc/superd/23001.d');
    await box.write('/etc/superd/23001.d/access.conf', ['[Access]', ...lines, ''].join('\n'));
  }

  const from = (address: string): Promise<string> => box.says(port, { localAddress: address });

  it('OnlyFrom= and NoAccess= refuse callers of an inetd service, and a reload changes them', async () => {
    await dropIn('OnlyFrom=127.0.0.0/8', 'NoAccess=127.0.0.2');
    const daemon = await serve(box, entry('hello'));
    expect(await from('127.0.0.1')).toBe('HELLO\n');
    expect(await from('127.0.0.2')).not.toBe('HELLO\n');
    expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'address' }]);
    await dropIn('OnlyFrom=127.0.0.2');
    await daemon.reload();
    expect(await from('127.0.0.2')).toBe('HELLO\n');
    expect(await from('127.0.0.1')).not.toBe('HELLO\n');
    await box.shell('rm -r /etc/superd');
    await daemon.reload();
    expect(await from('127.0.0.1')).toBe('HELLO\n');
  });

  it('Instances= turns the next caller away, and counts the children of before when a reload raises it', async () => {
    await dropIn('Instances=1');
    const daemon = await serve(box, entry('sleep'));
    const first = await box.connect(port);
    await first.line();
    expect(await from('127.0.0.1')).toBe('');
    expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'children' }]);
    await dropIn('Instances=2');
    await daemon.reload();
    const second = await box.connect(port);
    expect(Number(await second.line())).toBeGreaterThan(0);
    expect(await from('127.0.0.1')).toBe('');
    await first.close();
    await second.close();
  });

  it('CPS= pauses the service with its port open', async () => {
    await dropIn('CPS=2 1');
    const daemon = await serve(box, entry('hello'));
    const heard = [await from('127.0.0.1'), await from('127.0.0.1'), await from('127.0.0.1')];
    expect(heard.filter((text) => text === 'HELLO\n')).toHaveLength(2);
    expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'rate' }]);
    expect(await from('127.0.0.1')).toBe('HELLO\n');
  });

  it('one that nobody understands keeps a service from starting, and at a reload the old one in place', async () => {
    await dropIn('OnlyFrom=127.0.0.2');
    const daemon = await serve(box, entry('hello'));
    await dropIn('OnlyFrom=127.0.0.300');
    await daemon.reload();
    expect(await from('127.0.0.2')).toBe('HELLO\n');
    expect(await from('127.0.0.1')).not.toBe('HELLO\n');
    await daemon.stop();
    const next = await serve(
      box,
      `${entry('hello')}23002 stream tcp4 nowait root ${box.server('hello')} h\n`,
    );
    expect(await from('127.0.0.2')).toBe('ECONNREFUSED');
    expect(await box.says(23002)).toBe('HELLO\n');
    expect(next.events('diagnostic').map(({ code }) => code)).toEqual(['xinetd/bad-address']);
  });

  it('callers of a wait server are checked before they are passed on to it', async () => {
    await dropIn('OnlyFrom=127.0.0.2');
    const daemon = await serve(box, `${port} stream tcp4 wait root ${box.server('acc1')} a\n`);
    expect(await from('127.0.0.1')).toBe('');
    expect(await from('127.0.0.2')).toMatch(/^\d+\n$/);
    expect(await daemon.told('refused', 1)).toMatchObject([{ reason: 'address' }]);
    expect(daemon.events('diagnostic').map(({ code }) => code)).toEqual(['drop-in/intercepted']);
  });

  it('[Service] and [Socket] give an entry an environment, limits, a umask and a nice value; a reload changes them', async () => {
    await dropIn(
      '[Service]',
      'Environment="GREETING=good day"',
      'LimitNOFILE=64',
      '[Socket]',
      'KeepAlive=yes',
    );
    const script = await box.write(
      box.fresh('.sh'),
      '#!/bin/sh\necho "($GREETING)" $(ulimit -n) $(umask) $(nice)\n',
      0o755,
    );
    const daemon = await serve(box, `${port} stream tcp4 nowait root ${script} s\n`);
    expect(await from('127.0.0.1')).toBe('(good day) 64 0022 0\n');
    await dropIn('[Service]', 'LimitNOFILE=32:48', 'UMask=027', 'Nice=3');
    await daemon.reload();
    expect(await from('127.0.0.1')).toBe('() 32 0027 3\n');
    await dropIn('[Service]', 'PrivateTmp=yes');
    await daemon.reload();
    expect(await from('127.0.0.1')).toBe('() 32 0027 3\n');
    expect(daemon.events('diagnostic').map(({ code }) => code)).toEqual(['drop-in/units-only']);
  });

  it('MaxConnections= and MaxConnectionsPerSource= of [Socket] turn callers away', async () => {
    await dropIn('[Socket]', 'MaxConnectionsPerSource=1', 'MaxConnections=2');
    const daemon = await serve(box, entry('sleep'));
    const open = [];
    for (const localAddress of ['127.0.0.1', '127.0.0.2']) {
      const connection = await box.connect(port, { localAddress });
      await connection.line();
      open.push(connection);
      expect(await from(localAddress)).toBe('');
    }
    expect(await from('127.0.0.3')).toBe('');
    expect((await daemon.told('refused', 3)).map(({ reason }) => reason)).toEqual([
      'per-address-children',
      'children',
      'children',
    ]);
    for (const connection of open) await connection.close();
  });

  it('Backlog= of [Socket] is that of the listener, and changes in place', async () => {
    const queue = async () => (await box.shell(`ss -Hltn sport = :${port}`)).stdout.split(/\s+/)[2];
    await dropIn('[Socket]', 'Backlog=17');
    const daemon = await serve(box, entry('hello'));
    expect(await queue()).toBe('17');
    await dropIn('[Socket]', 'Backlog=19');
    await daemon.reload();
    expect(await queue()).toBe('19');
  });
});
