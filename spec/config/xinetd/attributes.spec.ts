/** Every attribute of xinetd.conf: what it makes of a value, and what it says about one that is none. */

import { describe, expect, it } from '@jest/globals';
import { attributes } from '../../../lib/config/xinetd/attributes.ts';
import type { Service } from '../../../lib/model/service.ts';
import { block, defaults, readOne, readXinetd } from './read.ts';

interface Row {
  readonly attribute: string;
  readonly lines: readonly string[];
  /** What the value comes to. */
  readonly gives: (service: Service) => unknown;
  readonly value: unknown;
  readonly name?: string;
  /** A line that is refused: the service is not started. */
  readonly refused: string;
  readonly code: string;
}

const RPC = [
  'type = RPC',
  'rpc_version = 1-2',
  'socket_type = dgram',
  'wait = yes',
  'without port',
  'port = 1',
];

// biome-ignore format: a table
const ROWS: readonly Row[] = [
  { attribute: 'type', lines: ['type = unlisted'], gives: ({ label }) => label, value: 'x/tcp', refused: 'type = UNLISTED FOO', code: 'xinetd/bad-value' },
  { attribute: 'flags', lines: ['flags = ipv4 nodelay'], gives: ({ sockets }) => sockets.map(({ noDelay }) => noDelay), value: [true], refused: 'flags = BOGUS', code: 'xinetd/bad-value' },
  { attribute: 'disable', lines: ['disable = no'], gives: ({ name }) => name, value: 'x', refused: 'disable = maybe', code: 'xinetd/bad-value' },
  { attribute: 'socket_type', lines: ['socket_type = STREAM'], gives: ({ sockets }) => sockets[0]?.type, value: 'stream', refused: 'socket_type = rdm', code: 'xinetd/bad-value' },
  { attribute: 'protocol', lines: ['protocol = tcp'], gives: ({ label }) => label, value: 'x/tcp', refused: 'protocol = tcp6', code: 'xinetd/bad-value' },
  { attribute: 'wait', lines: ['wait = No'], gives: ({ activation }) => activation, value: 'nowait', refused: 'wait = nowait', code: 'xinetd/bad-value' },
  { attribute: 'user', lines: ['user = nobody'], gives: ({ account }) => account.uid, value: 65534, refused: 'user = nosuch', code: 'xinetd/unknown-user' },
  { attribute: 'group', lines: ['group = games'], gives: ({ account }) => account.gid, value: 60, refused: 'group = nosuch', code: 'xinetd/unknown-group' },
  { attribute: 'groups', lines: ['groups = yes', 'user = caller'], gives: ({ account }) => account.groups, value: [1000, 24], refused: 'groups = 1', code: 'xinetd/bad-value' },
  { attribute: 'umask', lines: ['umask = 077'], gives: ({ setup }) => setup.umask, value: 0o77, refused: 'umask = 1000', code: 'xinetd/bad-value' },
  { attribute: 'nice', lines: ['nice = -5'], gives: ({ setup }) => setup.nice, value: -5, refused: 'nice = abc', code: 'xinetd/bad-value' },
  { attribute: 'instances', lines: ['instances = 3'], gives: ({ limits }) => [limits.children, limits.atChildren], value: [3, 'refuse'], refused: 'instances = -1', code: 'xinetd/bad-value' },
  { attribute: 'per_source', lines: ['per_source = unlimited'], gives: ({ limits }) => limits.perAddressChildren, value: null, refused: 'per_source = many', code: 'xinetd/bad-value' },
  { attribute: 'cps', lines: ['cps = 2 5'], gives: ({ limits }) => limits.perSecond, value: { rate: 2, pauseMs: 5000 }, refused: 'cps = UNLIMITED 3', code: 'xinetd/bad-value' },
  { attribute: 'max_load', lines: ['max_load = 2.5'], gives: ({ access }) => access.maxLoad, value: 2.5, refused: 'max_load = 0', code: 'xinetd/bad-value' },
  { attribute: 'server', lines: ['server = /bin/cat'], gives: ({ action }) => action, value: { kind: 'exec', program: '/bin/cat', argv: ['cat'] }, refused: 'server = /missing', code: 'xinetd/bad-program' },
  { attribute: 'server_args', lines: ['server_args = one # two'], gives: ({ action }) => action, value: expect.objectContaining({ argv: ['echo', 'one', '#', 'two'] }), refused: 'server_args =', code: 'xinetd/value-count' },
  { attribute: 'access_times', lines: ['access_times = 8:00-12:00 13:05-23:59'], gives: ({ access }) => access.hours, value: [{ from: 480, to: 720 }, { from: 785, to: 1439 }], refused: 'access_times = 9:00-9:00', code: 'xinetd/bad-hours' },
  { attribute: 'log_type', lines: ['log_type = FILE /var/log/x 1k'], gives: ({ log }) => log?.target, value: { kind: 'file', path: '/var/log/x', soft: 1024, hard: 6144 }, refused: 'log_type = SYSLOG kern', code: 'xinetd/bad-value' },
  { attribute: 'log_on_success', lines: ['log_type = SYSLOG local3', 'log_on_success = PID host'], gives: ({ log }) => [log?.target, log?.success], value: [{ kind: 'syslog', facility: 'local3', level: 'info' }, ['PID', 'HOST']], refused: 'log_on_success = RECORD', code: 'xinetd/record' },
  { attribute: 'log_on_failure', lines: ['log_type = SYSLOG daemon', 'log_on_failure = ATTEMPT'], gives: ({ log }) => log?.failure, value: ['ATTEMPT'], refused: 'log_on_failure = EXIT', code: 'xinetd/bad-value' },
  { attribute: 'rpc_version', name: 'rstatd', lines: RPC, gives: ({ rpc, sockets }) => [rpc, sockets.map(({ address }) => address)], value: [{ name: 'rstatd', program: 100001, low: 1, high: 2 }, [{ kind: 'inet', family: 6, host: '::', port: 0, dual: true }]], refused: 'rpc_version = 4-2', code: 'xinetd/bad-value' },
  { attribute: 'rpc_number', lines: [...RPC.slice(1), 'type = RPC UNLISTED', 'rpc_number = 7'], gives: ({ rpc }) => rpc?.program, value: 7, refused: 'rpc_number = -1', code: 'xinetd/bad-value' },
  { attribute: 'env', lines: ['env = A=1 B==', 'env += A=2'], gives: ({ setup }) => setup.environment.set, value: { A: '2', B: '=' }, refused: 'env = NOEQ', code: 'xinetd/bad-value' },
  { attribute: 'passenv', lines: ['passenv = PATH'], gives: ({ setup }) => setup.environment.inherit, value: ['PATH'], refused: 'pasenv = PATH', code: 'xinetd/unknown-attribute' },
  { attribute: 'port', lines: ['port = 0'], gives: ({ sockets }) => sockets.map(({ address }) => address.kind === 'inet' && address.port), value: [0], refused: 'port = 65536', code: 'xinetd/bad-value' },
  { attribute: 'redirect', lines: ['redirect = localhost telnet'], gives: ({ action }) => action, value: { kind: 'redirect', host: 'localhost', port: 23, addresses: ['127.0.0.1', '::1'] }, refused: 'redirect = nosuch 80', code: 'xinetd/unknown-host' },
  { attribute: 'bind', lines: ['bind = localhost'], gives: ({ sockets }) => sockets.map(({ address }) => address.kind === 'inet' && address.host), value: ['::1'], refused: 'bind = nosuch', code: 'xinetd/unknown-host' },
  { attribute: 'interface', lines: ['interface = 127.0.0.1'], gives: ({ sockets }) => sockets.map(({ address }) => address.kind === 'inet' && address.host), value: ['127.0.0.1'], refused: 'interface = eth0', code: 'xinetd/unknown-host' },
  { attribute: 'deny_time', lines: ['flags = SENSOR', 'deny_time = FOREVER'], gives: ({ action }) => action, value: { kind: 'sensor', denyMinutes: 'forever' }, refused: 'deny_time = soon', code: 'xinetd/bad-value' },
  { attribute: 'v6only', lines: ['v6only = yes'], gives: ({ sockets }) => sockets.map(({ address }) => address), value: [{ kind: 'inet', family: 6, host: '::', port: 4711, dual: false }], refused: 'v6only = 1', code: 'xinetd/bad-value' },
  { attribute: 'libwrap', lines: ['libwrap = in.x'], gives: ({ wrap }) => wrap, value: { daemon: 'in.x' }, refused: 'libwrap = a b', code: 'xinetd/value-count' },
  { attribute: 'rlimit_as', lines: ['rlimit_as = 512M'], gives: limit('as'), value: 512 * 2 ** 20, refused: 'rlimit_as = 1G', code: 'xinetd/bad-value' },
  { attribute: 'rlimit_data', lines: ['rlimit_data = UNLIMITED'], gives: limit('data'), value: Number.POSITIVE_INFINITY, refused: 'rlimit_data = x', code: 'xinetd/bad-value' },
  { attribute: 'rlimit_rss', lines: ['rlimit_rss = 64k'], gives: limit('rss'), value: 65536, refused: 'rlimit_rss = -1', code: 'xinetd/bad-value' },
  { attribute: 'rlimit_stack', lines: ['rlimit_stack = 8m'], gives: limit('stack'), value: 8 * 2 ** 20, refused: 'rlimit_stack = 8mb', code: 'xinetd/bad-value' },
  { attribute: 'rlimit_files', lines: ['rlimit_files = 100'], gives: limit('nofile'), value: 100, refused: 'rlimit_files = few', code: 'xinetd/bad-value' },
  { attribute: 'rlimit_cpu', lines: ['rlimit_cpu = 20'], gives: limit('cpu'), value: 20, refused: 'rlimit_cpu = 1m', code: 'xinetd/bad-value' },
  { attribute: 'mdns', lines: ['mdns = yes'], gives: ({ name }) => name, value: 'x', refused: 'mdns = on', code: 'xinetd/bad-value' },
  { attribute: 'socket_backlog', lines: ['socket_backlog = 8'], gives: ({ sockets }) => sockets.map(({ backlog }) => backlog), value: [8, 8], refused: 'socket_backlog = 0', code: 'xinetd/bad-value' },
  ...(['only_from', 'no_access'] as const).map((attribute) => ({
    attribute,
    lines: [`${attribute} = 10.0.0.0/8`],
    gives: ({ access }: Service) => (attribute === 'no_access' ? access.never : access.only),
    value: [{ kind: 'network', family: 4, address: '10.0.0.0', bits: 8 }],
    refused: `${attribute} = ALL`,
    code: 'xinetd/bad-address',
  })),
];

