/** Texts of entries of every kind, for the properties of conversions. */

import fc from 'fast-check';

const user = fc.constantFrom('root', 'nobody', 'games', 'nobody:daemon', 'first.last', 'first.last:mail');
const args = fc.array(
  fc.constantFrom(
    'cat',
    '-u',
    'a b',
    '"',
    "'a",
    '"b',
    'c"',
    "''",
    '#',
    'x#y',
    '\\',
    'e\\',
    '%A',
    '}',
    '{',
    '=',
    ';',
    'é',
    '',
  ),
  { maxLength: 4 },
);
/** As the dialect of the text has it; superd's own reading knows quotes. */
const quoted = args.map((words) => words.map((word) => (/[ ]|^$/.test(word) ? `"${word}"` : word)).join(' '));

const inetdProgram = fc
  .tuple(
    fc.constantFrom('', '', '127.0.0.1:', '[::1]:', '127.0.0.1,[::1]:', '*:'),
    fc.constantFrom('ftp', '2323', 'daytime', 'tftp'),
    fc.constantFrom(
      'stream tcp',
      'stream tcp4',
      'stream tcp6',
      'stream tcp46',
      'stream tcp6only',
      'stream,5 tcp',
      'stream tcp,sndbuf=64k',
      'dgram udp',
      'dgram udp6',
      'dgram udp4,rcvbuf=1m',
      'dgram udp46',
    ),
    fc.constantFrom(
      'nowait',
      'nowait',
      'wait',
      'nowait.40',
      'nowait.0',
      'nowait/10',
      'nowait/10/60/3',
      'nowait/0/0/2',
      'wait.7',
    ),
    user,
    quoted,
  )
  .map(
    ([host, name, socket, wait, owner, words]) =>
      `${host}${name} ${socket} ${wait} ${owner} /bin/cat ${words}`,
  );

const inetdOther = fc.constantFrom(
  'echo stream tcp nowait root internal',
  'daytime dgram udp wait root internal',
  'chargen stream tcp6 nowait nobody internal',
  '2007 dgram udp wait root internal echo',
  '7 stream tcp nowait root internal',
  'tcpmux stream tcp nowait root internal',
  'auth stream tcp nowait root internal auth -r',
  'tcpmux/date stream tcp nowait games /bin/date date',
  'tcpmux/+date stream tcp nowait games /bin/date date',
  'rstatd/2-4 dgram rpc/udp wait root /usr/sbin/rpc.rstatd rpc.rstatd',
  '300300/1 stream rpc/tcp nowait root /usr/sbin/rpc.x rpc.x',
  '/run/x stream unix nowait root /bin/cat cat',
  '/run/echo dgram unix wait root internal',
  ':root:daemon:0660:/run/x stream unix wait root /bin/cat cat',
  '2323 on protocol = tcp4, wait = no, user = root, exec = /bin/cat, args = cat, ip_max = 4;',
  'icmp raw icmp wait root /bin/cat cat',
);

/** An entry of inetd.conf(5). */
export const inetd = fc.oneof({ weight: 3, arbitrary: inetdProgram }, { weight: 1, arbitrary: inetdOther });

/** Lines for a block: which of several for one attribute, or none. */
function maybe(...lines: readonly string[]) {
  return fc.option(fc.constantFrom(...lines), { nil: '', freq: 2 });
}

const common = fc.tuple(
  maybe(
    'only_from = 10.1.0.0',
    'only_from =',
    'only_from = 192.0.2.0/32 .example localhost',
    'only_from = ::/0',
    'only_from = ::',
    'only_from = 2001:db8::/32 0.0.0.0/0',
  ),
  maybe('no_access = 192.0.2.7', 'no_access = two.example 10.{1,2}', 'no_access = ::/8'),
  maybe(
    'access_times = 8:00-12:00 13:30-17:59',
    'access_times = 22:00-6:00',
    'access_times = 22:00-0:00',
    'access_times = 23:59-24:00',
  ),
  maybe('cps = 30 10', 'cps = 0 10', 'cps = 50 10', 'cps = 1 0'),
  maybe('instances = 40', 'instances = 0'),
  maybe('per_source = 4', 'per_source = 0'),
  maybe('max_load = 2.5', 'max_load = 0.0000001'),
  maybe(
    'log_type = SYSLOG daemon',
    'log_type = FILE /var/log/x',
    'log_type = FILE /var/log/x 1k',
    'log_type = FILE /var/log/x 0 5k',
  ),
  maybe('log_on_success = PID HOST USERID', 'log_on_success = EXIT DURATION'),
  maybe('log_on_failure = HOST', 'log_on_failure = USERID ATTEMPT'),
  maybe('banner = /etc/b', 'banner_fail = /etc/f', 'banner_success = /etc/s'),
);
const child = fc.tuple(
  maybe('groups = yes', 'groups = no'),
  maybe('umask = 027'),
  maybe('nice = -5', 'nice = 3'),
  maybe('env = A=b C=d=e'),
  maybe('passenv =', 'passenv = TZ LANG'),
  maybe('libwrap = other'),
  maybe('rlimit_as = 8M', 'rlimit_cpu = 20', 'rlimit_stack = UNLIMITED'),
  maybe('rlimit_files = 50', 'rlimit_files = UNLIMITED'),
);
const account = fc.constantFrom(
  'root',
  'nobody',
  '1000',
  '12345',
  'first.last',
  'games\ngroup = mail',
  '65534\ngroup = 1',
);
const place = fc.constantFrom(
  'port = 4711\ntype = UNLISTED',
  'port = 0\ntype = UNLISTED',
  'bind = 127.0.0.1',
  'bind = ::1',
  'v6only = yes',
  '',
  '',
  '',
);
const flags = fc.subarray([
  'IPv4',
  'IPv6',
  'NORETRY',
  'NODELAY',
  'KEEPALIVE',
  'NOLIBWRAP',
  'IDONLY',
  'INTERCEPT',
  'REUSE',
]);

