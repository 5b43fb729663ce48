/** libwrap's own oracle, tcpdmatch(8), decides the same cases; what differs on purpose is a table. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/access/hosts/decide.ts';
import { type Case, DENY_ALL, factsOf, lookupsOf, tablesOf } from './asking.ts';

const TCPDMATCH = '/usr/sbin/tcpdmatch';
const title = existsSync(TCPDMATCH)
  ? 'tcpdmatch agrees'
  : 'tcpdmatch agrees (skipped: no tcpdmatch here, package tcpd)';
const folder = mkdtempSync(join(tmpdir(), 'tcpdmatch-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two files and who calls. tcpdmatch looks no name up for an address: it plays that the look-up failed. */
interface Question {
  readonly allow: string;
  readonly deny: string;
  readonly daemon: string;
  readonly address: string | null;
  readonly user: string;
}

const PEERS = ['192.0.2.7', '10.1.2.3', '2001:db8::5', '::ffff:192.0.2.7', null];
const LIST = `${folder}/list`;

// biome-ignore format: a table
const HOSTS = [
  'ALL', 'all', 'KNOWN', 'UNKNOWN', 'LOCAL', 'PARANOID', '192.0.2.7', '192.0.2', '192.0.2.', '192.', '.7', '.2.7', '192.*', '*.7', '*', '?',
  '192.0.2.7**', '1**7', '192.0.2.?', '192.0.2.*/24', '192.0.2.0/24', '192.0.2.5/24', '192.0.2.7/32', '192.0.2.0/33', '192.0.2.0/1', '10/8',
  '10.0.0.0/8', '10.0.0.0/8x', '10.0.0.0/255.0.0.0', '10.0.0.0/255.0.0', '0.0.0.0/0.0.0.0', '10.0.2.0/255.0.255.0', '012.0.0.0/8', '0xA.0.0.0/8',
  '10.08.0.0/16', '10..0.0.0/8', '[2001:db8::]/32', '[2001:DB8::5]', '[2001:db8:0::5]/128', '[2001:db8::4]/127', '[2001:db8::5]/129',
  '[2001:db8::5]/x', '[::]/0', '2001:db8::5', '2001:db8::/32', '[2001:db8::/32]', '[192.0.2.7]', '[::ffff:192.0.2.7]', '[::ffff:0:0]/96', '[', ']',
  LIST, '/none', '!192.0.2.7', '#', '192.0.2.7#', '10.0.0.1 # 192.0.2.7', 'root@ALL', 'root@192.0.2.', 'KNOWN@ALL', 'UNKNOWN@ALL', '*t@ALL',
  `root@${LIST}`, 'a@b@ALL', 'ALL EXCEPT 192.', 'ALL except 10. except 10.1.', 'EXCEPT ALL', 'ALL EXCEPT', '10. 192. EXCEPT *.7', 'ALL,EXCEPT,10.1.2.3',
];

// biome-ignore format: a table
const DAEMONS = [
  'probe', 'PROBE', 'pro', 'pro.', '.be', 'p*', '?????', '/usr/sbin/probe', 'probe@ALL', 'probe@UNKNOWN', 'probe@KNOWN', '23001', '@probe', '[probe]',
  'ALL EXCEPT probe', 'probe, in.x', 'in.x', 'ALL EXCEPT in.x', 'KNOWN', 'probe@', `probe@${LIST}`,
];

// biome-ignore format: a table
const OPTIONS = [
  'allow', 'deny', 'DENY', 'allow:', 'deny : allow', '', ':', 'allow x', 'umask 022', 'umask=022', 'umask = 022', 'umask == 022', 'umask 088', 'umask 1777',
  'umask +7', 'nice', 'nice=', 'nice -3', 'nice x', 'linger 3', 'linger -1', 'linger', 'keepalive', 'keepalive 1', 'severity notice', 'severity MAIL.Info',
  'severity authpriv.info', 'severity warn', 'severity a.b', 'rfc931', 'rfc931 3', 'rfc931 0', 'spawn /bin/true %a', 'spawn', 'twist /bin/true', 'twist x : nice',
  'aclexec /bin/true', 'banners /none', 'banners', 'setenv A b', 'setenv A', 'setenv A b\\:c : deny', 'bogus', '(cmd)', 'al=low', 'allow #', 'umask\t022',
];

