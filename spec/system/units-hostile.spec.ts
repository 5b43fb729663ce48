/** Units, and somebody who means them harm. */

import { expect, it } from '@jest/globals';
import { asRoot, type Sandbox } from './sandbox.ts';
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
    const place = await placeOf(box, (await daemon.status('x.service'))?.mainPid);
    const flood = await sendAs65534(box, place, 'b"a\\0b"', 500);
    expect(flood).toMatchObject({ status: 0, stderr: '' });
    // It is served in turn: what was sent before is known by now.
    expect(await daemon.run('stop', 'x.service')).toEqual({ result: 'done' });
    const lines = daemon.output.split('\n').filter((line) => line.includes('a notification was dropped'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(20);
  });

  it('what strangers say costs little, however many services and processes there are', async () => {
    const names = Array.from({ length: 15 }, (_, at) => `x${at}.service`);
    const text = unitText({ Service: ['Type=exec', 'NotifyAccess=all', 'ExecStart=/bin/sleep 60'] });
    const daemon = await commandUnits(box, Object.fromEntries(names.map((name) => [name, text])));
    for (const name of names) await daemon.run('start', name);
    await box.shell('for i in $(seq 100); do sleep 60 > /dev/null 2>&1 & done');
    const place = await placeOf(box, (await daemon.status('x0.service'))?.mainPid);
    const before = await cpuMs(box, daemon.pid);
    const flood = await sendAs65534(box, place, 'b"STATUS=mine"', 300);
    expect(flood).toMatchObject({ status: 0, stderr: '' });
    expect(await daemon.status('x0.service')).toMatchObject({ text: null });
    // All processes were looked at for each service and each message: that took longer than half a minute.
    expect((await cpuMs(box, daemon.pid)) - before).toBeLessThan(3000);
  });
});

async function placeOf(box: Sandbox, pid: number | null | undefined): Promise<string> {
  const environment = String(await box.read(`/proc/${pid}/environ`)).split('\0');
  return environment.find((one) => one.startsWith('NOTIFY_SOCKET='))?.slice('NOTIFY_SOCKET='.length) ?? '';
}

/** One who has no rights sends a message often, and stays until it was looked at. */
function sendAs65534(box: Sandbox, place: string, message: string, times: number) {
  const script = `import os, socket, sys, time
os.setuid(65534)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
for _ in range(${times}): s.sendto(${message}, "\\0" + sys.argv[1][1:])
time.sleep(1)`;
  return box.shell(`python3 -c '${script}' '${place}'`);
}

/** Processor time of a process, ms. */
async function cpuMs(box: Sandbox, pid: number): Promise<number> {
  const words =
    String(await box.read(`/proc/${pid}/stat`))
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(words[11]) + Number(words[12])) * 10;
}
