import { describe, expect, it } from '@jest/globals';
import {
  cleanEnvironment,
  ownEnvironment,
  remoteHost,
  startedSlots,
  tcpEnvironment,
} from '../../lib/exec/environment.ts';
import type { ChildSetup } from '../../lib/model/service.ts';
import { makeSetup } from '../make.ts';

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
    expect(tcpEnvironment({ ...ends, localHost: 'a', remoteHost: 'b' })).toHaveLength(
      startedSlots(makeSetup({ tcpEnvironment: 'resolve' })),
    );
  });
});

describe('The environment of a service', () => {
  const daemon = { environment: { LANG: 'C' }, wholeEnvironment: { LANG: 'C', PATH: '/bin', FOO: '1' } };
  type Inherit = ChildSetup['environment']['inherit'];
  const own = (inherit: Inherit, set: Record<string, string> = {}, started: Partial<ChildSetup> = {}) =>
    ownEnvironment(makeSetup({ environment: { inherit, set }, ...started }), daemon);

  it.each<{ inherit: Inherit; set: Record<string, string>; environment: Record<string, string> }>([
    { inherit: 'cleaned', set: {}, environment: { LANG: 'C' } },
    { inherit: 'all', set: {}, environment: { LANG: 'C', PATH: '/bin', FOO: '1' } },
    { inherit: [], set: {}, environment: {} },
    { inherit: ['FOO', 'MISSING'], set: { A: '1' }, environment: { FOO: '1', A: '1' } },
    { inherit: 'all', set: { FOO: 'over' }, environment: { LANG: 'C', PATH: '/bin', FOO: 'over' } },
  ])('$inherit with $set is $environment', ({ inherit, set, environment }) => {
    expect(own(inherit, set)).toEqual(environment);
  });

  it("leaves REMOTE_HOST to the start where that gives the caller's address", () => {
    expect(own([], { REMOTE_HOST: 'fake' }, { tcpEnvironment: 'remote-host' })).toEqual({});
    expect(own([], { REMOTE_HOST: 'kept' })).toEqual({ REMOTE_HOST: 'kept' });
    expect(remoteHost('::ffff:192.0.2.7')).toBe('REMOTE_HOST=::ffff:192.0.2.7');
    expect(startedSlots(makeSetup({ tcpEnvironment: 'remote-host' }))).toBe(1);
  });
});
