import { describe, expect, it } from '@jest/globals';
import { calledAs } from '../../lib/cli/inetd.ts';
import { type Command, inetdCommand, runCommand } from '../../lib/cli/serve-options.ts';

const root = { uid: 0, cwd: '/etc', version: '1.2.3', environment: {} };
const user = { uid: 1000, cwd: '/etc', version: '1.2.3', environment: {} };

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

function run(text: string, caller = user): Command {
  return runCommand(words(text), caller);
}

function inetd(text: string, { name = 'inetd', caller = root as typeof root | typeof user } = {}): Command {
  return inetdCommand(calledAs(`/usr/sbin/${name}`, words(text)), caller);
}

const WRAPS_NOTHING = { programs: 'none', builtins: false };

describe('superd run', () => {
  it.each([
    {
      given: '',
      expected: { paths: [], foreground: true, pidFile: null, onTrip: 'close', stopTimeoutMs: 10_000 },
    },
    { given: 'a b', expected: { paths: ['/etc/a', '/etc/b'] } },
    { given: '--on-trip=hold --stop-timeout 3', expected: { onTrip: 'hold', stopTimeoutMs: 3000 } },
    { given: '--log syslog', expected: { log: { kind: 'syslog' }, logFormat: 'human' } },
    { given: '--log-format=json', expected: { log: { kind: 'stderr' }, logFormat: 'json' } },
    {
      given: '--pid-file /run/s.pid -l -E',
      expected: { pidFile: '/run/s.pid', logConnections: true, keepEnvironment: true },
    },
    { given: '-l', expected: { logConnections: true, settings: { inetd: { wrap: WRAPS_NOTHING } } } },
    {
      given: '-l --dialect=debian',
      expected: { settings: { inetd: { wrap: { programs: 'streams', builtins: false } } } },
    },
    {
      given: '-wW',
      expected: { settings: { inetd: { wrap: { programs: 'all', builtins: true, tcpd: true } } } },
    },
    { given: '--no-native-tcpd', expected: { settings: { inetd: { wrap: { tcpd: false } } } } },
    { given: '', expected: { hosts: { strict: false, hash: 'word' } } },
    { given: '--wrappers-strict --dialect=freebsd', expected: { hosts: { strict: true, hash: 'comment' } } },
  ])('"$given"', ({ given, expected }) => {
    expect(run(given)).toMatchObject({ kind: 'serve', options: expected });
  });

  it.each([
    {
      given: '',
      settings: {
        inetd: { dialect: 'auto', strict: false, tcpEnvironment: 'none', callerUid: 1000, asCaller: false },
      },
    },
    { given: '--dialect=gnu --as-caller', settings: { inetd: { dialect: 'gnu', asCaller: true } } },
    {
      given: '-R 5 -c 6 -C 7 -s 8 -q 9 -a ::1',
      settings: {
        inetd: {
          perMinute: 5,
          children: 6,
          perAddressPerMinute: 7,
          perAddressChildren: 8,
          backlog: 9,
          bindAddress: '::1',
        },
      },
    },
    {
      given: '-R 0 -c0 -C0 -s0',
      settings: {
        inetd: { perMinute: null, children: null, perAddressPerMinute: null, perAddressChildren: null },
      },
    },
    { given: '--environment', settings: { inetd: { tcpEnvironment: 'addresses' } } },
    { given: '--environment --resolve', settings: { inetd: { tcpEnvironment: 'resolve' } } },
  ])('"$given" reads files with $settings', ({ given, settings }) => {
    expect(run(given)).toMatchObject({ kind: 'serve', options: { settings } });
  });

  it.each([
    { given: '-x', text: "superd run: invalid option -- 'x'" },
    { given: '-d', text: "superd run: invalid option -- 'd'" },
    { given: '--dialect=os2', text: "superd run: 'os2' is no dialect; there are auto, bsd" },
    { given: '-q 0', text: "superd run: --backlog: '0' is not a number of at least 1" },
    { given: '-R 1e3', text: "superd run: --rate: '1e3' is not a number" },
    { given: '-R -1', text: "superd run: --rate: '-1' is not a number" },
    { given: '--log-format=xml', text: "superd run: --log-format: 'xml' is neither human nor json" },
    { given: '--on-trip=never', text: "superd run: --on-trip: 'never' is neither close nor hold" },
    { given: '--log=printer', text: "superd run: --log: 'printer' is none of stdout, stderr" },
    { given: '--report=@x', text: "superd run: unrecognized option '--report'" },
  ])('"$given" is wrong usage', ({ given, text }) => {
    const command = run(given);
    expect(command).toMatchObject({ kind: 'misuse', status: 2 });
    expect(command).toHaveProperty('text', expect.stringContaining(text));
  });
});

