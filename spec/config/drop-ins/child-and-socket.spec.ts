/** Drop-ins of classic services with keys of units. */

import { describe, expect, it } from '@jest/globals';
import { entry, withAccess } from './read.ts';

const limit = (resource: string, soft: number, hard = soft) => ({ resource, soft, hard });
const setup = (values: object) => ({ setup: values });
const sockets = (values: object) => ({ sockets: [values] });
const variables = (set: object) => setup({ environment: { set } });

describe('[Service] of a drop-in', () => {
  // biome-ignore format: a table
  it.each<{ lines: string[]; gives: object }>([
    { lines: ['Environment=A=1 "B=two words" C='], gives: variables({ A: '1', B: 'two words', C: '' }) },
    { lines: ['Environment=A=1', 'Environment=B=2', 'Environment=A=3'], gives: variables({ A: '3', B: '2' }) },
    { lines: ['Environment=A=1', 'Environment=', 'Environment=B=x=y'], gives: variables({ B: 'x=y' }) },
    { lines: ['UMask=027'], gives: setup({ umask: 0o027 }) },
    { lines: ['UMask=027', 'UMask='], gives: setup({ umask: null }) },
    { lines: ['Nice=-5'], gives: setup({ nice: -5 }) },
    { lines: ['Nice=5', 'Nice='], gives: setup({ nice: 0 }) },
    { lines: ['LimitNOFILE=64:128'], gives: setup({ resources: [limit('nofile', 64, 128)] }) },
    { lines: ['LimitNOFILE=64', 'LimitNOFILE=32', 'LimitCORE=0'], gives: setup({ resources: [limit('nofile', 32), limit('core', 0)] }) },
    { lines: ['LimitNOFILE=64', 'LimitNOFILE='], gives: setup({ resources: [] }) },
    { lines: ['LimitCPU=1min 30s'], gives: setup({ resources: [limit('cpu', 90)] }) },
    { lines: ['LimitAS=infinity'], gives: setup({ resources: [limit('as', Number.POSITIVE_INFINITY)] }) },
    { lines: ['X-Ours=1'], gives: setup({ nice: 0 }) },
  ])('$lines', async ({ lines, gives }) => {
    const { service, said } = await withAccess(['[Service]', ...lines]);
    expect(said).toEqual([]);
    expect(service).toMatchObject(gives);
  });

  // biome-ignore format: a table
  it.each([
    { lines: ['Environment="A=1'], code: 'drop-in/bad-value' },
    { lines: ['Environment=1A=1'], code: 'drop-in/bad-value' },
    { lines: ['Environment=PLAIN'], code: 'drop-in/bad-value' },
    { lines: ['UMask=9'], code: 'drop-in/bad-value' },
    { lines: ['Nice=20'], code: 'drop-in/bad-value' },
    { lines: ['LimitNOFILE=64:32'], code: 'drop-in/bad-value' },
    { lines: ['LimitNOFILE=many'], code: 'drop-in/bad-value' },
    { lines: ['User=nobody'], code: 'drop-in/units-only' },
    { lines: ['PrivateTmp=yes'], code: 'drop-in/units-only' },
    { lines: ['NoNewPrivileges=yes'], code: 'drop-in/units-only' },
    { lines: ['MemoryMax=1G'], code: 'drop-in/units-only' },
    { lines: ['X-IdleTimeoutSec=10'], code: 'drop-in/units-only' },
    { lines: ['X-IgnoreUnsupported=PrivateTmp'], code: 'drop-in/units-only' },
    { lines: ['LimitNOFILES=64'], code: 'drop-in/unknown-key' },
  ])('$lines: $code, and nobody is served', async ({ lines, code }) => {
    const { service, said } = await withAccess(['[Service]', ...lines]);
    expect(service).toBeNull();
    expect(said).toEqual([`error ${code}`]);
  });

  it('means nothing to what superd answers itself', async () => {
    const { service, said } = await withAccess(
      ['[Service]', 'LimitNOFILE=64'],
      '4711 stream tcp4 nowait root internal daytime\n',
    );
    expect([service, said]).toEqual([null, ['error drop-in/misfit']]);
  });
});