// biome-ignore format: a table
const FILES: readonly (readonly [allow: string, deny: string])[] = [
  ['', ''], ['', DENY_ALL], [DENY_ALL, DENY_ALL], ['in.x: ALL\nprobe: ALL\n', DENY_ALL], ['no colon\nprobe: ALL\n', DENY_ALL], [' # x\nprobe: ALL\n', DENY_ALL],
  ['#\\\nprobe: ALL\n', DENY_ALL], ['probe: \\\n ALL\n', DENY_ALL], ['pro\\\nbe: AL\\\nL\n', DENY_ALL], ['probe: ALL\r\n', DENY_ALL], ['probe: \\\r\n ALL\n', DENY_ALL],
  ['\\\n', DENY_ALL], ['probe: [ : deny\n', ''], ['probe: [ ALL : deny\n', ''], ['probe: ALL: deny\n', 'ALL: ALL: allow\n'], ['', 'ALL: ALL: allow\n'],
  ['', 'probe: ALL: nice x\n'], [': ALL\n', DENY_ALL], ['ALL:\n', DENY_ALL], [',: ,ALL,\n', DENY_ALL], [',ALL,:, ,ALL,\n', DENY_ALL], ['', '\\\n'],
  [`in.x: ${'x '.repeat(1020)}\nprobe: ALL\n`, DENY_ALL],
];

/** What superd grants or refuses otherwise than libwrap unless it is told to be strict. */
// biome-ignore format: a table
const DEVIATIONS: readonly (Question & { readonly libwrap: string; readonly superd: string })[] = [
  ...(['0.0.0.0/0', '192.0.2.7/255.255.255.255'].map((host) => ({
    ...asked({ allow: `probe: ${host}\n` }), libwrap: 'denied', superd: 'granted' }))),
  { ...asked({ allow: 'probe: ALL' }), libwrap: 'denied', superd: 'granted' },
  { ...asked({ deny: 'in.x: ALL' }), libwrap: 'denied', superd: 'granted' },
  { ...asked({ deny: 'in.x: ALL\nprobe: 10. \\\n' }), libwrap: 'denied', superd: 'granted' },
  { ...asked({ allow: `in.x: ${'x '.repeat(1021)}\nprobe: ALL\n` }), libwrap: 'denied', superd: 'granted' },
  { ...asked({ deny: `in.x: ${'x '.repeat(1021)}\n` }), libwrap: 'denied', superd: 'granted' },
  { ...asked({ allow: 'probe: 2001\\:db8\\:\\:5\n', address: '2001:db8::5' }), libwrap: 'denied', superd: 'granted' },
];

function asked({
  allow = '',
  deny = allow === '' ? '' : DENY_ALL,
  daemon = 'probe',
  address = '192.0.2.7',
  user = 'unknown',
}: Case): Question {
  return { allow, deny, daemon, address, user };
}

/** A few hundred rules made of pieces, the same in every run. */
function* mixtures(count: number): Generator<Question> {
  let state = 20_240_501;
  const pick = <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from[(state >>> 8) % from.length] as T;
  };
  const rule = () => {
    const options = pick(['', '', `: ${pick(OPTIONS)}`]);
    return `${pick(['probe', 'ALL', pick(DAEMONS)])}: ${pick(HOSTS)}${pick([' ', ', ', ' EXCEPT '])}${pick(HOSTS)}${options}\n`;
  };
  for (let made = 0; made < count; made += 1) {
    yield asked({
      allow: rule() + pick(['', rule()]),
      deny: pick([DENY_ALL, '', rule()]),
      daemon: pick(['probe', 'in.x']),
      address: pick(PEERS),
      user: pick(['root', 'unknown']),
    });
  }
}

