/** What FlushPending= throws away, while a service that has the same socket does what it likes with it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import { AcceptBatch } from '../../../lib/sys/accept.ts';
import { bind, close, type Fd, openSocket } from '../../../lib/sys/socket.ts';
import { receive, sendMessage } from '../../../lib/sys/transfer.ts';
import { flush } from '../../../lib/units/socket/flush.ts';
import type { Port } from '../../../lib/units/socket/port.ts';

const NAME = `superd-flush-${process.pid}`;

/** Makes the socket 3 blocking again and again, for a second; then it frees whoever waits there. */
const SHARER = `import fcntl, os, socket, time
end = time.monotonic() + 1
print("ready", flush=True)
while time.monotonic() < end: fcntl.fcntl(3, fcntl.F_SETFL, 0)
fcntl.fcntl(3, fcntl.F_SETFL, os.O_NONBLOCK)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
while time.monotonic() < end + 1:
    try: s.sendto(b"x", socket.MSG_DONTWAIT, "\\0${NAME}")
    except BlockingIOError: pass
    time.sleep(0.01)`;

let fd: Fd = -1;
afterEach(() => close(fd));

function datagrams(): readonly Port[] {
  fd = openSocket('unix', 'dgram', 0);
  bind(fd, { kind: 'unix', path: `@${NAME}` });
  return [{ fd, target: { kind: 'abstract', name: NAME, type: 'dgram' } } as unknown as Port];
}

it('drops all datagrams, empty ones too', () => {
  const ports = datagrams();
  const sender = openSocket('unix', 'dgram', 0);
  for (const text of ['a', '', 'b']) sendMessage(sender, Buffer.from(text), { to: `@${NAME}` });
  close(sender);
  flush(ports, new AcceptBatch());
  expect(receive(fd, new Uint8Array(9))).toBe('again');
});

it('waits for nobody, though the service makes the socket wait', async () => {
  const ports = datagrams();
  const sharer = spawn('python3', ['-c', SHARER], { stdio: ['ignore', 'pipe', 'inherit', fd] });
  const ended = once(sharer, 'exit');
  await once(sharer.stdout as NonNullable<typeof sharer.stdout>, 'data');
  const batch = new AcceptBatch();
  let longest = 0;
  for (const end = performance.now() + 900; performance.now() < end; ) {
    const begin = performance.now();
    flush(ports, batch);
    longest = Math.max(longest, performance.now() - begin);
  }
  expect(longest).toBeLessThan(300);
  await ended;
}, 10_000);