describe('[Socket] of a drop-in', () => {
  // biome-ignore format: a table
  it.each<{ lines: string[]; gives: object }>([
    { lines: ['Backlog=17'], gives: sockets({ backlog: 17 }) },
    { lines: ['Backlog=4294967295'], gives: sockets({ backlog: 2 ** 31 - 1 }) },
    { lines: ['KeepAlive=yes', 'NoDelay=yes'], gives: sockets({ keepAlive: true, noDelay: true }) },
    { lines: ['SendBuffer=64K', 'ReceiveBuffer=1M'], gives: sockets({ sendBuffer: 65_536, receiveBuffer: 1_048_576 }) },
    { lines: ['MaxConnections=3'], gives: { limits: { children: 3, atChildren: 'refuse' } } },
    { lines: ['MaxConnections=3', 'MaxConnections='], gives: { limits: { children: null, atChildren: 'refuse' } } },
    { lines: ['MaxConnectionsPerSource=2'], gives: { limits: { perAddressChildren: 2 } } },
    { lines: ['MaxConnectionsPerSource=0'], gives: { limits: { perAddressChildren: null } } },
  ])('$lines', async ({ lines, gives }) => {
    const { service, said } = await withAccess(['[Socket]', ...lines]);
    expect(said).toEqual([]);
    expect(service).toMatchObject(gives);
  });

  it('takes options back', async () => {
    const { service } = await withAccess([
      '[Socket]',
      'NoDelay=yes',
      'NoDelay=',
      'SendBuffer=1M',
      'SendBuffer=',
    ]);
    expect(service?.sockets).toEqual([expect.not.objectContaining({ noDelay: true, sendBuffer: 1_048_576 })]);
  });

  // biome-ignore format: a table
  it.each([
    { lines: ['Backlog=many'], code: 'drop-in/bad-value' },
    { lines: ['SendBuffer=4G'], code: 'drop-in/bad-value' },
    { lines: ['NoDelay=maybe'], code: 'drop-in/bad-value' },
    { lines: ['MaxConnections=0'], code: 'drop-in/bad-value' },
    { lines: ['ListenStream=81'], code: 'drop-in/units-only' },
    { lines: ['FreeBind=yes'], code: 'drop-in/units-only' },
    { lines: ['IPAddressDeny=any'], code: 'drop-in/units-only' },
    { lines: ['NoDelays=yes'], code: 'drop-in/unknown-key' },
  ])('$lines: $code, and nobody is served', async ({ lines, code }) => {
    const { service, said } = await withAccess(['[Socket]', ...lines]);
    expect(service).toBeNull();
    expect(said).toEqual([`error ${code}`]);
  });

  it.each([
    { key: 'Backlog=9', conf: entry('4711', 'udp4', 'wait', 'dgram') },
    { key: 'NoDelay=yes', conf: entry('4711', 'udp4', 'wait', 'dgram') },
    { key: 'MaxConnections=9', conf: entry('4711', 'udp4', 'wait', 'dgram') },
  ])('$key means nothing to datagrams', async ({ key, conf }) => {
    const { service, said } = await withAccess(['[Socket]', key], conf);
    expect([service, said]).toEqual([null, ['error drop-in/misfit']]);
  });

  it('counts the callers of a wait server only where they pass through superd', async () => {
    const conf = entry('4711', 'tcp4', 'wait');
    const alone = await withAccess(['[Socket]', 'MaxConnections=9'], conf);
    expect([alone.service?.intercept, alone.said]).toEqual([false, ['warning drop-in/one-server']]);
    const counted = await withAccess(['[Socket]', 'MaxConnectionsPerSource=2'], conf);
    expect([counted.service?.intercept, counted.said]).toEqual([true, ['note drop-in/intercepted']]);
  });
});
