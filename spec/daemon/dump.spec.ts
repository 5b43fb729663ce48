import { describe, expect, it } from '@jest/globals';
import { ctime } from '../../lib/builtins/daytime-text.ts';
import { accessLines, hoursLines } from '../../lib/daemon/dump/access-lines.ts';
import { logLines } from '../../lib/daemon/dump/log-lines.ts';
import { serviceLines } from '../../lib/daemon/dump/service-lines.ts';
import type { DaemonFacts } from '../../lib/daemon/dump/snapshot.ts';
import { snapshotOf } from '../../lib/daemon/dump/take.ts';
import { dumpText } from '../../lib/daemon/dump/text.ts';
import { flagsOf, typesOf } from '../../lib/daemon/dump/traits.ts';
import { type AddressRule, OPEN_ACCESS } from '../../lib/model/access.ts';
import type { Service } from '../../lib/model/service.ts';
import type { ServiceDefaults } from '../../lib/model/service-defaults.ts';
import type { ServiceLog } from '../../lib/model/service-log.ts';
import type { Runner } from '../../lib/service/runner.ts';
import { Servers } from '../../lib/service/servers.ts';
import type { State } from '../../lib/service/state.ts';
import { makeAccount, makeLimits, makeService, makeSetup, makeSocket } from '../make.ts';

const wallMs = Date.UTC(2026, 10, 23, 4, 21, 16);
const now = ctime(wallMs);

const facts: DaemonFacts = {
  version: '1.2.3',
  wallMs,
  descriptors: [0, 1, 2, 3, 1005, 1006, 1007, 1010],
  maxDescriptors: 20_000,
  processLimit: null,
  configFile: '/etc/xinetd.conf',
  logging: true,
  environment: { PATH: '/bin', HOME: '/root', A: 'old' },
};

const localNetworks: readonly AddressRule[] = [
  { kind: 'network', family: 4, address: '127.0.0.1', bits: 32 },
  { kind: 'network', family: 4, address: '10.0.0.0', bits: 8 },
];

const common: ServiceLog = {
  id: 'sl',
  target: { kind: 'file', path: '/var/log/services', soft: 1000, hard: 2000 },
  common: true,
  success: ['PID', 'HOST'],
  failure: ['HOST'],
};

const defaults: ServiceDefaults = {
  instances: 5,
  umask: 0o22,
  perSecond: { rate: 10, pauseMs: 5000 },
  perSource: 3,
  access: { ...OPEN_ACCESS, only: localNetworks },
  log: { ...common, common: false },
};

/** What of a runner a dump looks at. */
function makeRunner(
  service: Service,
  {
    state = 'listening',
    descriptors = [],
    children = 0,
    servers = null,
  }: {
    readonly state?: State['name'];
    readonly descriptors?: readonly number[];
    readonly children?: number;
    readonly servers?: Servers | null;
  } = {},
): Runner {
  return {
    service,
    state: { name: state },
    descriptors,
    admission: { children },
    servers,
  } as unknown as Runner;
}

const both = (port: number) => [
  makeSocket(port, { address: { kind: 'inet', family: 4, host: '0.0.0.0', port, dual: false } }),
  makeSocket(port, { address: { kind: 'inet', family: 6, host: '::', port, dual: false } }),
];

const sleeper = makeService({
  name: 'sl',
  label: 'sleeper/tcp',
  sockets: both(7001),
  mapped: true,
  action: { kind: 'exec', program: '/bin/sleep', argv: ['sleep', '5'] },
  account: makeAccount({ user: 'nobody', uid: 65534, gid: 65534, groups: [] }),
  limits: makeLimits({ children: 5, atChildren: 'refuse', perAddressChildren: 3 }),
  startRetries: 5,
  wrap: { daemon: 'sleep' },
  access: {
    maxLoad: null,
    hours: [
      { from: 0, to: 720 },
      { from: 721, to: 1439 },
    ],
    only: localNetworks,
    never: [{ kind: 'network', family: 4, address: '192.168.0.1', bits: 32 }],
  },
  log: common,
  setup: makeSetup({ umask: 0o22, environment: { inherit: ['PATH', 'NONE'], set: { A: 'b', C: 'd' } } }),
});

