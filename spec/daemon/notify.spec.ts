import { describe, expect, it } from '@jest/globals';
import { createNotifier, NOTIFY_VARIABLES } from '../../lib/daemon/notify.ts';
import { ManualClock } from '../log/manual-clock.ts';

type Env = Readonly<Record<string, string>>;

/** A manager that writes down each datagram as `PATH TEXT`. */
function manager(env: Env, answer = 0) {
  const clock = new ManualClock();
  const said: string[] = [];
  const notifier = createNotifier(env, {
    send: (path, bytes) => {
      said.push(`${path} ${Buffer.from(bytes).toString()}`);
      return answer;
    },
    clock,
    pid: 7,
    monotonicUsec: () => 123_456n,
  });
  return { clock, said, notifier };
}

const socket: Env = { NOTIFY_SOCKET: '/run/systemd/notify' };

describe('the notifier', () => {
  it('speaks sd_notify(3), a datagram a message', () => {
    const { said, notifier } = manager(socket);
    notifier.ready('5 services');
    notifier.reloading();
    notifier.ready('6 services');
    notifier.status('busy');
    notifier.stopping('SIGTERM');
    expect(said).toEqual([
      '/run/systemd/notify READY=1\nSTATUS=5 services',
      '/run/systemd/notify RELOADING=1\nMONOTONIC_USEC=123456',
      '/run/systemd/notify READY=1\nSTATUS=6 services',
      '/run/systemd/notify STATUS=busy',
      '/run/systemd/notify STOPPING=1\nSTATUS=SIGTERM',
    ]);
  });

  it('does not let a status begin another message', () => {
    const { said, notifier } = manager(socket);
    notifier.status('a\nMAINPID=1\0');
    expect(said).toEqual(['/run/systemd/notify STATUS=a MAINPID=1 ']);
  });

  it.each([
    { env: { NOTIFY_SOCKET: '/run/n' }, active: true, because: 'it is a path' },
    { env: { NOTIFY_SOCKET: '@abstract' }, active: true, because: 'it is an abstract name' },
    { env: { NOTIFY_SOCKET: 'vsock:2:1234' }, active: false, because: 'we speak Unix sockets only' },
    { env: { NOTIFY_SOCKET: '@' }, active: false, because: 'the name is empty' },
    { env: { NOTIFY_SOCKET: '' }, active: false, because: 'the variable is empty' },
    { env: { WATCHDOG_USEC: '1000000' }, active: false, because: 'there is nobody to tell' },
  ])('with $env listens: $active, as $because', ({ env, active }) => {
    const { clock, said, notifier } = manager(env);
    notifier.ready('x');
    expect({ active: notifier.active, said: said.length, timers: clock.pending }).toEqual({
      active,
      said: active ? 1 : 0,
      timers: 0,
    });
  });

  it('does not mind a manager that does not listen', () => {
    const { notifier } = manager(socket, -111);
    expect(() => notifier.ready('x')).not.toThrow();
  });

  it('names the variables that children must not see', () => {
    expect(NOTIFY_VARIABLES).toEqual(['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']);
  });
});

describe('the watchdog', () => {
  it.each([
    { env: { WATCHDOG_USEC: '5000000' }, beats: 5, because: 'half of 5 s' },
    { env: { WATCHDOG_USEC: '5000000', WATCHDOG_PID: '7' }, beats: 5, because: 'we are watched' },
    { env: { WATCHDOG_USEC: '5000000', WATCHDOG_PID: '8' }, beats: 0, because: 'another process is' },
    { env: { WATCHDOG_USEC: '20000000' }, beats: 2, because: 'half of 20 s' },
    { env: { WATCHDOG_USEC: '0' }, beats: 0, because: 'it is off' },
    { env: { WATCHDOG_USEC: 'soon' }, beats: 0, because: 'that is no number' },
    { env: { WATCHDOG_USEC: '-5' }, beats: 0, because: 'that is no time' },
    { env: {}, beats: 0, because: 'nobody watches' },
  ])('in 10 s of $env says so $beats times: $because', ({ env, beats }) => {
    const { clock, said } = manager({ ...socket, ...env });
    clock.advance(10_000);
    const expected = Array.from({ length: beats }, () => '/run/systemd/notify WATCHDOG=1');
    expect(said).toEqual(expected);
  });

  it('is silent once it is closed', () => {
    const { clock, said, notifier } = manager({ ...socket, WATCHDOG_USEC: '1000000' });
    notifier.close();
    clock.advance(10_000);
    expect({ said: said.length, timers: clock.pending }).toEqual({ said: 1, timers: 0 });
  });
});
