import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entriesOf } from '../../../lib/config/convert/entries.ts';
import { asTheyAre, fromUnits, withLosses } from '../../../lib/config/convert/from-units/from-units.ts';
import { LOSSES, type LossId } from '../../../lib/config/convert/losses.ts';
import { toUnits } from '../../../lib/config/convert/units/to-units.ts';
import { dialects } from '../../../lib/config/inetd/dialects.ts';
import type { Dialect } from '../../../lib/config/settings.ts';
import type { Service } from '../../../lib/model/service.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { lines, loadTree, type UnitFiles } from '../../fixtures/units.ts';
import { read, type Target, write } from './convert.ts';
import { FACETS } from './facets.ts';
import { inetd, xinetd } from './texts.ts';

const names = fixtureNames();

/** Units of a folder, of which every one that nothing else starts is named. */
async function readUnits(files: UnitFiles) {
  const tree = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/units/${name}`, text]));
  return loadTree(tree, ['/units'], { enabled: false });
}

/** A socket and its service as other languages have them. */
async function convert(socket: string, service: string, to: Target['to'] = 'inetd') {
  const accept = /^Accept=yes/m.test(lines(socket));
  const units = await readUnits({
    'x.socket': `[Socket]\n${lines(socket)}\n`,
    [accept ? 'x@.service' : 'x.service']: `[Service]\n${lines(service)}\n`,
  });
  const found = fromUnits(units, names);
  const written = withLosses(write(found.services, { to, dialect: 'auto' }), found.losses);
  return { text: written.map(({ text }) => text).join(''), all: [...written, ...found.refused] };
}

const EACH = 'ListenStream=2323;Accept=yes;MaxConnections=5;TriggerLimitIntervalSec=0';
const ALONE = 'ListenDatagram=69;Accept=no;TriggerLimitIntervalSec=0';
const SERVER = 'ExecStart=/bin/cat -u;StandardInput=socket';

describe('Units as lines of inetd.conf', () => {
  // biome-ignore format: a table
  it.each([
    { socket: EACH, service: SERVER, text: '2323 stream,5 tcp46 nowait.0 root /bin/cat /bin/cat -u' },
    { socket: `${EACH};BindIPv6Only=ipv6-only`, service: SERVER, text: '2323 stream,5 tcp6 nowait.0 root /bin/cat /bin/cat -u' },
    { socket: `${EACH};MaxConnectionsPerSource=2`, service: SERVER, text: '2323 stream tcp46 nowait/5/0/2 root /bin/cat /bin/cat -u' },
    { socket: 'ListenStream=127.0.0.1:21;Accept=yes;MaxConnections=4294967295', service: SERVER, text: '127.0.0.1:ftp stream tcp4 nowait.6000 root /bin/cat /bin/cat -u' },
    { socket: ALONE, service: `${SERVER};User=nobody`, text: 'tftp dgram udp46 wait.0 nobody /bin/cat /bin/cat -u' },
    { socket: ALONE, service: `${SERVER};User=nobody;Group=daemon`, text: 'tftp dgram udp46 wait.0 nobody:1 /bin/cat /bin/cat -u' },
    { socket: 'ListenStream=/run/x;Accept=no;SocketUser=games', service: 'ExecStart=@/bin/cat cat $$HOME;StandardInput=socket', text: ':5:60:0666:/run/x stream unix wait.600 root /bin/cat cat $HOME' },
    { socket: 'ListenStream=/run/x;Accept=no;TriggerLimitBurst=30;TriggerLimitIntervalSec=1min', service: SERVER, text: '/run/x stream unix wait.30 root /bin/cat /bin/cat -u' },
  ])('$socket with $service', async ({ socket, service, text }) => {
    expect((await convert(socket, service)).text).toBe(`${text}\n`);
  });

  it('have a line for each port, and say that they are counted apart', async () => {
    const { text, all } = await convert(`${EACH};ListenStream=0.0.0.0:24`, SERVER);
    expect(text).toBe(
      '2323 stream,5 tcp46 nowait.0 root /bin/cat /bin/cat -u\n24 stream,5 tcp4 nowait.0 root /bin/cat /bin/cat -u\n',
    );
    expect(all.map(({ losses }) => losses.filter(({ id }) => id === 'L10').length)).toEqual([2, 2]);
  });
});

describe('Units as blocks of xinetd.conf', () => {
  it('hold what inetd.conf cannot', async () => {
    const { text } = await convert(
      `${EACH};MaxConnectionsPerSource=2;IPAddressDeny=any;IPAddressAllow=10.1.0.0/16`,
      `${SERVER};User=games;UMask=027;LimitCORE=0;LimitNOFILE=64;Nice=3;PassEnvironment=TZ;Environment=A=b`,
      'xinetd',
    );
    const words = text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
    for (const line of [
      'service 2323',
      'id = x',
      'port = 2323',
      'wait = no',
      'user = games',
      'umask = 027',
      'nice = 3',
      'instances = 5',
      'per_source = 2',
      'only_from = 10.1.0.0/16',
      'passenv = TZ',
      'env = A=b',
      'rlimit_files = 64',
      'server = /bin/cat',
      'server_args = /bin/cat -u',
    ])
      expect(words).toContain(line);
  });
});

describe('Units that no inetd can be told', () => {
  // biome-ignore format: a table
  it.each<{ socket: string; service: string; id: LossId; why: string }>([
    { socket: 'ListenStream=@x;Accept=yes', service: SERVER, id: 'L4', why: 'only units listen on @x' },
    { socket: 'ListenFIFO=/run/x', service: SERVER, id: 'L4', why: 'only units listen on /run/x' },
    { socket: `${EACH};BindToDevice=lo`, service: SERVER, id: 'L28', why: 'BindToDevice=' },
    { socket: `${EACH};SocketProtocol=mptcp`, service: SERVER, id: 'L28', why: 'SocketProtocol=mptcp' },
    { socket: 'ListenStream=/run/x;Accept=yes;SocketUser=nobody.here', service: SERVER, id: 'L25', why: 'no user or group' },
    { socket: 'ListenStream=2323', service: 'ExecStart=/bin/cat', id: 'L31', why: 'from descriptor 3 on' },
    { socket: EACH, service: `${SERVER};StandardOutput=null`, id: 'L31', why: 'its output would go to the caller' },
    { socket: EACH, service: `${SERVER};StandardError=null`, id: 'L31', why: 'its standard error' },
    { socket: EACH, service: `${SERVER};Type=forking`, id: 'L31', why: 'Type=forking' },
    { socket: EACH, service: 'ExecStart=/bin/cat $OPTIONS;StandardInput=socket', id: 'L31', why: 'the environment: OPTIONS' },
    { socket: EACH, service: 'ExecStart=/bin/cat %i;StandardInput=socket', id: 'L31', why: 'specifiers' },
    { socket: EACH, service: 'Type=oneshot;ExecStart=/bin/true;ExecStart=/bin/cat;StandardInput=socket', id: 'L31', why: 'one ExecStart=' },
    { socket: EACH, service: `${SERVER};User=nobody.here`, id: 'L34', why: 'does not know its user' },
    { socket: EACH, service: 'ExecStart=+/bin/cat;StandardInput=socket;User=games', id: 'L34', why: 'sets its user aside' },
    { socket: EACH, service: `${SERVER};EnvironmentFile=/etc/default/x`, id: 'L8', why: 'EnvironmentFile=' },
    { socket: EACH, service: `${SERVER};ExecStartPre=/bin/true`, id: 'L37', why: 'ExecStartPre=' },
    { socket: EACH, service: `${SERVER};ExecCondition=/bin/true`, id: 'L37', why: 'ExecCondition=' },
    { socket: EACH, service: `${SERVER};NoNewPrivileges=yes`, id: 'L37', why: 'NoNewPrivileges=' },
    { socket: EACH, service: `${SERVER};WorkingDirectory=/srv`, id: 'L37', why: 'WorkingDirectory=' },
    { socket: EACH, service: `${SERVER};RootDirectory=/srv`, id: 'L37', why: 'RootDirectory=' },
    { socket: `${EACH};[Unit];ConditionPathExists=/etc/x`, service: SERVER, id: 'L37', why: 'Condition…= and Assert…=' },
    { socket: EACH, service: `${SERVER};[Unit];Requires=firewall.service`, id: 'L37', why: 'Requires=' },
    { socket: EACH, service: `${SERVER};IPAddressDeny=any`, id: 'L37', why: 'IPAddressDeny' },
    { socket: EACH, service: `${SERVER};ProtectSystem=strict`, id: 'L37', why: 'ProtectSystem' },
    { socket: `${EACH};Service=y.service`, service: SERVER, id: 'L37', why: 'x.socket' },
  ])('$socket with $service: $why', async ({ socket, service, id, why }) => {
    const { text, all } = await convert(socket, service);
    expect(text).toBe('');
    expect(all.map((one) => [one.service.name, one.text])).toEqual([['x.socket', null]]);
    expect(all[0]?.losses.map((loss) => [loss.id, loss.detail])).toContainEqual([
      id,
      expect.stringContaining(why),
    ]);
  });

  it('are named, services without a socket too', async () => {
    const units = await readUnits({ 'y.service': '[Service]\nExecStart=/bin/cat\n' });
    const found = fromUnits(units, names);
    expect(found.services).toEqual([]);
    expect(found.refused.map(({ service, losses }) => [service.name, losses.map(({ id }) => id)])).toEqual([
      ['y.service', ['L37']],
    ]);
  });

  it('stay as they are where units are wanted', async () => {
    const units = await readUnits({ 'y.service': '[Service]\nExecStart=/bin/cat\n' });
    expect(asTheyAre(units)).toMatchObject([
      { service: { name: 'y.service' }, text: null, losses: [{ id: 'L37' }] },
    ]);
  });
});

describe('What units lose in every inetd', () => {
  // biome-ignore format: a table
  it.each<{ socket?: string; service?: string; id: LossId; what: string }>([
    { id: 'L3', what: 'BindIPv6Only= says nothing' },
    { service: ';Nice=3', id: 'L6', what: 'added' },
    { id: 'L8', what: 'PATH' },
    { id: 'L9', what: 'REMOTE_ADDR' },
    { socket: ';TriggerLimitIntervalSec=2s;TriggerLimitBurst=7', id: 'L11', what: 'over 7 starts in 2 s' },
    { id: 'L11', what: 'PollLimitBurst=' },
    { socket: ';ListenStream=/run/x;Symlinks=/run/y', id: 'L25', what: 'Symlinks=' },
    { service: ';Restart=always;RuntimeMaxSec=5', id: 'L27', what: 'Restart=, RuntimeMaxSec=' },
    { service: ';TimeoutStopSec=5', id: 'L27', what: 'TimeoutStopSec=' },
    { socket: ';IPTOS=low-delay;FreeBind=yes', id: 'L28', what: 'FreeBind=' },
    { id: 'L31', what: 'SIGPIPE' },
    { service: ';OOMScoreAdjust=5', id: 'L32', what: 'OOMScoreAdjust=' },
    { service: ';ExecStop=/bin/true;StateDirectory=x', id: 'L37', what: 'ExecStop=, StateDirectory=' },
    { service: ';[Unit];Wants=other.service', id: 'L37', what: 'Wants=' },
  ])('$socket $service: $what', async ({ socket = '', service = '', id, what }) => {
    const { text, all } = await convert(`${EACH}${socket}`, `${SERVER}${service}`);
    expect(text).not.toBe('');
    expect(all[0]?.losses.map((loss) => [loss.id, loss.detail])).toContainEqual([id, expect.stringContaining(what)]);
  });

  it('is nothing of what is not set', async () => {
    const { all } = await convert(
      `${EACH};BindIPv6Only=both;PollLimitIntervalSec=0;Backlog=4096`,
      `${SERVER};IgnoreSIGPIPE=no;KillMode=process`,
    );
    expect(all[0]?.losses.map(({ id }) => id).sort()).toEqual(['L10', 'L27', 'L32', 'L8', 'L9']);
  });
});

const dialect = fc.constantFrom(...(Object.keys(dialects) as Dialect[]));

/** What superd itself is not told by units, or which units always say. */
const OTHERWISE: Readonly<Record<string, readonly LossId[]>> = {
  umask: ['L6'],
  rate: ['L11', 'L10'],
  children: ['L10', 'L19'],
  addressChildren: ['L10'],
  told: ['L9', 'L31'],
  environment: ['L8'],
  ends: ['L27'],
  action: ['L19'],
  activation: ['L19'],
  wrap: ['L24'],
  log: ['L16'],
  intercept: ['L33'],
  files: ['L7'],
  stderr: ['L19'],
};

describe('Services that were written as units', () => {
  it.each([
    ['inetd.conf', inetd],
    ['xinetd.conf', xinetd],
  ] as const)(
    'are those of %s again, or what they lost was said',
    async (file, text) => {
      const seen = { again: 0 };
      await fc.assert(
        fc.asyncProperty(text, dialect, async (source, from) => {
          const { services } = await read(file, `${source}\n`, { dialect: from });
          for (const entry of entriesOf(services)) if (await comesBack(entry)) seen.again += 1;
        }),
        { numRuns: 1500 },
      );
      expect(seen.again).toBeGreaterThan(50);
    },
    60_000,
  );
});

/** Compares a service with what its units stand for; false: it is none again, and that is said. */
async function comesBack(entry: Service): Promise<boolean> {
  const [conversion] = toUnits([entry], { names });
  if (conversion?.text == null) return false;
  const { files = [], text } = conversion;
  const units = await readUnits(Object.fromEntries(files.map((one) => [one.name, one.text])));
  const found = fromUnits(units, names);
  if (found.refused.length > 0) {
    for (const { losses } of found.refused) expect(losses.length).toBeGreaterThan(0);
    return false;
  }
  const [first, ...rest] = found.services;
  if (first === undefined) throw new Error(`nothing is read of\n${text}`);
  const again = { ...first, sockets: [...first.sockets, ...rest.flatMap(({ sockets }) => sockets)] };
  const ids = new Set([...conversion.losses, ...[...found.losses.values()].flat()].map(({ id }) => id));
  const changed = Object.entries(FACETS).flatMap(([name, { of, losses }]) => {
    const [before, after] = [of(asUnitsHaveIt(entry)), of(again)];
    const isTold = [...losses, ...(OTHERWISE[name] ?? [])].some((id) => ids.has(id));
    return isTold || isDeepStrictEqual(before, after) ? [] : [{ name, before, after }];
  });
  expect({ text, changed }).toEqual({ text, changed: [] });
  expect([...ids].filter((id) => !(id in LOSSES))).toEqual([]);
  return true;
}

/** The umask of units where an entry has none; a server that waits is alone, whatever is written. */
function asUnitsHaveIt({ setup, limits, activation, ...rest }: Service): Service {
  const alone = activation === 'wait' ? ({ children: 1, atChildren: 'wait' } as const) : {};
  return {
    ...rest,
    activation,
    limits: { ...limits, ...alone },
    setup: { ...setup, umask: setup.umask ?? 0o022 },
  };
}
