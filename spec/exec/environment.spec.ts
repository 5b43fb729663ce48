import { describe, expect, it } from '@jest/globals';
import { cleanEnvironment, TCP_ENVIRONMENT_SLOTS, tcpEnvironment } from '../../lib/exec/environment.ts';

describe('The environment of children', () => {
  const login = {
    PATH: '/bin',
    HOME: '/root',
    LD_PRELOAD: 'x',
    SSH_CLIENT: 'y',
    TERM: 'vt100',
    TMPDIR: '/t',
    USER: 'root',
  };

  it('loses what a login left in it', () => {
    expect(cleanEnvironment({ ...login, FOO: '1' }, false)).toEqual({ FOO: '1' });
  });

  it('takes whole names where they are meant', () => {
    expect(cleanEnvironment({ PATHS: '1', HOMEPAGE: '2', USERS: '3' }, false)).toEqual({
      PATHS: '1',
      HOMEPAGE: '2',
      USERS: '3',
    });
  });

  it('keeps everything with -E, but not what is meant for superd alone', () => {
    const ours = { NOTIFY_SOCKET: '/n', LISTEN_FDS: '1', LISTEN_PID: '7', WATCHDOG_USEC: '5' };
    expect(cleanEnvironment({ ...login, ...ours }, true)).toEqual(login);
  });

  it('tells both ends of a connection in the words of GNU inetd', () => {
    const ends = { local: { address: '127.0.0.1', port: 7 }, remote: { address: '192.0.2.7', port: 4711 } };
    expect(tcpEnvironment(ends)).toEqual([
      'PROTO=TCP',
      'TCPLOCALIP=127.0.0.1',
      'TCPLOCALPORT=7',
      'TCPREMOTEIP=192.0.2.7',
      'TCPREMOTEPORT=4711',
    ]);
    expect(tcpEnvironment({ ...ends, localHost: 'a', remoteHost: 'b' })).toHaveLength(TCP_ENVIRONMENT_SLOTS);
  });
});