const xinetdServer = fc
  .record({
    name: fc.constantFrom('ftp', 'daytime'),
    place,
    kind: fc.constantFrom(
      'socket_type = stream\nwait = no',
      'socket_type = stream\nwait = yes',
      'socket_type = dgram\nwait = yes',
    ),
    flags,
    named: fc.boolean(),
    words: fc.array(fc.constantFrom('in.x', '-u', '"', '"a', "b'", '#', 'x#y', '\\', '%A', '}', '{'), {
      minLength: 1,
      maxLength: 3,
    }),
    account,
    more: fc.tuple(common, child),
  })
  .map((one) => {
    const name = one.name === 'ftp' && one.kind.includes('dgram') ? 'tftp' : one.name;
    const words = [...one.flags, ...(one.named ? ['NAMEINARGS'] : [])];
    return block(name, [
      one.place,
      one.kind,
      words.length > 0 ? `flags = ${words.join(' ')}` : '',
      `user = ${one.account}`,
      'server = /usr/sbin/x',
      `server_args = ${one.words.join(' ')}`,
      ...one.more.flat(),
    ]);
  });

const xinetdOther = fc
  .tuple(
    fc.constantFrom(
      block('echo', ['type = INTERNAL', 'socket_type = stream', 'wait = no']),
      block('time', ['type = INTERNAL', 'socket_type = dgram', 'wait = yes', 'flags = IPv4']),
      block('echo', [
        'type = INTERNAL UNLISTED',
        'port = 2007',
        'socket_type = dgram',
        'wait = yes',
        'v6only = yes',
      ]),
      block('services', [
        'type = INTERNAL UNLISTED',
        'port = 9098',
        'socket_type = stream',
        'wait = no',
        'bind = 127.0.0.1',
      ]),
      block('trap', [
        'type = INTERNAL UNLISTED',
        'flags = SENSOR',
        'port = 23',
        'socket_type = stream',
        'wait = no',
        'deny_time = FOREVER',
      ]),
      block('trap', [
        'type = INTERNAL UNLISTED',
        'flags = SENSOR IPv4',
        'port = 23',
        'socket_type = stream',
        'wait = no',
        'deny_time = 5',
      ]),
      block('relay', [
        'type = UNLISTED',
        'port = 8080',
        'socket_type = stream',
        'wait = no',
        'user = root',
        'redirect = two.example 80',
      ]),
      block('date', [
        'type = TCPMUX UNLISTED',
        'socket_type = stream',
        'protocol = tcp',
        'wait = no',
        'user = nobody',
        'server = /bin/date',
      ]),
      block('date', [
        'type = TCPMUXPLUS UNLISTED',
        'socket_type = stream',
        'protocol = tcp',
        'wait = no',
        'user = nobody',
        'server = /bin/date',
      ]),
      block('rstatd', [
        'type = RPC',
        'rpc_version = 2-4',
        'socket_type = dgram',
        'protocol = udp',
        'wait = yes',
        'user = root',
        'server = /bin/x',
      ]),
      block('own', [
        'type = RPC UNLISTED',
        'rpc_number = 300300',
        'rpc_version = 1',
        'socket_type = stream',
        'wait = no',
        'user = root',
        'server = /bin/x',
      ]),
      block('ping', [
        'type = UNLISTED',
        'port = 0',
        'socket_type = raw',
        'protocol = icmp',
        'wait = yes',
        'user = root',
        'server = /bin/x',
      ]),
    ),
    common,
  )
  .map(([text, lines]) => text.replace('}\n', `${lines.join('\n')}\n}\n`));

/** An entry of xinetd.conf(5). */
export const xinetd = fc.oneof({ weight: 3, arbitrary: xinetdServer }, { weight: 1, arbitrary: xinetdOther });

function block(name: string, lines: readonly string[]): string {
  return [`service ${name}`, '{', ...lines, '}', ''].join('\n');
}