const muxClient = makeService({
  name: 'mx',
  label: 'mx/tcp',
  sockets: [],
  mux: { name: 'mx', plus: true },
  action: { kind: 'exec', program: '/bin/date', argv: ['date'] },
  startRetries: 5,
  wrap: { daemon: 'date' },
});

const GOLDEN = `INTERNAL STATE DUMP: superd 1.2.3
Current time: ${now}

Services + defaults:
Service defaults
	Instances = 5
	umask = 22
	CPS = max conn:10 wait:5
	PER_SOURCE = 3
	Bind = All addresses.
	Only from:  127.0.0.1(NUMERIC) 10.0.0.0/255.0.0.0(NET)
	No access: No blocked sites
	Logging to file: /var/log/services (soft=1000 hard=2000)
	Log_on_success flags = HOST PID
	Log_on_failure flags = HOST
Service = sleeper
	State = Active
	Service configuration: sleeper
		id = sl
		flags = IPv6
		socket_type = stream
		Protocol (name,number) = (tcp,6)
		port = 7001
		Instances = 5
		wait = no
		user = 65534
		group = 65534
		Groups = no
		umask = 22
		PER_SOURCE = 3
		Bind = All addresses.
		Server = /bin/sleep
		Server argv = sleep 5
		Libwrap = sleep
		Access times = 00:00-12:00 12:01-23:59
		Only from:  127.0.0.1(NUMERIC) 10.0.0.0/255.0.0.0(NET)
		No access:  192.168.0.1(NUMERIC)
		Logging to common log file
		Log_on_success flags = HOST PID
		Log_on_failure flags = HOST
		Passenv = PATH NONE
		Environment additions:
			A=b
			C=d
		Environment strings:
			PATH=/bin
			A=b
			C=d
	running servers = 1
	retry servers = 0
	attempts = 0
	service fd = 1005

Service = mx
	State = Not started
	Service configuration: mx
		id = mx
		type = UNLISTED TCPMUXPLUS
		socket_type = stream
		Protocol (name,number) = (tcp,6)
		Instances = UNLIMITED
		wait = no
		user = 0
		group = 0
		Groups = yes
		PER_SOURCE = -1
		Bind = All addresses.
		Server = /bin/date
		Server argv = date
		Libwrap = date
		Only from: All sites
		No access: No blocked sites
		No logging

Service = wt
	State = Suspended
	Service configuration: wt
		id = wt
		flags = NORETRY NOLIBWRAP IPv4
		socket_type = dgram
		Protocol (name,number) = (udp,17)
		port = 7002
		Instances = UNLIMITED
		wait = yes
		user = 0
		group = 0
		Groups = yes
		Nice = 5
		PER_SOURCE = -1
		Bind = 127.0.0.1
		Server = /bin/cat
		Server argv = cat
		Only from: All sites
		No access: No blocked sites
		No logging

Server table dump:
sl server
pid = 7
start_time = ${now}
Connection info:
	service = sl
	descriptor = -1
	flags = 3
	remote_address = ::ffff:127.0.0.1,45274
log_remote_user = NO
writes_to_log = NO

wt server
pid = 8
start_time = ${now}
Connection info:
	service = wt
	descriptor = 1007
	flags = 0
	remote_address = <no address>,0
log_remote_user = NO
writes_to_log = NO


Retry table dump:

Socket mask: 1005 1006 1007
pfds_last = 3
Open descriptors (not in socket mask): 0 1 2 3 1010

active_services = 1
available_services = 2
descriptors_free = 19992
running_servers = 2
Logging service = enabled

max_descriptors = 20000
process_limit = 0
config_file = /etc/xinetd.conf

END OF DUMP

`;

