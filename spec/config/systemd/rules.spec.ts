import { describe, expect, it } from '@jest/globals';
import { render } from '../../../lib/diagnostics/render.ts';
import type { LoadState } from '../../../lib/model/unit.ts';
import { lines, loadTree, socketOf } from '../../fixtures/units.ts';

const SERVICE = '[Service]; ExecStart=/bin/x';

interface Case {
  readonly because: string;
  readonly socket?: string;
  readonly service?: string;
  readonly template?: string;
  /** Of the socket where one is given, else of the service. */
  readonly load: LoadState;
  readonly says: string | null;
}

async function judge({ socket, service = SERVICE, template }: Case) {
  const loaded = await loadTree(
    {
      ...(socket === undefined ? {} : { '/u/a.socket': lines(socket) }),
      '/u/a.service': lines(service),
      ...(template === undefined ? {} : { '/u/a@.service': lines(template) }),
    },
    [socket === undefined ? '/u/a.service' : '/u/a.socket'],
  );
  const text = loaded.diagnostics.map((one) => render(one).split('\n')[0]).join('\n');
  return { load: loaded.store.unit(loaded.start[0] ?? '')?.head.load, text };
}

describe('Units that fit together', () => {
  it.each<Case>([
    { because: 'C-044 (reading): a port', socket: '[Socket]; ListenStream=80', load: 'loaded', says: null },
    {
      because: 'C-001 (reading): an unknown key',
      socket: '[Socket]; ListenStream=80; Foo=1',
      load: 'loaded',
      says: "a.socket:3:1: warning: Unknown key 'Foo' in section [Socket], ignoring.",
    },
    {
      because: 'C-003 (reading): extensions',
      socket: '[Socket]; ListenStream=80; X-Foo=1; [X-Bar]; Foo=1',
      load: 'loaded',
      says: null,
    },
    {
      because: 'a misspelt key',
      socket: '[Socket]; ListenSteam=80; ListenStream=1',
      load: 'loaded',
      says: "Unknown key 'ListenSteam'",
    },
    {
      because: 'C-048 (reading): no Listen line survives',
      socket: '[Socket]; ListenStream=localhost:80',
      load: 'bad-setting',
      says: 'the unit has no Listen setting',
    },
    {
      because: 'C-055 (reading): a path of 110 characters',
      socket: `[Socket]; ListenStream=/${'x'.repeat(109)}`,
      load: 'bad-setting',
      says: 'no socket more than 107',
    },
    {
      because: 'C-056 (reading): a path with ..',
      socket: '[Socket]; ListenStream=/run/../x',
      load: 'error',
      says: "the path has '..' in it",
    },
    {
      because: 'C-061 (reading): datagrams cannot be accepted',
      socket: '[Socket]; ListenDatagram=80; Accept=yes',
      template: SERVICE,
      load: 'bad-setting',
      says: 'a.socket:2:1: error: ListenDatagram= has no connections to accept, but Accept=yes is set (/u/a.socket:3)',
    },
    {
      because: 'C-061 (reading): a FIFO',
      socket: '[Socket]; ListenFIFO=/run/f; Accept=yes',
      template: SERVICE,
      load: 'bad-setting',
      says: 'ListenFIFO=',
    },
    {
      because: 'C-061 (reading): a special file',
      socket: '[Socket]; ListenSpecial=/dev/x; Accept=yes',
      template: SERVICE,
      load: 'bad-setting',
      says: 'ListenSpecial=',
    },
    {
      because: 'C-062 (reading): Service= with Accept=yes',
      socket: '[Socket]; ListenStream=80; Accept=yes; Service=a.service',
      template: SERVICE,
      load: 'bad-setting',
      says: 'Service= cannot be chosen with Accept=yes (/u/a.socket:3)',
    },
    {
      because: 'C-063 (reading): MaxConnections=0',
      socket: '[Socket]; ListenStream=80; Accept=yes; MaxConnections=0',
      template: SERVICE,
      load: 'bad-setting',
      says: 'MaxConnections=0 admits nobody',
    },
    {
      because: 'Symlinks= without a path',
      socket: '[Socket]; ListenStream=80; Symlinks=/run/a',
      load: 'bad-setting',
      says: 'Symlinks= needs exactly one path',
    },
    {
      because: 'C-065 (reading): no template',
      socket: '[Socket]; ListenStream=80; Accept=yes',
      load: 'loaded',
      says: 'the service of this socket, a@.service, does not exist',
    },
    {
      because: 'C-066 (reading): a masked service',
      socket: '[Socket]; ListenStream=80',
      service: '',
      load: 'loaded',
      says: 'cannot be started: it is masked',
    },
    {
      because: 'C-093 (reading): Conflicts= and Requires=',
      socket: '[Unit]; Conflicts=a.service; [Socket]; ListenStream=80',
      service: `[Unit]; Requires=a.socket; ${SERVICE}`,
      load: 'bad-setting',
      says: 'a.socket:2:1: error: Conflicts= stops the one when the other starts, but /u/a.service:2 says',
    },
    {
      because: 'C-045 (reading): both families',
      socket: '[Socket]; ListenStream=0.0.0.0:80; ListenStream=[::]:80',
      load: 'loaded',
      says: 'a.socket:3:1: warning: the address is taken already by /u/a.socket:2',
    },
    {
      because: 'C-046 (reading): both families apart',
      socket: '[Socket]; ListenStream=0.0.0.0:80; ListenStream=[::]:80; BindIPv6Only=ipv6-only',
      load: 'loaded',
      says: null,
    },
    {
      because: 'C-118 (reading): who may not call',
      socket: '[Socket]; ListenStream=80; IPAddressDeny=any',
      load: 'bad-setting',
      says: 'IPAddressDeny= isolates',
    },
    {
      because: 'labels that say who may reach a socket',
      socket: '[Socket]; ListenStream=80; SmackLabelIPIn=web',
      load: 'bad-setting',
      says: 'SmackLabelIPIn= isolates',
    },
    {
      because: 'C-059 (reading): unknown accounts are no words',
      socket: '[Socket]; ListenStream=/run/x; SocketUser=a b',
      load: 'bad-setting',
      says: 'is no name and no number of an account',
    },
    {
      because: 'C-013 (reading): a word that is no switch',
      socket: '[Socket]; ListenStream=80; Accept=no; Accept=maybe',
      load: 'loaded',
      says: "a.socket:4:8: warning: Accept=: 'maybe' is neither yes nor no",
    },
    {
      because: 'S-20 (reading): an owner without a file',
      socket: '[Socket]; ListenStream=80; SocketUser=root',
      load: 'loaded',
      says: 'SocketUser= has no effect',
    },
    {
      because: 'S-18 (reading): ReusePort= balances nothing',
      socket: '[Socket]; ListenStream=80; ReusePort=yes',
      load: 'loaded',
      says: 'note: ReusePort= shares the port',
    },
    {
      because: 'S-34 (reading): wanted at boot',
      socket: '[Socket]; ListenStream=80',
      service: `${SERVICE}; [Install]; WantedBy=multi-user.target`,
      load: 'loaded',
      says: 'WantedBy=multi-user.target starts the service at boot',
    },
    {
      because: 'S-47 (reading): gunicorn',
      socket: '[Socket]; ListenStream=80',
      service: '[Service]; ExecStart=/usr/bin/gunicorn --bind systemd: app',
      load: 'loaded',
      says: "gunicorn does not know '--bind systemd:'",
    },
    {
      because: 'S-50 (reading): redis',
      socket: '[Socket]; ListenStream=80',
      service: '[Service]; ExecStart=/usr/bin/redis-server --port 0',
      load: 'loaded',
      says: 'redis-server does not take sockets',
    },
    {
      because: 'C-092 (reading): two listeners for one input',
      socket: '[Socket]; ListenStream=80; ListenStream=81',
      service: `${SERVICE}; StandardInput=socket`,
      load: 'loaded',
      says: 'StandardInput=socket needs exactly one listener',
    },
    {
      because: 'a service that nobody needs',
      socket: '[Socket]; ListenStream=80',
      service: `[Unit]; StopWhenUnneeded=yes; ${SERVICE}`,
      load: 'loaded',
      says: 'StopWhenUnneeded=yes stops the service at once',
    },
    {
      because: 'C-027 (reading): a relative program',
      service: '[Service]; ExecStart=rel/path',
      load: 'bad-setting',
      says: 'neither an absolute path nor a plain name',
    },
    {
      because: 'C-030 (reading): two commands',
      service: `${SERVICE}; ExecStart=/bin/y`,
      load: 'bad-setting',
      says: 'a.service:3:1: error: the service has more than one ExecStart= (the one before it is /u/a.service:2)',
    },
    {
      because: 'C-031 (reading): Restart=always',
      service: `${SERVICE}; Type=oneshot; Restart=always`,
      load: 'bad-setting',
      says: 'Restart=always does not go with Type=oneshot (/u/a.service:3)',
    },
    {
      because: 'C-032 (reading): Type=bogus',
      service: `${SERVICE}; Type=bogus`,
      load: 'loaded',
      says: "Type=: 'bogus' is not known here",
    },
    {
      because: 'C-032 (reading): Restart=sometimes',
      service: `${SERVICE}; Restart=sometimes`,
      load: 'loaded',
      says: "Restart=: 'sometimes'",
    },
    {
      because: 'C-032 (reading): Nice=99',
      service: `${SERVICE}; Nice=99`,
      load: 'loaded',
      says: "Nice=: '99' is not from -20 to 19",
    },
    {
      because: 'C-032 (reading): LimitNOFILE=5:3',
      service: `${SERVICE}; LimitNOFILE=5:3`,
      load: 'loaded',
      says: 'higher than the hard limit',
    },
    {
      because: 'no command',
      service: '[Service]; Type=simple',
      load: 'bad-setting',
      says: 'the service has no ExecStart=',
    },
    {
      because: 'a oneshot that only stops',
      service: '[Service]; RemainAfterExit=yes; ExecStop=/bin/x',
      load: 'loaded',
      says: null,
    },
    {
      because: 'no bus name',
      service: `${SERVICE}; Type=dbus`,
      load: 'bad-setting',
      says: 'Type=dbus needs a BusName=',
    },
    {
      because: 'C-005 (reading): a broken header',
      service: `${SERVICE}; [Unit`,
      load: 'error',
      says: "the section header '[Unit' has no ']'",
    },
    {
      because: 'isolation',
      service: `${SERVICE}; PrivateTmp=yes`,
      load: 'bad-setting',
      says: 'a.service:3:1: error: PrivateTmp= isolates',
    },
    {
      because: 'isolation that is not asked for',
      service: `${SERVICE}; PrivateTmp=yes; PrivateTmp=no`,
      load: 'loaded',
      says: null,
    },
    {
      because: 'isolation that may be left out',
      service: `${SERVICE}; PrivateTmp=yes; X-IgnoreUnsupported=PrivateTmp`,
      load: 'loaded',
      says: null,
    },
    {
      because: 'a session that may refuse its user',
      service: `${SERVICE}; PAMName=login`,
      load: 'bad-setting',
      says: 'PAMName= isolates',
    },
    {
      because: 'a key ring of its own',
      service: `${SERVICE}; KeyringMode=private`,
      load: 'bad-setting',
      says: 'KeyringMode= isolates',
    },
    {
      because: 'no key ring of its own',
      service: `${SERVICE}; KeyringMode=inherit; MountFlags=shared`,
      load: 'loaded',
      says: null,
    },
    {
      because: 'no capability at all',
      service: `${SERVICE}; CapabilityBoundingSet=`,
      load: 'bad-setting',
      says: 'CapabilityBoundingSet= isolates',
    },
    {
      because: 'a limit of a control group',
      service: `${SERVICE}; MemoryMax=1G`,
      load: 'loaded',
      says: 'warning: MemoryMax= is not applied yet',
    },
    {
      because: 'what is not supported',
      service: `${SERVICE}; TTYPath=/dev/tty9`,
      load: 'loaded',
      says: 'warning: TTYPath= is not supported here',
    },
    {
      because: 'S-03 (reading): a typographic dash',
      service: '[Service]; ExecStart=/bin/x –l',
      load: 'loaded',
      says: 'a dash that is no hyphen-minus',
    },
    {
      because: 'a program that does not exist',
      service: '[Service]; ExecStart=/missing/x',
      load: 'loaded',
      says: '/missing/x does not exist',
    },
    {
      because: 'one that need not exist',
      service: '[Service]; ExecStart=-/missing/x',
      load: 'loaded',
      says: null,
    },
    {
      because: 'a unit that does not exist',
      service: `[Unit]; Requires=b.service; ${SERVICE}`,
      load: 'loaded',
      says: 'a.service needs b.service, which does not exist',
    },
    {
      because: 'a target that does not exist',
      service: `[Unit]; Requires=network.target; Wants=b.service; ${SERVICE}`,
      load: 'loaded',
      says: null,
    },
  ])('$because', async (row) => {
    const { load, text } = await judge(row);
    expect(load).toBe(row.load);
    if (row.says === null) expect(text).toBe('');
    else expect(text).toContain(row.says);
  });

  it('C-064 (reading): a socket without its service says so', async () => {
    const loaded = await loadTree({ '/u/q4.socket': lines('[Socket]; ListenStream=80') }, ['/u/q4.socket']);
    expect(loaded.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ['error', 'unit/no-service'],
    ]);
  });

  it('C-118 (reading): who is accepted can be chosen by address', async () => {
    const socket = '[Socket]; ListenStream=80; Accept=yes; IPAddressDeny=any; IPAddressAllow=127.0.0.2';
    const loaded = await loadTree({ '/u/a.socket': lines(socket), '/u/a@.service': lines(SERVICE) }, [
      '/u/a.socket',
    ]);
    const { access, head } = socketOf(loaded, 'a.socket');
    expect([head.load, access.only]).toEqual([
      'loaded',
      [{ kind: 'network', family: 4, address: '127.0.0.2', bits: 32 }],
    ]);
  });
});
