/** What defaults, flags and the whole of an entry make of a service. */

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attributes } from '../../../lib/config/xinetd/attributes.ts';
import { block, defaults, type ReadOptions, readOne, readXinetd, socketsOf } from './read.ts';

async function namesOf(text: string, options: ReadOptions = {}) {
  const { services, diagnostics } = await readXinetd(text, options);
  return [services.map(({ name }) => name).join(' '), diagnostics.map(({ code }) => code)];
}

const at = (port: number, ...more: readonly string[]) => block([`port = ${port}`, ...more]);
const named = (name: string, port: number, ...more: readonly string[]) =>
  block([`port = ${port}`, ...more], name);

describe('Which services run', () => {
  // biome-ignore format: a table
  it.each([
    { number: 46, text: block(['disable = yes', 'no_access = ,', 'rubbish = 1']), own: '', codes: [] },
    { number: 47, text: block(['no_access = ,', 'disable = no']), own: '', strict: 'x', codes: ['xinetd/bad-address'] },
    { number: 48, text: defaults(['enabled = b']) + named('a', 1) + named('b', 2) + named('c', 3), own: 'b', codes: [] },
    { number: 49, text: defaults(['enabled = A b', 'disabled = B']) + named('a', 1) + named('b', 2) + named('c', 3, 'disable = yes'), own: 'a', codes: [] },
    { number: 50, text: defaults(['enabled =']) + named('a', 1), own: '', codes: [] },
    { number: 51, text: defaults(['enabled = x']) + block(['no_access = ,']), own: '', strict: 'x', codes: ['xinetd/bad-address'] },
    { number: 52, text: named('a', 1, 'id = z') + named('b', 2, 'id = z'), own: 'z z#2', codes: [] },
    { number: 53, text: named('a', 1) + named('b', 1), own: 'a', strict: 'a b', codes: ['xinetd/duplicate'] },
    { number: 54, text: named('a', 1, 'bind = 127.0.0.1') + named('b', 1, 'bind = 127.0.0.1'), own: 'a', codes: ['xinetd/duplicate'] },
    { number: 55, text: named('a', 1, 'bind = 127.0.0.1') + named('a', 1, 'bind = 127.0.0.1'), own: 'a', codes: ['xinetd/duplicate'] },
    { number: 56, text: named('a', 1, 'bind = 127.0.0.1') + named('b', 1, 'bind = 127.0.0.2'), own: 'a b', codes: [] },
    { number: 57, text: named('a', 1, 'bind = 127.0.0.1') + named('b', 1), own: 'a', codes: ['xinetd/duplicate'] },
    { number: 58, text: named('a', 1) + named('b', 1, 'socket_type = dgram', 'wait = yes'), own: 'a b', codes: [] },
    { number: 59, text: named('a', 1, 'socket_type = dgram', 'wait = yes') + named('b', 1, 'socket_type = dgram', 'wait = yes'), own: 'a', strict: 'a b', codes: ['xinetd/duplicate'] },
    { number: 60, text: block(['without type', 'type = SPECIAL', 'without port', 'port = 23'], 'telnet'), own: 'telnet', codes: [] },
    { number: 61, text: block(['type = SPECIAL', 'server = /bin/x'], 'ECHO').replace('port = 4711\n', ''), own: '', codes: ['xinetd/no-port'] },
    { number: 62, text: block(['type = SPECIAL', 'port = 24003'], 'telnet'), own: '', codes: ['xinetd/port-mismatch'] },
    { number: 63, text: at(-1), own: '', codes: ['xinetd/bad-value'] },
    { number: 64, text: block().replace('user = root\n', ''), own: '', codes: ['xinetd/missing-attribute'] },
    { number: 64, text: block().replace('wait = no\n', ''), own: '', codes: ['xinetd/missing-attribute'] },
    { number: 78, text: block(['server = /missing']), own: '', codes: ['xinetd/bad-program'] },
    { number: 79, text: block(['server = /folder']), own: '', codes: ['xinetd/bad-program'] },
    { number: 84, text: block(['groups = yes', 'user = 12345']), own: '', codes: ['xinetd/unknown-groups'] },
    { number: 142, text: block(['flags = SENSOR']).replace('server = /bin/echo\n', ''), own: '', codes: ['xinetd/missing-attribute'] },
    { number: 155, text: block(['redirect = 127.0.0.1 1', 'wait = yes']), own: '', codes: ['xinetd/no-effect', 'xinetd/bad-redirect'] },
    { number: 162, text: block(['type = TCPMUX']), own: '', codes: ['xinetd/bad-mux'] },
    { number: 42, text: defaults(['instances = abc']) + block(), own: '', codes: ['xinetd/bad-value'] },
    { number: 41, text: defaults(['server = x']) + block(), own: 'x', codes: ['xinetd/misplaced'] },
  ])('xinetd case $number (reading): "$own" is served: $codes', async ({ text, own, codes, ...row }) => {
    const programs = { '/missing': 'missing', '/folder': 'not-executable' } as const;
    expect(await namesOf(text, { programs })).toEqual([own, codes]);
    const [names] = await namesOf(text, { programs, strict: true });
    expect(names).toBe('strict' in row ? row.strict : own);
  });

  it.each(['sensor', 'auth', 'nosuch'])('an internal service named %s does not exist', async (name) => {
    expect((await readOne(['type = INTERNAL UNLISTED'], { name })).codes).toContain('xinetd/no-builtin');
  });

  it.each([
    { line: 'bind = 127.0.0.1', codes: [] },
    { line: 'bind = 192.0.2.1', codes: ['xinetd/open-admin'] },
    { line: 'only_from = 127.0.0.1', codes: ['xinetd/open-admin'] },
  ])('xadmin with $line: $codes', async ({ line, codes }) => {
    const text = block(['type = INTERNAL UNLISTED', line], 'xadmin').replace('server = /bin/echo\n', '');
    expect((await namesOf(text))[1]).toEqual(codes);
  });

  it.each([false, true])(
    'an entry with a broken line stays out, whatever follows; strictly: %s',
    async (strict) => {
      const text = defaults(['enabled = x']) + block(['no_access', 'disable = no']);
      const { services, rejected } = await readXinetd(text, { strict });
      expect([services, rejected.length]).toEqual([[], 1]);
    },
  );

  it.each([
    { text: defaults(['enabled = x y']) + block(), codes: ['xinetd/unknown-id'] },
    { text: defaults(['disabled = Z', 'disabled += x']) + block(['id = z']), codes: ['xinetd/unknown-id'] },
    { text: defaults(['enabled = x', 'enabled -= q']) + block(['disable = yes']), codes: [] },
    { text: defaults(['access_times = 8:00-9:00']) + block(), codes: ['xinetd/defaults-use'] },
    { text: defaults(['v6only = yes']) + block(), codes: ['xinetd/defaults-use'] },
    {
      text: block(['type = TCPMUX UNLISTED', 'protocol = tcp']).replace('port = 4711\n', ''),
      codes: ['xinetd/tcpmux-unreachable'],
    },
    { text: block(['redirect = 127.0.0.1 1']).replace(/user = root\n|server = .*\n/g, ''), codes: [] },
  ])('$text says $codes', async ({ text, codes }) => {
    expect((await namesOf(text))[1]).toEqual(codes);
  });

  it('asks whether another id was meant', async () => {
    const { diagnostics } = await readXinetd(defaults(['enabled = telnte']) + named('telnet', 23));
    expect(diagnostics.map(({ help }) => help)).toEqual([expect.stringMatching(/^did you mean 'telnet'\?/)]);
  });

  it('a tcpmux service is reached through an internal one', async () => {
    const mux = block(['type = INTERNAL UNLISTED', 'port = 4712'], 'tcpmux').replace(
      'server = /bin/echo\n',
      '',
    );
    const text = block(['type = TCPMUX UNLISTED', 'protocol = tcp']).replace('port = 4711\n', '');
    expect(await namesOf(mux + text)).toEqual(['tcpmux x', []]);
  });

  it('a broken defaults block serves nothing, and says why', async () => {
    const { services, fatal } = await readXinetd(`${defaults(['only_from = ,'])}${block()}`);
    expect([services, fatal]).toEqual([[], [expect.stringMatching(/^xinetd\.conf:1: /)]]);
  });
});