const QUESTIONS: readonly Question[] = [
  ...HOSTS.flatMap((host) =>
    PEERS.map((address) => asked({ allow: `probe: ${host}\n`, address, user: 'root' })),
  ),
  ...DAEMONS.flatMap((daemon) => [
    asked({ allow: `${daemon}: ALL\n` }),
    asked({ deny: `${daemon}: ALL\n`, daemon: 'in.x' }),
  ]),
  ...OPTIONS.flatMap((option) => [
    asked({ allow: `ALL: ALL: ${option}\n` }),
    asked({ deny: `ALL: ALL: ${option}\n` }),
  ]),
  ...FILES.map(([allow, deny]) => asked({ allow, deny })).map((question, index) => ({
    ...question,
    deny: FILES[index]?.[1] ?? '',
  })),
  ...mixtures(200),
];

/** Asks tcpdmatch everything in one go: a folder and a process for each question. */
function oracle(questions: readonly Question[]): readonly string[] {
  const root = mkdtempSync(join(folder, 'run-'));
  const script = questions.map(({ allow, deny, daemon, address, user }, index) => {
    const place = join(root, String(index));
    mkdirSync(place);
    writeFileSync(join(place, 'hosts.allow'), allow, 'latin1');
    writeFileSync(join(place, 'hosts.deny'), deny, 'latin1');
    return `cd ${place} && ${TCPDMATCH} -d -i ../inetd.conf ${daemon} ${user}@${address ?? 'unknown'} | tail -n 1`;
  });
  const entries = ['probe', 'in.x'].map((name) => `${name} stream tcp nowait root /usr/sbin/tcpd ${name}\n`);
  writeFileSync(join(root, 'inetd.conf'), entries.join(''));
  writeFileSync(LIST, '172.16.0.0/12\n192.0.2.7 [2001:db8::5]\tKNOWN@x\n');
  const output = execFileSync('/bin/sh', [], {
    input: script.join('\n'),
    encoding: 'latin1',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^access: +/, ''));
}

const WORDS = { granted: 'granted', refused: 'denied', twisted: 'delegated' } as const;

/** What we decide, in tcpdmatch's words. It must be decided at once: tcpdmatch has no names to look up. */
async function ours(question: Question, strict: boolean): Promise<string> {
  const tables = tablesOf({
    ...question,
    settings: { strict },
    files: { [LIST]: '172.16.0.0/12\n192.0.2.7 [2001:db8::5]\tKNOWN@x\n' },
  });
  const facts = factsOf({ ...question, server: null });
  facts.user = question.user;
  return WORDS[(await decide(tables, facts, lookupsOf({}, []))).kind];
}

(existsSync(TCPDMATCH) ? describe : describe.skip)(title, () => {
  it(`on ${QUESTIONS.length} questions, strict or not`, async () => {
    const verdicts = oracle(QUESTIONS);
    expect(verdicts).toHaveLength(QUESTIONS.length);
    const differing: unknown[] = [];
    for (const [index, question] of QUESTIONS.entries()) {
      const answers = [verdicts[index], await ours(question, true), await ours(question, false)];
      if (new Set(answers).size !== 1) differing.push({ ...question, answers });
    }
    expect(differing).toEqual([]);
    expect(new Set(verdicts)).toEqual(new Set(['granted', 'denied', 'delegated']));
  }, 120_000);

  it('on what superd mends only when it is strict', async () => {
    const verdicts = oracle(DEVIATIONS);
    for (const [index, question] of DEVIATIONS.entries()) {
      const answers = {
        oracle: verdicts[index],
        strict: await ours(question, true),
        superd: await ours(question, false),
      };
      const { libwrap, superd } = question;
      expect({ question, ...answers }).toEqual({ question, oracle: libwrap, strict: libwrap, superd });
    }
  });
});
