/** `superd proxy`: passes the connections of its listeners on to a server, as systemd-socket-proxyd(8) does. */

import { createNotifier } from '../daemon/notify.ts';
import { systemClock } from '../sys/clock.ts';
import { Poller } from '../sys/epoll.ts';
import { hasCode } from '../sys/errors.ts';
import { type Fd, isListening, setBlocking, socketType } from '../sys/socket.ts';
import { unixSend } from '../sys/transfer.ts';
import { verbHelp } from './help.ts';
import { systemNames } from './names.ts';
import { FIRST_PASSED, passedCount } from './passed.ts';
import { Connections } from './proxy/connections.ts';
import { PROXY_OPTIONS, type ProxyOptions, proxyOptions } from './proxy/words.ts';
import { say } from './say.ts';
import { VERSION } from './version.ts';

const USAGE = 'superd proxy [OPTION...] HOST[:PORT] | /PATH | @NAME';
const PURPOSE = [
  'Passes the connections of the sockets that it is given (LISTEN_FDS) on to a',
  'server, which may know nothing of them.',
];

/** Does what the words say, and returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  const options = proxyOptions(words, (service) => systemNames().port(service, 'tcp'));
  if (options === 'help') {
    process.stdout.write(verbHelp(USAGE, PURPOSE, PROXY_OPTIONS));
    return 0;
  }
  if (options === 'version') {
    process.stdout.write(`superd ${VERSION}\n`);
    return 0;
  }
  if ('misuse' in options) {
    say(`superd proxy: ${options.misuse}`);
    return 1;
  }
  const count = passedCount(process.env, process.pid);
  const listeners = Array.from({ length: count }, (_, i) => FIRST_PASSED + i);
  if (count === 0) say("Didn't get any sockets passed in.");
  else if (!listeners.every(isStreamListener)) say('Passed in socket is not a stream socket.');
  else {
    await serve(options, listeners);
    return 0;
  }
  return 1;
}

function isStreamListener(fd: Fd): boolean {
  try {
    return socketType(fd) === 'stream' && isListening(fd);
  } catch (error) {
    if (hasCode(error, 'ENOTSOCK') || hasCode(error, 'EBADF')) return false;
    throw error;
  }
}

/** Until it was idle for long enough, or is told to end. */
async function serve(options: ProxyOptions, listeners: readonly Fd[]): Promise<void> {
  const poller = new Poller();
  const clock = systemClock;
  const notifier = createNotifier(process.env, {
    send: unixSend,
    clock,
    pid: process.pid,
    monotonicUsec: () => process.hrtime.bigint() / 1000n,
  });
  await new Promise<void>((resolve) => {
    for (const fd of listeners) setBlocking(fd, false);
    new Connections(options, { poller, clock, say }, resolve).serve(listeners);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    notifier.ready('Passing connections on');
  });
  notifier.stopping('Idle, or told to end');
  notifier.close();
  poller.close();
}