describe('What a service inherits', () => {
  const only = async (text: string, strict = false) => {
    const { services, diagnostics } = await readXinetd(text, { strict });
    const rules = services.map(({ access }) =>
      access.only?.map((rule) => rule.kind === 'network' && rule.address),
    );
    return [rules[0], diagnostics.map(({ code }) => code)];
  };

  it('xinetd case 130 (reading): defaults behind a service apply to it; strictly they do not; both is said', async () => {
    const text = block() + defaults(['only_from = 10.0.0.1']);
    expect(await only(text)).toEqual([['10.0.0.1'], ['xinetd/defaults-order']]);
    expect(await only(text, true)).toEqual([undefined, ['xinetd/defaults-order']]);
  });

  it.each([
    { line: 'only_from = 10.0.0.3', rules: ['10.0.0.3'] },
    { line: 'only_from += 10.0.0.3', rules: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] },
    { line: 'only_from -= 10.0.0.1/32', rules: ['10.0.0.2'] },
    { line: 'nice = 1', rules: ['10.0.0.1', '10.0.0.2'] },
  ])('xinetd case 131 (reading): $line', async ({ line, rules }) => {
    const text = defaults(['only_from = 10.0.0.1', 'only_from = 10.0.0.2']) + block([line]);
    expect(await only(text)).toEqual([rules, []]);
  });

  it('limits, log and umask from defaults wherever they stand, its own first', async () => {
    const more = [
      'cps = 1 2',
      'instances = 9',
      'per_source = 3',
      'max_load = 4',
      'umask = 077',
      'log_type = FILE /l',
    ];
    const { services } = await readXinetd(
      block(['instances = 5']) + defaults([...more, 'log_on_success = PID']),
    );
    expect(services[0]?.limits).toMatchObject({
      perSecond: { rate: 1, pauseMs: 2000 },
      children: 5,
      perAddressChildren: 3,
    });
    expect(services[0]?.setup.umask).toBe(0o77);
    expect(services[0]?.access.maxLoad).toBe(4);
    expect(services[0]?.log).toMatchObject({ id: 'x', common: true, success: ['PID'] });
  });

  it('xinetd case 169 (reading): log_on_success without values clears what it inherits', async () => {
    const { services } = await readXinetd(
      defaults(['log_type = SYSLOG auth', 'log_on_success = PID']) + block(['log_on_success =']),
    );
    expect(services[0]?.log?.success).toEqual([]);
  });

  it('xinetd case 15 (reading): 50 a second and a pause of 10 s unless cps says otherwise; 0 switches it off', async () => {
    const rate = async (lines: string[], strict = false) =>
      (await readOne(lines, { strict })).service?.limits.perSecond;
    expect(await rate([])).toEqual({ rate: 50, pauseMs: 10_000 });
    expect(await rate(['cps = 5'])).toEqual({ rate: 5, pauseMs: 10_000 });
    expect(await rate(['cps = 5'], true)).toEqual({ rate: 50, pauseMs: 10_000 });
    expect(await rate(['cps = 0 0'])).toBeNull();
  });
});

