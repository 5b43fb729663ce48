/** Units, and somebody who means them harm. */

import { expect, it } from '@jest/globals';
import { asRoot } from './sandbox.ts';
import { commandUnits, unitText } from './unit-verbs.ts';

asRoot('sockets of units and callers who are not allowed', (box) => {
  it('they do not use up the trigger limit of those who are', async () => {
    const daemon = await commandUnits(box, {
      'x.socket': unitText({
        Socket: [
          'ListenStream=127.0.0.1:7001',
          'Accept=yes',
          'TriggerLimitIntervalSec=60',
          'TriggerLimitBurst=3',
          'IPAddressDeny=any',
          'IPAddressAllow=127.0.0.2',
        ],
      }),
      'x@.service': unitText({ Service: ['ExecStart=/bin/echo hi', 'StandardInput=socket'] }),
    });
    for (let count = 0; count < 5; count += 1) expect(['', 'ECONNRESET']).toContain(await box.says(7001));
    expect(await daemon.status('x.socket')).toMatchObject({ active: 'active', counters: { refused: 5 } });
    expect(await box.says(7001, { localAddress: '127.0.0.2' })).toBe('hi\n');
  });
});

asRoot('what others send to the socket of notifications', (box) => {
  it('a flood of nonsense becomes a few lines', async () => {
    const daemon = await commandUnits(box, {
      'x.service': unitText({ Service: ['Type=exec', 'NotifyAccess=all', 'ExecStart=/bin/sleep 60'] }),
    });
    expect(await daemon.run('start', 'x.service')).toEqual({ result: 'done' });
    const { mainPid } = (await daemon.status('x.service')) ?? {};
    const environment = String(await box.read(`/proc/${mainPid}/environ`)).split('\0');
    const place = environment.find((one) => one.startsWith('NOTIFY_SOCKET='))?.slice('NOTIFY_SOCKET='.length);
    const flood = await box.shell(
      `python3 -c 'import os, socket, sys
os.setuid(65534)
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for _ in range(500): s.sendto(b"a\\0b", "\\0" + name[1:] if name[0] == "@" else name)' '${place}'`,
    );
    expect(flood).toMatchObject({ status: 0, stderr: '' });
    // It is served in turn: what was sent before is known by now.
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    const lines = daemon.output.split('\n').filter((line) => line.includes('a notification was dropped'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(20);
  });
});