describe('inetd', () => {
  it.each([
    {
      given: '',
      expected: {
        foreground: false,
        log: { kind: 'syslog', form: 'rfc3164' },
        pidFile: '/run/inetd.pid',
        logConnections: false,
        settings: { inetd: { wrap: WRAPS_NOTHING } },
      },
    },
    { given: '-i', expected: { foreground: true, log: { kind: 'syslog', form: 'rfc3164' } } },
    { given: '-f', expected: { foreground: true } },
    { given: '-fe', expected: { foreground: true, log: { kind: 'stderr' } } },
    {
      given: '-d',
      expected: { foreground: true, log: { kind: 'stderr' }, debug: true, logConnections: true },
    },
    {
      given: '-l',
      expected: { logConnections: true, settings: { inetd: { wrap: { programs: 'all', builtins: false } } } },
    },
    {
      given: '-l --dialect=debian',
      expected: { settings: { inetd: { wrap: { programs: 'streams', builtins: false } } } },
    },
    {
      given: '-l --dialect=freebsd',
      expected: { logConnections: true, settings: { inetd: { wrap: WRAPS_NOTHING } } },
    },
    { given: '-l --dialect=bsd', expected: { settings: { inetd: { wrap: WRAPS_NOTHING } } } },
    {
      given: '-lw --dialect=freebsd',
      expected: { settings: { inetd: { wrap: { programs: 'all', builtins: false } } } },
    },
    {
      given: '-W --dialect=freebsd',
      expected: { settings: { inetd: { wrap: { programs: 'none', builtins: true } } } },
    },
    { given: '--dialect=netbsd', expected: { settings: { inetd: { wrap: { programs: 'streams' } } } } },
    { given: '-p /run/x.pid', expected: { pidFile: '/run/x.pid', paths: [] } },
    { given: '-p x --dialect=gnu', expected: { pidFile: null, paths: ['/etc/x'] } },
    { given: '-d --dialect=freebsd', expected: { pidFile: null } },
    {
      given: '-t --dialect=solaris',
      expected: { logConnections: true, settings: { inetd: { wrap: WRAPS_NOTHING } } },
    },
    { given: '-r 20 30 --dialect=solaris', expected: { settings: { inetd: { perMinute: 40 } } } },
    { given: '-R0 --dialect=busybox', expected: { settings: { inetd: { perMinute: null } } } },
    { given: '--report=@x', expected: { foreground: true, report: '@x' } },
  ])('"$given"', ({ given, expected }) => {
    expect(inetd(given)).toMatchObject({ kind: 'serve', options: expected });
  });

  it.each([
    { name: 'inetd', given: '', dialect: 'auto' },
    { name: 'openbsd-inetd', given: '', dialect: 'debian' },
    { name: 'inetutils-inetd', given: '', dialect: 'gnu' },
    { name: 'busybox-inetd', given: '', dialect: 'busybox' },
    { name: 'busybox', given: 'inetd -f', dialect: 'busybox' },
    { name: 'inetd.js', given: '', dialect: 'auto' },
    { name: 'openbsd-inetd', given: '--dialect=freebsd', dialect: 'freebsd' },
  ])('as $name "$given" reads the dialect $dialect', ({ name, given, dialect }) => {
    expect(inetd(given, { name })).toMatchObject({
      kind: 'serve',
      options: { settings: { inetd: { dialect } } },
    });
  });

  it.each([
    { name: 'inetd', given: '-x', status: 64 },
    { name: 'inetutils-inetd', given: '-x', status: 64 },
    { name: 'openbsd-inetd', given: '-x', status: 1 },
    { name: 'busybox-inetd', given: '-x', status: 1 },
    { name: 'inetd', given: '--dialect=bsd -R 0', status: 1 },
    { name: 'inetutils-inetd', given: '-R 0', status: 64 },
    { name: 'inetd', given: '-r 3 4', status: 64 },
  ])('$name "$given" exits $status', ({ name, given, status }) => {
    expect(inetd(given, { name })).toMatchObject({ kind: 'misuse', status });
  });

  it('names the successor of "inetd -c", which reloads a running one elsewhere', () => {
    expect(inetd('-c conf')).toHaveProperty('text', expect.stringContaining('kill -HUP'));
  });

  it('stays in the foreground for a supervisor that is told when it is ready', () => {
    const caller = { ...root, environment: { NOTIFY_SOCKET: '/run/notify' } };
    expect(inetd('', { caller })).toMatchObject({
      options: { foreground: true, log: { kind: 'syslog', form: 'rfc3164' } },
    });
  });

  it.each([
    {
      name: 'openbsd-inetd',
      given: '',
      expected: { kind: 'misuse', status: 1, text: 'openbsd-inetd: non-root must specify a config file\n' },
    },
    {
      name: 'openbsd-inetd',
      given: 'conf',
      expected: { kind: 'serve', options: { pidFile: null, paths: ['/etc/conf'] } },
    },
    { name: 'inetutils-inetd', given: '', expected: { kind: 'serve' } },
  ])('without root: $name "$given"', ({ name, given, expected }) => {
    expect(inetd(given, { name, caller: user })).toMatchObject(expected);
  });

  it.each(['-V', '--version'])('%s', (given) => {
    expect(inetd(given)).toEqual({ kind: 'print', text: 'inetd (superd) 1.2.3\n' });
  });

  it.each(['-?', '-h', '--help', '--usage'])('%s prints every option', (given) => {
    const command = inetd(given);
    expect(command).toMatchObject({ kind: 'print', text: expect.stringContaining('-R N, --rate=N') });
    expect(command).toMatchObject({ text: expect.stringContaining('-s [N], --address-children[=N]') });
  });
});