describe('The sockets of a service', () => {
  // biome-ignore format: a table
  it.each([
    { number: 67, lines: [], sockets: ['stream 0.0.0.0:4711', 'stream [::]:4711'], mapped: true, codes: [] },
    { number: 69, lines: ['flags = IPv4'], sockets: ['stream 0.0.0.0:4711'], mapped: false, codes: [] },
    { number: 70, lines: ['flags = IPv4 IPv6'], sockets: ['stream 0.0.0.0:4711', 'stream [::]:4711'], mapped: true, codes: [] },
    { number: 71, lines: ['v6only = no'], sockets: ['stream 0.0.0.0:4711', 'stream [::]:4711'], mapped: true, codes: ['xinetd/v6only'] },
    { number: 73, lines: ['bind = localhost'], sockets: ['stream [::1]:4711'], mapped: false, codes: [] },
    { number: 73, lines: ['bind = localhost', 'flags = IPv4'], sockets: ['stream 127.0.0.1:4711'], mapped: false, codes: [] },
    { number: 99, lines: ['socket_type = dgram', 'wait = yes'], sockets: ['dgram [::]:4711 dual'], mapped: true, codes: [] },
  ])('xinetd case $number (reading): $lines gives $sockets', async ({ lines, sockets, mapped, codes }) => {
    const { services, diagnostics } = await readXinetd(block(lines));
    expect([socketsOf(services), services[0]?.mapped]).toEqual([sockets, mapped]);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  it('strictly, v6only = no means yes', async () => {
    const { services } = await readXinetd(block(['v6only = no']), { strict: true });
    expect(socketsOf(services)).toEqual(['stream [::]:4711']);
  });

  it('an address that the flags forbid', async () => {
    expect((await readOne(['bind = 127.0.0.1', 'flags = IPv6'])).codes).toEqual(['xinetd/bind-family']);
  });
});

describe('How callers are served', () => {
  it.each([
    { number: 75, lines: ['flags = NAMEINARGS', 'server_args = me a'] },
    { number: 76, lines: ['server_args = me a', 'flags = NAMEINARGS'] },
  ])('xinetd case $number (reading): $lines', async ({ lines }) => {
    expect((await readOne(lines)).service?.action).toMatchObject({ argv: ['me', 'a'] });
  });

  it.each([
    { number: 81, lines: ['user = 12345'], account: { uid: 12345, gid: 12345, groups: [] } },
    { number: 82, lines: ['user = nobody', 'group = daemon'], account: { uid: 65534, gid: 1, groups: [] } },
    {
      number: 83,
      lines: ['user = caller', 'group = 4242', 'groups = yes'],
      account: { gid: 4242, groups: [4242, 1000, 24] },
    },
  ])('xinetd case $number (reading): $lines', async ({ lines, account }) => {
    expect((await readOne(lines)).service?.account).toMatchObject(account);
  });

  it('xinetd case 102 (reading): without root only the own user, or everybody as oneself', async () => {
    expect((await readOne([], { callerUid: 1000 })).codes).toEqual(['xinetd/not-your-user']);
    expect((await readOne(['user = caller'], { callerUid: 1000 })).service?.account.uid).toBe(1000);
    expect((await readOne([], { callerUid: 1000, asCaller: true })).service?.account.uid).toBe(1000);
  });

  // biome-ignore format: a table
  it.each([
    { lines: ['wait = yes'], intercept: false, wrap: { daemon: 'echo' }, codes: ['xinetd/wait-unwrapped'] },
    { lines: ['wait = yes', 'flags = NOLIBWRAP'], intercept: false, wrap: null, codes: [] },
    { lines: ['wait = yes', 'libwrap = in.x'], intercept: true, wrap: { daemon: 'in.x' }, codes: ['xinetd/intercepted'] },
    { lines: ['wait = yes', 'only_from = 127.0.0.1'], intercept: true, wrap: { daemon: 'echo' }, codes: ['xinetd/intercepted'] },
    { lines: ['wait = yes', 'banner = /b', 'flags = NOLIBWRAP'], intercept: true, wrap: null, codes: ['xinetd/intercepted'] },
    { lines: ['wait = yes', 'socket_type = dgram', 'flags = INTERCEPT'], intercept: true, wrap: { daemon: 'echo' }, codes: ['xinetd/intercepted'] },
    { lines: ['flags = INTERCEPT'], intercept: false, wrap: { daemon: 'echo' }, codes: ['xinetd/no-intercept'] },
  ])('xinetd case 146 (reading): $lines', async ({ lines, intercept, wrap, codes: expected }) => {
    const { service, codes } = await readOne(lines);
    expect([service?.intercept, service?.wrap, codes]).toEqual([intercept, wrap, expected]);
  });

  it('xinetd case 143 (reading): IDONLY needs somebody to ask', async () => {
    expect((await readOne(['flags = IDONLY'])).service?.reception?.ident).toBe('require');
    expect((await readOne(['flags = IDONLY', 'wait = yes'])).codes).toContain('xinetd/ident-only');
    expect((await readOne(['log_on_success = USERID'])).service?.reception?.ident).toBe('ask');
    const port113 = await readOne(['log_on_success = USERID', 'port = 113']);
    expect([port113.service?.reception, port113.codes]).toEqual([null, ['xinetd/ident-port']]);
  });
});

describe('Any words in any order', () => {
  const values = [
    'yes',
    'no',
    '0',
    '-1',
    '99999999999',
    'UNLIMITED',
    '#',
    'a,b',
    '{',
    '::',
    '::/0',
    '1.2.3.{4,5}',
    'FILE',
    'SYSLOG',
    'PID',
    'INTERNAL',
    'SENSOR',
    'RPC',
    'TCPMUX',
    '8:00-9',
    'A=1',
    '__proto__=1',
    '/bin/x',
    'localhost',
    'stream',
    'dgram',
    'tcp',
    'udp',
    '\u00e9',
  ];
  const line = fc
    .tuple(
      fc.constantFrom(...attributes.keys(), 'other'),
      fc.constantFrom('=', '+=', '-='),
      fc.array(fc.constantFrom(...values), { maxLength: 4 }),
    )
    .map(([name, operator, words]) => [name, operator, ...words].join(' '));
  const lines = fc.array(line, { maxLength: 8 });

  it('are read without a throw; what is not served is explained', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(lines),
        lines,
        fc.boolean(),
        fc.boolean(),
        async (before, own, complete, strict) => {
          const text =
            (before === null ? '' : defaults(before)) +
            (complete ? block(own) : `service echo\n{\n${own.join('\n')}\n}\n`);
          const { services, rejected, fatal, diagnostics } = await readXinetd(text, { strict });
          for (const { span, help } of diagnostics) {
            expect(help).toBeTruthy();
            expect(span.end).toBeGreaterThanOrEqual(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
          const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
          if (rejected.length + fatal.length > 0) expect(errors).toBeGreaterThan(0);
          if (fatal.length > 0) expect(services).toEqual([]);
          if (!strict && errors > 0) expect(services).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
