import { describe, expect, it } from '@jest/globals';
import { optionsOf, wordOf } from '../../lib/cli/options.ts';
import type { Command } from '../../lib/cli/serve-options.ts';
import { type Signal, wishOf } from '../../lib/cli/signals.ts';
import { xinetdCommand } from '../../lib/cli/xinetd.ts';

const root = { uid: 0, cwd: '/srv', version: '1.2.3', environment: {} };

function xinetd(text: string, { caller = root, there = false, environment = {} } = {}): Command {
  const words = text === '' ? [] : text.split(' ');
  return xinetdCommand(words, { ...caller, environment }, () => there);
}

describe('xinetd', () => {
  it.each([
    {
      given: '',
      expected: {
        paths: ['/etc/xinetd.conf'],
        foreground: false,
        stayAlive: false,
        pidFile: null,
        processLimit: null,
        checkIntervalMs: null,
        log: { kind: 'syslog', form: 'rfc3164' },
        settings: { xinetd: { strict: false, asCaller: false } },
      },
    },
    { given: '-f x.conf', expected: { paths: ['/srv/x.conf'] } },
    {
      given: '-pidfile /run/xinetd.pid -stayalive -inetd_compat -inetd_ipv6',
      expected: { pidFile: '/run/xinetd.pid', stayAlive: true, foreground: false },
      because: "Debian's init script",
    },
    { given: '-dontfork', expected: { foreground: true, stayAlive: true, log: { kind: 'syslog' } } },
    { given: '-d', expected: { foreground: true, stayAlive: false, debug: true, log: { kind: 'stderr' } } },
    { given: '-filelog x.log', expected: { log: { kind: 'file', path: '/srv/x.log', form: 'xinetd' } } },
    { given: '-syslog local3', expected: { log: { kind: 'syslog', facility: 'local3' }, notes: [] } },
    {
      given: '-syslog nonsense',
      expected: { log: { kind: 'syslog' }, notes: ['Bad syslog facility: nonsense'] },
    },
    {
      given: '--log=stdout --log-format=json -dontfork',
      expected: { log: { kind: 'stdout' }, logFormat: 'json' },
    },
    { given: '-limit 7 -cc 60', expected: { processLimit: 7, checkIntervalMs: 60_000 } },
    { given: '--strict-xinetd', expected: { settings: { xinetd: { strict: true } } } },
    { given: '-reuse -logprocs 15 -shutdownprocs 3', expected: { paths: ['/etc/xinetd.conf'] } },
    { given: '--report=@x -stayalive', expected: { foreground: true, report: '@x' } },
  ])('"$given"', ({ given, expected }) => {
    expect(xinetd(given)).toMatchObject({ kind: 'serve', options: expected });
  });

  it.each([
    { there: true, paths: ['/etc/xinetd.conf', '/etc/inetd.conf'] },
    { there: false, paths: ['/etc/xinetd.conf'] },
  ])('-inetd_compat reads $paths when /etc/inetd.conf is there: $there', ({ there, paths }) => {
    expect(xinetd('-inetd_compat', { there })).toMatchObject({ kind: 'serve', options: { paths } });
  });

  it('without root every service runs as the caller', () => {
    expect(xinetd('', { caller: { ...root, uid: 1000 } })).toMatchObject({
      options: { settings: { xinetd: { asCaller: true }, inetd: { asCaller: true } } },
    });
  });

  it('stays in the foreground for a supervisor that is told when it is ready', () => {
    expect(xinetd('', { environment: { NOTIFY_SOCKET: '/run/notify' } })).toMatchObject({
      options: { foreground: true, stayAlive: false },
    });
  });

  it('--check serves nothing', () => {
    expect(xinetd('-f x.conf --check')).toMatchObject({ kind: 'check', options: { paths: ['/srv/x.conf'] } });
  });

  it.each([
    { given: '-filelog x -syslog daemon', text: 'exclude each other' },
    { given: '-filelog x --log=stderr', text: 'exclude each other' },
    { given: '-dontfork word', text: "'word' is no option" },
    { given: '-', text: "'-' is no option" },
    { given: '-limit abc', text: "'abc' is not a number of at least 1" },
    { given: '-limit -1', text: "'-1' is not a number of at least 1" },
    { given: '-logprocs many', text: "'many' is not a number" },
    { given: '-nonsense', text: "unrecognized option '-nonsense'" },
    { given: '--', text: "unrecognized option '--'" },
    { given: '-f', text: "option '-f' requires an argument" },
    { given: '--check=1', text: "option '--check' doesn't allow an argument" },
    { given: '-df', text: "unrecognized option '-df'" },
  ])('"$given" is wrong usage, exit 1', ({ given, text }) => {
    const command = xinetd(given);
    expect(command).toMatchObject({
      kind: 'misuse',
      status: 1,
      text: expect.stringContaining('\nUsage: xinetd '),
    });
    expect(command).toHaveProperty('text', expect.stringContaining(text));
  });

  it.each(['-version', '--version'])('%s goes to standard error', (given) => {
    const text = 'xinetd (superd) 1.2.3 libwrap loadavg\n';
    expect(xinetd(given)).toEqual({ kind: 'print', text, to: 'stderr' });
  });

  it('--help prints every option as it is typed here', () => {
    const command = xinetd('--help');
    const missing = optionsOf('xinetd').filter(
      (option) => command.kind === 'print' && !command.text.includes(`\n  ${wordOf(option)}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('signals', () => {
  it.each<{ signal: Signal; inetd: string | undefined; xinetd: string | undefined }>([
    { signal: 'SIGHUP', inetd: 'reload', xinetd: 'reload' },
    { signal: 'SIGUSR2', inetd: undefined, xinetd: 'reload' },
    { signal: 'SIGUSR1', inetd: 'state', xinetd: 'dump' },
    { signal: 'SIGALRM', inetd: 'retry', xinetd: undefined },
    { signal: 'SIGABRT', inetd: undefined, xinetd: 'check' },
    { signal: 'SIGTERM', inetd: 'stop', xinetd: 'stop' },
    { signal: 'SIGINT', inetd: 'stop', xinetd: 'stop' },
    { signal: 'SIGQUIT', inetd: 'leave', xinetd: 'leave' },
  ])('$signal asks inetd for $inetd and xinetd for $xinetd', ({ signal, inetd, xinetd: other }) => {
    expect([wishOf(signal, 'inetd'), wishOf(signal, 'superd'), wishOf(signal, 'xinetd')]).toEqual([
      inetd,
      inetd,
      other,
    ]);
  });
});