describe('the state dump', () => {
  it('xinetd case 185 (text): has every line of xinetd(8) in its place', () => {
    const [first, second] = [new Servers({ wall: () => wallMs }), new Servers({ wall: () => wallMs })];
    first.started(7, {
      peer: { kind: 'inet', family: 4, address: '127.0.0.1', port: 45274 },
      address: '127.0.0.1',
    });
    second.started(8, null);
    const waiting = makeService({
      name: 'wt',
      label: 'wt/udp',
      activation: 'wait',
      sockets: [makeSocket(7002, { type: 'dgram' })],
      setup: makeSetup({ nice: 5 }),
    });
    const runners = [
      makeRunner(sleeper, { descriptors: [1005, 1006], children: 1, servers: first }),
      makeRunner(muxClient),
      makeRunner(waiting, { state: 'paused', descriptors: [1007], children: 1, servers: second }),
    ];
    expect(dumpText(snapshotOf(runners, { facts, defaults }))).toBe(GOLDEN);
  });

  it('of nothing is complete as well', () => {
    const quiet = { ...facts, descriptors: [0, 1, 2], logging: false, processLimit: 40 };
    const text = dumpText(snapshotOf([], { facts: quiet, defaults: null }));
    expect(text.split('\n').slice(3)).toEqual([
      'Services + defaults:',
      'Server table dump:',
      '',
      'Retry table dump:',
      '',
      'Socket mask:',
      'pfds_last = 0',
      'Open descriptors (not in socket mask): 0 1 2',
      '',
      'active_services = 0',
      'available_services = 0',
      'descriptors_free = 19997',
      'running_servers = 0',
      'Logging service = disabled',
      '',
      'max_descriptors = 20000',
      'process_limit = 40',
      'config_file = /etc/xinetd.conf',
      '',
      'END OF DUMP',
      '',
      '',
    ]);
  });

  it.each([
    { state: 'closed', says: 'Not started' },
    { state: 'unbound', says: 'Not started' },
    { state: 'listening', says: 'Active' },
    { state: 'full', says: 'Active' },
    { state: 'handed-over', says: 'Active' },
    { state: 'paused', says: 'Suspended' },
    { state: 'tripped', says: 'Suspended' },
  ] as const)('a service that is $state is called $says', ({ state, says }) => {
    const text = dumpText(snapshotOf([makeRunner(makeService(), { state })], { facts, defaults: null }));
    expect(text).toContain(`\tState = ${says}\n`);
    expect(text.includes('\tservice fd = ')).toBe(says === 'Active');
  });
});

describe('the lines of a service', () => {
  it.each<{ of: string; service: Partial<Service>; lines: readonly string[] }>([
    {
      of: 'a redirect',
      service: { action: { kind: 'redirect', host: 'localhost', port: 80, addresses: ['127.0.0.1'] } },
      lines: ['Redirect = localhost:80'],
    },
    {
      of: 'a sensor',
      service: { action: { kind: 'sensor', denyMinutes: 5 } },
      lines: ['type = INTERNAL', 'Deny Time: 5'],
    },
    {
      of: 'a sensor without mercy',
      service: { action: { kind: 'sensor', denyMinutes: 'forever' } },
      lines: ['Deny Time: -1'],
    },
    {
      of: 'an RPC program',
      service: { rpc: { name: 'rq', program: 300_000, low: 2, high: 3 } },
      lines: ['type = RPC', 'RPC data', '\tprogram number = 300000', '\trpc_version = 2-3'],
    },
    {
      of: 'one version of an RPC program',
      service: { rpc: { name: 'rq', program: 300_000, low: 2, high: 2 } },
      lines: ['\trpc_version = 2'],
    },
    {
      of: 'a limit of starts a second',
      service: { limits: makeLimits({ perSecond: { rate: 3, pauseMs: 4000 } }) },
      lines: ['CPS = max conn:3 wait:4'],
    },
    {
      of: 'a Unix socket',
      service: { label: 'x/unix', sockets: [makeSocket(0, { address: { kind: 'unix', path: '/run/x' } })] },
      lines: ['Protocol (name,number) = (unix,0)', 'Bind = /run/x'],
    },
    {
      of: 'more variables for its servers',
      service: { setup: makeSetup({ environment: { inherit: 'all', set: { A: 'b' } } }) },
      lines: ['Environment additions:', '\tA=b', 'Environment strings:', '\tPATH=/bin', '\tHOME=/root'],
    },
  ])('tell of $of', ({ service, lines }) => {
    expect(serviceLines(makeService(service), facts.environment)).toEqual(expect.arrayContaining([...lines]));
  });

  it('tell the variables once, with the value that a server gets', () => {
    const service = makeService({ setup: makeSetup({ environment: { inherit: 'all', set: { A: 'b' } } }) });
    const lines = serviceLines(service, facts.environment);
    expect(lines.slice(lines.indexOf('Environment strings:') + 1)).toEqual([
      '\tPATH=/bin',
      '\tHOME=/root',
      '\tA=b',
    ]);
  });

  it('name neither port nor program where there is none', () => {
    const service = makeService({ action: { kind: 'builtin', name: 'echo', args: [] }, sockets: [] });
    expect(serviceLines(service, {}).filter((line) => /^(port|Server|flags.*IPv)/.test(line))).toEqual([]);
  });
});

