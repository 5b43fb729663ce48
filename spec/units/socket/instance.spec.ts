import { describe, expect, it } from '@jest/globals';
import type { Peer } from '../../../lib/model/peer.ts';
import {
  type Connection,
  describeCaller,
  environmentOf,
  instanceName,
} from '../../../lib/units/socket/instance.ts';

const inet = (family: 4 | 6, address: string, port: number): Peer => ({
  kind: 'inet',
  family,
  address,
  port,
});
const connection = (parts: Partial<Connection>): Connection => ({
  number: 0,
  local: { kind: 'unix', path: '' },
  peer: { kind: 'unix', path: '' },
  credentials: null,
  cookie: null,
  ...parts,
});

// biome-ignore format: a table
const rows: readonly { readonly of: Connection; readonly name: string; readonly environment: readonly string[]; readonly caller: string }[] = [
  {
    of: connection({ local: inet(4, '127.0.0.1', 25001), peer: inet(4, '127.0.0.1', 34494), cookie: 7n }),
    name: 'x@0-127.0.0.1:25001-127.0.0.1:34494.service',
    environment: ['REMOTE_ADDR=127.0.0.1', 'REMOTE_PORT=34494', 'SO_COOKIE=7'], caller: '127.0.0.1:34494',
  },
  {
    of: connection({ number: 3, local: inet(6, '::1', 25002), peer: inet(6, '::1', 43998) }),
    name: 'x@3-::1:25002-::1:43998.service', environment: ['REMOTE_ADDR=::1', 'REMOTE_PORT=43998'], caller: '[::1]:43998',
  },
  {
    of: connection({ local: inet(6, 'fe80::1%eth0', 7), peer: inet(6, 'fe80::2%eth0', 8) }),
    name: 'x@0-fe80::1:7-fe80::2:8.service', environment: ['REMOTE_ADDR=fe80::2%eth0', 'REMOTE_PORT=8'], caller: '[fe80::2%eth0]:8',
  },
  { of: connection({ credentials: { pid: 165, uid: 0 } }), name: 'x@0-165-0.service', environment: [], caller: 'PID 165/UID 0' },
  {
    of: connection({ credentials: { pid: 165, uid: 7 }, peer: { kind: 'unix', path: '@clienta' } }),
    name: 'x@0-165-7.service', environment: ['REMOTE_ADDR=@clienta'], caller: 'PID 165/UID 7',
  },
  { of: connection({ credentials: { pid: 0, uid: 0 } }), name: 'x@0-unknown.service', environment: [], caller: 'PID 0/UID 0' },
  { of: connection({}), name: 'x@0-unknown.service', environment: [], caller: 'unknown' },
  {
    of: connection({
      cookie: 9n,
      vsock: { local: { kind: 'vsock', cid: 2, port: 1 }, peer: { kind: 'vsock', cid: 3, port: 4 } },
    }),
    name: 'x@0-2:1-3:4.service', environment: ['REMOTE_ADDR=vsock:3', 'REMOTE_PORT=4', 'SO_COOKIE=9'], caller: 'vsock:3:4',
  },
];

describe('X-InstanceNaming=v258', () => {
  it.each([
    {
      of: connection({ local: inet(4, '127.0.0.1', 1), peer: inet(4, '127.0.0.1', 2), cookie: 5n }),
      name: 'x@0-5-127.0.0.1:1-127.0.0.1:2.service',
    },
    {
      of: connection({ credentials: { pid: 165, uid: 7 }, cookie: 5n, number: 3 }),
      name: 'x@3-5-165-7.service',
    },
    { of: connection({ cookie: 5n }), name: 'x@0-5-unknown.service' },
    { of: connection({ credentials: { pid: 165, uid: 7 } }), name: 'x@0-165-7.service' },
  ])('$name', ({ of, name }) => {
    expect(instanceName('x@.service', of, 'v258')).toBe(name);
  });
});

describe('the instance of a connection', () => {
  it.each(rows)('is $name', ({ of, name, environment, caller }) => {
    expect(instanceName('x@.service', of)).toBe(name);
    expect(environmentOf(of)).toEqual(environment);
    expect(describeCaller(of)).toBe(caller);
  });
});
