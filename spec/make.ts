/** Services and their parts with everything filled in, so that a spec states only what it is about. */

import { OPEN_ACCESS } from '../lib/model/access.ts';
import type { SocketSpec } from '../lib/model/address.ts';
import {
  type Account,
  type ChildSetup,
  INETD_ENVIRONMENT,
  type Limits,
  type Service,
} from '../lib/model/service.ts';

export function makeLimits(limits: Partial<Limits> = {}): Limits {
  return {
    perMinute: null,
    tripPauseMs: 600_000,
    perSecond: null,
    children: null,
    atChildren: 'wait',
    perAddressPerMinute: null,
    perAddressChildren: null,
    ipMax: null,
    ...limits,
  };
}

export function makeSocket(port: number, socket: Partial<SocketSpec> = {}): SocketSpec {
  return {
    type: 'stream',
    address: { kind: 'inet', family: 4, host: '127.0.0.1', port, dual: false },
    protocol: 0,
    backlog: 128,
    ...socket,
  };
}

export function makeAccount(account: Partial<Account> = {}): Account {
  return { user: 'root', uid: 0, gid: 0, groups: [0], home: '/root', shell: '/bin/sh', ...account };
}

export function makeSetup(setup: Partial<ChildSetup> = {}): ChildSetup {
  return {
    stderr: 'socket',
    tcpEnvironment: 'none',
    peerArgument: false,
    shellFallback: false,
    environment: INETD_ENVIRONMENT,
    umask: null,
    nice: 0,
    resources: [],
    ...setup,
  };
}

export function makeService(service: Partial<Service> = {}): Service {
  return {
    name: 'test/tcp4',
    label: 'test/tcp4',
    origin: { file: 'inetd.conf', line: 1, word: 'test' },
    sockets: [makeSocket(7007)],
    activation: 'nowait',
    action: { kind: 'exec', program: '/bin/cat', argv: ['cat'] },
    account: makeAccount(),
    limits: makeLimits(),
    setup: makeSetup(),
    refuseFtpData: false,
    refuseLoopback: false,
    wrap: null,
    access: OPEN_ACCESS,
    reception: null,
    log: null,
    mapped: false,
    intercept: false,
    startRetries: 0,
    servers: 'leave',
    ...service,
  };
}