describe('flags and types', () => {
  it('come in the order of xinetd', () => {
    const service = makeService({
      sockets: [makeSocket(1, { noDelay: true, keepAlive: true })],
      intercept: true,
      action: { kind: 'sensor', denyMinutes: 0 },
      reception: {
        banner: { always: null, success: null, failure: null },
        ident: 'require',
        identRefused: false,
      },
      rpc: { name: 'x', program: 1, low: 1, high: 1 },
      mux: { name: 'x', plus: false },
    });
    const flags = 'INTERCEPT NORETRY IDONLY SENSOR NODELAY KEEPALIVE NOLIBWRAP IPv4';
    expect(flagsOf(service).join(' ')).toBe(flags);
    expect(typesOf(service).join(' ')).toBe('RPC INTERNAL UNLISTED TCPMUX');
  });

  it('are left out where nothing was asked for', () => {
    const plain = { startRetries: 5, wrap: { daemon: 'x' } };
    expect(flagsOf(makeService(plain))).toEqual(['IPv4']);
    expect(flagsOf(makeService({ ...plain, sockets: both(1) }))).toEqual(['IPv6']);
    expect(typesOf(makeService(plain))).toEqual([]);
  });
});

describe('access lists', () => {
  const network = (family: 4 | 6, address: string, bits: number): AddressRule => ({
    kind: 'network',
    family,
    address,
    bits,
  });

  it.each<{ rule: AddressRule; text: string }>([
    { rule: network(4, '127.0.0.1', 32), text: '127.0.0.1(NUMERIC)' },
    { rule: network(4, '10.0.0.0', 8), text: '10.0.0.0/255.0.0.0(NET)' },
    { rule: network(4, '0.0.0.0', 0), text: '0.0.0.0/0.0.0.0(NET)' },
    { rule: network(4, '192.168.128.0', 19), text: '192.168.128.0/255.255.224.0(NET)' },
    { rule: network(6, '::1', 128), text: '::1(NUMERIC)' },
    { rule: network(6, 'fe80::', 10), text: 'fe80::/ffc0::(NET)' },
    { rule: network(6, '2001:db8::', 32), text: '2001:db8::/ffff:ffff::(NET)' },
    { rule: network(6, '::', 0), text: '::/::(NET)' },
    { rule: network(6, '2001:db8::', 127), text: '2001:db8::/ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe(NET)' },
    { rule: { kind: 'host', name: 'localhost' }, text: 'localhost(HOST)' },
    { rule: { kind: 'domain', suffix: '.example.com' }, text: '.example.com(HOST)' },
  ])('have $text', ({ rule, text }) => {
    const expected = ['Only from: All sites', `No access:  ${text} ${text}`];
    expect(accessLines({ ...OPEN_ACCESS, never: [rule, rule] })).toEqual(expected);
  });

  it('an empty list admits nobody', () => {
    expect(accessLines({ ...OPEN_ACCESS, only: [] })[0]).toBe('Only from: No sites');
  });

  it('no hours are no line', () => {
    expect(hoursLines(OPEN_ACCESS)).toEqual([]);
  });
});

describe('logs', () => {
  it.each<{ log: ServiceLog | null; lines: readonly string[] }>([
    { log: null, lines: ['No logging'] },
    {
      log: { ...common, target: { kind: 'syslog', facility: 'daemon', level: 'info' }, common: false },
      lines: [
        'Logging to syslog. Facility = daemon, level = info',
        'Log_on_success flags = HOST PID',
        'Log_on_failure flags = HOST',
      ],
    },
    {
      log: {
        ...common,
        target: { kind: 'file', path: '/l', soft: null, hard: null },
        common: false,
        success: ['TRAFFIC', 'USERID', 'PID', 'EXIT', 'DURATION', 'HOST'],
        failure: [],
      },
      lines: [
        'Logging to file: /l (no limits)',
        'Log_on_success flags = HOST DURATION EXIT PID USERID TRAFFIC',
        'Log_on_failure flags =',
      ],
    },
  ])('are told as $lines.0', ({ log, lines }) => {
    expect(logLines(log)).toEqual(lines);
  });
});
