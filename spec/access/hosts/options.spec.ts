/** hosts_options(5): what each option is read as, and what is wrong with the others. */

import { describe, expect, it } from '@jest/globals';
import { type Option, readOptions } from '../../../lib/access/hosts/options.ts';
import { ask, DENY_ALL } from './asking.ts';

function read(...texts: readonly string[]) {
  return readOptions(texts.map((text) => ({ text, span: { start: 0, end: 0 } })));
}

describe('an option', () => {
  // biome-ignore format: a table
  it.each<readonly [string, Option]>([
    ['allow', { kind: 'allow' }], ['DENY', { kind: 'deny' }], ['keepalive', { kind: 'keepalive' }],
    ['allow=', { kind: 'allow' }],
    ['spawn (/bin/x %a) &', { kind: 'spawn', command: '(/bin/x %a) &' }],
    ['aclexec /bin/x', { kind: 'aclexec', command: '/bin/x' }],
    ['twist = /bin/x', { kind: 'twist', command: '/bin/x' }],
    ['severity mail.info', { kind: 'severity', facility: 'mail', level: 'info' }],
    ['severity LOCAL7.Debug', { kind: 'severity', facility: 'local7', level: 'debug' }],
    ['severity notice', { kind: 'severity', facility: null, level: 'notice' }],
    ['rfc931', { kind: 'rfc931', timeoutMs: null }], ['rfc931 5', { kind: 'rfc931', timeoutMs: 5000 }],
    ['banners /etc/b', { kind: 'banners', directory: '/etc/b' }],
    ['nice', { kind: 'nice', increment: 10 }], ['nice -5', { kind: 'nice', increment: -5 }],
    ['setenv A  b c', { kind: 'setenv', assignment: 'A  b c' }],
    ['umask 022', { kind: 'umask', mask: 0o022 }], ['umask=777', { kind: 'umask', mask: 0o777 }],
    ['user nobody', { kind: 'user', user: 'nobody', group: null }], ['user=nobody', { kind: 'user', user: 'nobody', group: null }],
    ['user nobody.kmem', { kind: 'user', user: 'nobody', group: 'kmem' }], ['group kmem', { kind: 'group', group: 'kmem' }],
    ['linger 30', { kind: 'linger', seconds: 30 }],
  ])('%s', (text, option) => expect(read(text)).toEqual({ list: [option], error: null }));

  // biome-ignore format: a table
  it.each([
    ['', 'missing option name'], ['=x', 'missing option name'],
    ['bogus', 'bad option name: "bogus"'], ['(cmd)', 'bad option name: "(cmd)"'],
    ['spawn', 'option "spawn" requires value'], ['Umask =', 'option "Umask" requires value'],
    ['allow x', 'option "allow" requires no value'], ['keepalive 1', 'option "keepalive" requires no value'],
    ['umask 088', 'bad umask value: "088"'], ['umask 1777', 'bad umask value: "1777"'], ['umask == 022', 'bad umask value: "= 022"'],
    ['nice x', 'bad nice value: "x"'], ['linger -1', 'bad linger value: "-1"'], ['linger 3 s', 'bad linger value: "3 s"'],
    ['rfc931 0', 'bad rfc931 timeout: "0"'],
    ['severity x.info', 'bad syslog facility or severity: "x"'], ['severity mail.loud', 'bad syslog facility or severity: "loud"'],
    ['severity authpriv.info', 'bad syslog facility or severity: "authpriv"'], ['severity warn', 'bad syslog facility or severity: "warn"'],
  ])('%s: %s', (text, message) => expect(read(text).error?.message).toBe(message));

  it.each(['allow', 'deny', 'twist /bin/x'])('%s stands at the end', (text) => {
    const [name] = text.split(' ');
    expect(read(text, 'nice').error?.message).toBe(`option "${name}" must be at end`);
    expect(read('nice', text).error).toBeNull();
  });
});

describe('the options of the rule that decides', () => {
  it('are carried out up to the wrong one, then it refuses', async () => {
    const { verdict } = await ask({ allow: 'ALL: ALL: nice 3: umask 9: linger 4\n' });
    expect(verdict).toEqual({
      kind: 'refused',
      rule: { file: 'hosts.allow', line: 1 },
      effects: [{ kind: 'nice', increment: 3 }],
      error: 'bad umask value: "9"',
    });
  });

  it('keep their order', async () => {
    const allow =
      'ALL: ALL: setenv WHO %u : severity mail.info: user nobody.kmem: group kmem: keepalive: linger 1: umask 077: spawn a\n';
    const { verdict } = await ask({ allow, user: 'root' });
    expect(verdict.kind).toBe('granted');
    expect(verdict.effects).toEqual([
      { kind: 'setenv', name: 'WHO', value: 'root' },
      { kind: 'severity', facility: 'mail', level: 'info' },
      { kind: 'user', user: 'nobody', group: 'kmem' },
      { kind: 'group', group: 'kmem' },
      { kind: 'keepalive' },
      { kind: 'linger', seconds: 1 },
      { kind: 'umask', mask: 0o077 },
      { kind: 'spawn', command: 'a' },
    ]);
  });

  it.each([
    { allow: 'ALL: ALL: deny\n', kind: 'refused' },
    { allow: 'ALL: ALL: nice: DENY\n', kind: 'refused' },
    { deny: 'ALL: 192.: allow\nALL: ALL\n', kind: 'granted' },
    { allow: 'ALL: ALL: aclexec x: allow\n', status: 1, kind: 'granted' },
    { deny: 'ALL: ALL: aclexec x: deny\n', status: 1, kind: 'refused' },
  ])('allow and deny decide in either file: %j', async ({ kind, ...asked }) => {
    expect((await ask(asked)).verdict.kind).toBe(kind);
  });

  it('rfc931 asks for the user once, in its own time', async () => {
    const { questions, facts } = await ask({ allow: 'ALL: ALL: rfc931 3: spawn x %u\n', user: 'root' });
    expect(questions).toEqual(['user 3000']);
    expect(facts.user).toBe('root');
    const datagram = await ask({ allow: 'ALL: ALL: rfc931\n', transport: 'dgram' });
    expect(datagram.questions).toEqual([]);
  });

  it.each([
    { text: 'setenv A  b %a ', effect: { kind: 'setenv', name: 'A', value: 'b 192.0.2.7' } },
    { text: 'setenv A', effect: { kind: 'setenv', name: 'A', value: '' } },
  ])('$text', async ({ text, effect }) => {
    expect((await ask({ allow: `ALL: ALL: ${text}\n` })).verdict.effects).toEqual([effect]);
  });

  it('setenv refuses a name that cannot be', async () => {
    expect((await ask({ allow: 'ALL: ALL: setenv A=B c\n' })).verdict).toMatchObject({
      kind: 'refused',
      effects: [],
    });
  });

  it.each([
    { deny: '', kind: 'granted' },
    { deny: DENY_ALL, kind: 'refused' },
    { deny: 'ALL: ALL: nice\n', kind: 'granted' },
  ])('strict: behind a failed aclexec libwrap goes on with hosts.deny, $kind', async ({ deny, kind }) => {
    const { verdict } = await ask({
      allow: 'ALL: ALL: aclexec x\n',
      deny,
      status: 1,
      settings: { strict: true },
    });
    expect(verdict.kind).toBe(kind);
  });
});