function limit(name: string) {
  return ({ setup }: Service) => setup.resources.find(({ resource }) => resource === name)?.hard;
}

describe('An attribute of a service', () => {
  it.each(ROWS)('$attribute: $lines', async ({ lines, name, gives, value }) => {
    const { service, codes } = await readOne(lines, name === undefined ? {} : { name });
    expect([service && gives(service), codes.filter((code) => !/no-effect|hash-word/.test(code))]).toEqual([
      value,
      [],
    ]);
  });

  it.each(ROWS)('$refused is refused', async ({ refused, code }) => {
    const { service, codes } = await readOne([refused], { programs: { '/missing': 'missing' } });
    expect(codes).toContain(code);
    expect(service).toBeUndefined();
  });

  it('stands in one of these tables', () => {
    const listed = [
      ...ROWS.map(({ attribute }) => attribute),
      'id',
      'enabled',
      'disabled',
      'banner',
      'banner_success',
      'banner_fail',
    ];
    expect([...attributes.keys()].sort()).toEqual(listed.sort());
  });

  it('id: what enabled, logs and reloads know the service by', async () => {
    const { service } = await readOne(['id = y']);
    expect([service?.name, service?.origin, service?.label]).toEqual([
      'y',
      { file: 'xinetd.conf', line: 1, word: 'y' },
      'x/tcp',
    ]);
  });

  it('banner, banner_success and banner_fail: files, relative ones with a warning', async () => {
    const { service, codes } = await readOne(['banner = /a', 'banner_success = b', 'banner_fail = /c']);
    expect(service?.reception?.banner).toEqual({ always: '/a', success: '/srv/b', failure: '/c' });
    expect(codes).toEqual(['xinetd/relative-path']);
  });

  it.each([
    'access_times',
    'cps',
    'instances',
    'no_access',
    'only_from',
    'per_source',
    'libwrap',
    'max_load',
  ])('%s: a value that cannot be read stays an error, whatever follows', async (attribute) => {
    const text = defaults(['enabled = x']) + block([`${attribute} = , ,`, 'disable = no']);
    const { services, rejected } = await readXinetd(text);
    expect([services, rejected.length]).toEqual([[], 1]);
  });
});

describe('A line that xinetd passes over', () => {
  // biome-ignore format: a table
  it.each([
    { line: 'per_source = 10 # ten', gives: 10, codes: ['xinetd/trailing-comment'], because: 'the comment is cut off' },
    { line: 'per_source += 10', gives: 10, codes: ['xinetd/bad-operator'], because: 'there is nothing to add to' },
    { line: 'per_source -= 10', gives: undefined, codes: ['xinetd/bad-operator'], because: 'nobody knows what is meant' },
    { line: 'per_source = 10 20', gives: undefined, codes: ['xinetd/value-count'], because: 'nobody knows what is meant' },
    { line: 'per_sourc = 10', gives: undefined, codes: ['xinetd/unknown-attribute'], because: 'it is a misspelt restriction' },
    { line: 'frobnicate = 10', gives: null, codes: ['xinetd/unknown-attribute'], because: 'it restricts nothing' },
    { line: 'nice = 1 2', gives: null, codes: ['xinetd/value-count'], because: 'it restricts nothing' },
    { line: 'per_source = 10\nper_source = 5', gives: undefined, codes: ['xinetd/set-twice'], because: 'they contradict each other' },
    { line: 'per_source = 10\nper_source = 10', gives: 10, codes: ['xinetd/set-twice'], because: 'they say the same' },
    { line: 'server = /bin/echo\nserver = /bin/false', gives: null, codes: ['xinetd/set-twice'], because: 'the first counts' },
  ])('$line: $because', async ({ line, gives, codes: expected }) => {
    const { service, codes } = await readOne(line.split('\n'));
    expect([service?.limits.perAddressChildren, codes]).toEqual([gives, expected]);
  });

  it.each(['per_source = 10 # ten', 'per_source += 10', 'per_sourc = 10', 'per_source = 1 2'])(
    '%s: read strictly, it leaves the service without the limit, and says so',
    async (line) => {
      const { service, codes } = await readOne([line], { strict: true });
      expect(service?.limits.perAddressChildren).toBeNull();
      expect(codes).toHaveLength(1);
    },
  );
});

describe('access_times as people write them', () => {
  it.each([
    { text: '12:00-24:00', hours: [{ from: 720, to: 1439 }] },
    {
      text: '22:00-06:00',
      hours: [
        { from: 1320, to: 1439 },
        { from: 0, to: 360 },
      ],
    },
    { text: '2-9', hours: [{ from: 120, to: 540 }] },
    { text: '2:00 - 9:00', hours: [{ from: 120, to: 540 }] },
    {
      text: '1:00-2:00,3:00-4:00',
      hours: [
        { from: 60, to: 120 },
        { from: 180, to: 240 },
      ],
    },
  ])('$text is read with a warning, strictly it is refused', async ({ text, hours }) => {
    const own = await readOne([`access_times = ${text}`]);
    expect([own.service?.access.hours, own.codes]).toEqual([hours, ['xinetd/hours']]);
    const strict = await readOne([`access_times = ${text}`], { strict: true });
    expect([strict.service, strict.codes]).toEqual([undefined, ['xinetd/bad-hours']]);
  });
});
