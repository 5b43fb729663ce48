/** How unit files are read, seen at the services of a running daemon: lines, values, commands, drop-ins, names. */

import { describe, expect, it } from '@jest/globals';
import { type Daemon, serve } from './daemon.ts';
import { bound, eventually, type State } from './observe.ts';
import { asRoot, scratch } from './sandbox.ts';
import { answering, serveUnits, service, socket, toldOf, type UnitTexts, writeUnits } from './units.ts';

asRoot('The files of units', (box) => {
  const [port, other] = [23001, 23002];
  const args = `${scratch}/bin/args`;
  const closed = 'ECONNREFUSED';
  const hello = 'HELLO\n';

  /** A socket with these bytes as its file, and a service that says hello to each caller. */
  const greeting = (text: string | Uint8Array): UnitTexts => ({
    ...answering(port, `${scratch}/bin/hello`),
    'a.socket': text,
  });

  const accepting = (...lines: readonly string[]) => socket(`ListenStream=${port}`, 'Accept=yes', ...lines);

  /** What is said about the files, as `LINE SEVERITY CODE`. */
  const said = (daemon: Daemon) =>
    daemon.events('diagnostic').map(({ line, severity, code }) => `${line} ${severity} ${code}`);

  /** What the caller of a port gets from the server `state`. */
  async function stateAt(service: readonly string[], socket: readonly string[] = []): Promise<State> {
    await serveUnits(box, answering(port, `${scratch}/bin/state`, { service, socket }));
    return JSON.parse(await box.says(port)) as State;
  }

  /** The lines that a command writes into a file, once its unit is done. */
  async function written(...lines: readonly string[]): Promise<{ text: string; daemon: Daemon }> {
    const file = box.fresh('.out');
    const daemon = await serveUnits(box, {
      'a.service': service('Type=oneshot', `StandardOutput=append:${file}`, ...lines),
    });
    await settled(daemon, 'a.service');
    return { text: await box.read(file).catch(() => ''), daemon };
  }

  async function settled(daemon: Daemon, unit: string): Promise<void> {
    const words = /Finished|Failed with/;
    await eventually(`${unit} is done`, async () => toldOf(daemon, unit).some((text) => words.test(text)));
  }

  const noise = Buffer.from('Description=\xff\xfe', 'latin1');
  const bytes = (...parts: readonly (string | Uint8Array)[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));

  describe('lines', () => {
    // biome-ignore format: a table
    it.each([
      { title: 'C-001: an unknown key', text: accepting('Foo=1'), says: ['4 warning unit/unknown-key'], hears: hello },
      { title: 'C-002: an unknown section', text: `${accepting()}[Bogus]\nListenStream=${other}\n`, says: ['4 warning unit/unknown-section'], hears: hello },
      { title: 'C-003: extensions', text: `${accepting('X-Foo=1')}[X-Bar]\nFoo=1\n`, says: [], hears: hello },
      { title: 'C-004: lines that are none', text: `Accept=no\n${accepting('abc', '=1')}`, says: ['1 warning', '5 warning', '6 warning'], hears: hello },
      { title: 'C-005: a broken header', text: accepting().replace(']', ''), says: ['1 error'], hears: closed },
      { title: 'C-006: a byte order mark and CR LF', text: `\ufeff${accepting().replaceAll('\n', '\r\n')}`, says: [], hears: hello },
      { title: 'C-007: a line of 1.1 MB', text: accepting(`X-Long=${'x'.repeat(1_100_000)}`), says: ['4 error'], hears: closed },
      { title: 'C-008: a backslash, an empty line, the end', text: `[Socket]\nAccept=yes\nListenStream=${port}\\\n\n`, says: [], hears: hello },
      { title: 'C-011: bytes that are no UTF-8', text: bytes(accepting(), noise), says: ['4 error'], hears: closed },
      { title: 'C-012: NUL', text: accepting('Backlog=5\0nul'), says: ['4 warning'], hears: hello },
      { title: 'C-013: a word that is no switch', text: accepting('Accept=maybe'), says: ['4 warning'], hears: hello },
      { title: 'C-014: YES', text: accepting('Accept=YES'), says: [], hears: hello },
      { title: 'C-014: t', text: accepting('Accept=no', 'Accept=t'), says: [], hears: hello },
      { title: 'C-014: oN', text: accepting('Accept=no', 'Accept=oN'), says: [], hears: hello },
      { title: 'C-014: 1', text: accepting('Accept=no', 'Accept=1'), says: [], hears: hello },
      { title: 'C-015: a time that is none', text: accepting('TimeoutSec=5x'), says: ['4 warning'], hears: hello },
    ])('$title', async ({ text, says, hears }) => {
      const daemon = await serveUnits(box, greeting(text));
      expect(said(daemon)).toEqual(says.map((words) => expect.stringMatching(new RegExp(`^${words}`))));
      expect(await box.says(port)).toBe(hears);
      expect(await box.says(other)).toBe(closed);
    });
  });

  describe('values', () => {
    it('C-006: lose the CR of their lines', async () => {
      const text = socket(`ListenStream=${scratch}/cr.sock`, 'Accept=yes').replaceAll('\n', '\r\n');
      await serveUnits(box, greeting(text));
      expect((await box.shell(`ls ${scratch} | grep cr | cat -A`)).stdout).toBe('cr.sock$\n');
    });

    it.each([
      { title: 'C-015: 1min 20s are 80 seconds', text: '1min 20s', period: 'WATCHDOG_USEC=80000000' },
      { title: 'C-015: 5x is none', text: '5x', period: null },
    ])('$title', async ({ text, period }) => {
      const { env } = await stateAt([`WatchdogSec=${text}`]);
      expect(env.find((entry) => entry.startsWith('WATCHDOG_USEC')) ?? null).toBe(period);
    });

    it.each([
      { title: 'C-016: 0999 is no mode', mode: '0999', node: '666' },
      { title: 'C-016: 660 is octal', mode: '660', node: '660' },
    ])('$title', async ({ mode, node }) => {
      const file = box.fresh('.sock');
      await serveUnits(box, greeting(socket(`ListenStream=${file}`, 'Accept=yes', `SocketMode=${mode}`)));
      expect((await box.shell(`stat -c %a ${file}`)).stdout).toBe(`${node}\n`);
    });

    it('C-017: sizes add up, numbers are those of C, ports are decimal', async () => {
      const text = socket('ListenStream=127.0.0.1:023001', 'Accept=yes', 'ReceiveBuffer=1M5', 'Mark=0x10');
      await serveUnits(box, { ...answering(port, `${scratch}/bin/state`), 'a.socket': text });
      const { fds } = JSON.parse(await box.says(port)) as State;
      // The kernel counts its own needs too: socket(7), SO_RCVBUF.
      expect(fds[0]?.rcvbuf).toBe(2 * 1_048_581);
      expect((await box.shell(`ss -Hlte 'sport = :${port}'`)).stdout).toContain('fwmark:0x10');
    });

    // biome-ignore format: a table
    it.each([
      { title: 'C-010: blanks of a line that goes on', lines: ['Environment="M=multi \\', '  line"'], names: ['M'], env: ['M=multi    line'] },
      { title: 'C-018: quotes and escapes', lines: [`Environment=A=1 "B=two words" C='q' D=x\\x41`], names: ['A', 'B', 'C', 'D'], env: ['A=1', 'B=two words', 'C=q', 'D=xA'] },
      { title: 'C-019: nothing counts from an unknown escape on', lines: ['Environment=A=1 B=x\\q C=2'], names: ['A', 'B', 'C'], env: ['A=1'] },
      { title: 'C-020: a name that begins with a digit', lines: ['Environment=9BAD=1 K=2'], names: ['9BAD', 'K'], env: ['K=2'] },
      { title: 'C-021: an empty assignment clears', lines: ['Environment=A=1', 'Environment=', 'Environment=B=1'], names: ['A', 'B'], env: ['B=1'] },
    ])('of Environment=: $title', async ({ lines, names, env }) => {
      const state = await stateAt(lines);
      expect(state.env.filter((entry) => names.includes(String(entry.split('=')[0]))).sort()).toEqual(env);
    });

    it.each([
      { title: 'C-019: an unknown escape', line: 'Environment=A=1 B=x\\q C=2' },
      { title: 'C-020: a name that is none', line: 'Environment=9BAD=1 K=2' },
    ])('are warned of: $title', async ({ line }) => {
      const daemon = await serveUnits(
        box,
        answering(port, `${scratch}/bin/hello`, { service: ['Environment=X=1', line] }),
      );
      expect(said(daemon)).toEqual([expect.stringMatching(/^5 warning/)]);
      expect(await box.says(port)).toBe(hello);
    });
  });

  describe('commands', () => {
    // biome-ignore format: a table
    it.each([
      { title: 'C-009: a comment between joined lines', lines: [`ExecStart=${args} a \\`, '# c', 'b'], prints: `[${args}][a][b]\n` },
      { title: 'C-022: variables', lines: ['Environment=A=1 "B=two words"', `ExecStart=${args} \${A} $B "$B" x\${A}y x$A $$A $\${A}`], prints: `[${args}][1][two][words][two][words][x1y][x$A][$A][\${A}]\n` },
      { title: 'C-023: none of them', lines: ['Environment=A=1', `ExecStart=:${args} $A \${A}`], prints: `[${args}][$A][\${A}]\n` },
      { title: 'C-025: several commands in a line', lines: [`ExecStart=${args} one ; ${args} two a;b \\;`], prints: `[${args}][one]\n[${args}][two][a;b][;]\n` },
      { title: 'C-026: unknown escapes', lines: [`ExecStart=${args} six\\ seven bad\\qescape`], prints: `[${args}][six\\ seven][bad\\qescape]\n` },
      { title: 'C-028: a bare name', lines: ['ExecStart=sh -c "echo $0"', 'Environment=PATH=/nonexistent'], prints: 'sh\n' },
      { title: 'C-029: a missing program that may fail', lines: ['ExecStart=-/nonexistent', `ExecStart=${args} next`], prints: `[${args}][next]\n` },
    ])('$title', async ({ lines, prints }) => {
      const { text, daemon } = await written(...lines);
      expect(text).toBe(prints);
      expect(toldOf(daemon, 'a.service')).toContain('Finished a.service.');
    });

    it('C-024: @ gives the program another name', async () => {
      // The servers choose by their name what they are.
      const { text } = await written(
        'ExecStart=@/bin/sh name -c \'read -r line </proc/$$$$/cmdline; echo "$$0 $$line"\' zero',
      );
      expect(text).toMatch(/^zero name/);
    });

    it('C-026: unknown escapes are warned of', async () => {
      const { daemon } = await written(`ExecStart=${args} six\\ seven bad\\qescape`);
      expect(new Set(said(daemon).map((words) => words.split(' ', 2).join(' ')))).toEqual(
        new Set(['4 warning']),
      );
    });

    it('C-029: a missing program is 203/EXEC', async () => {
      const { daemon } = await written('ExecStart=/nonexistent');
      expect(toldOf(daemon, 'a.service')).toEqual(
        expect.arrayContaining([
          'a.service: Main process exited, code=exited, status=203/EXEC',
          "a.service: Failed with result 'exit-code'.",
        ]),
      );
    });

    // biome-ignore format: a table
    it.each([
      { title: 'C-027: a relative path', lines: ['ExecStart=rel/path'] },
      { title: 'C-030: two commands that stay', lines: ['Type=simple', `ExecStart=${args} a`, `ExecStart=${args} b`] },
      { title: 'C-031: restarts of what is done at once', lines: ['Restart=always', `ExecStart=${args} a`] },
    ])('$title keeps a service from starting', async ({ lines }) => {
      const { text, daemon } = await refused('a.service', service('Type=oneshot', ...lines));
      expect(text).toBe('');
      expect(said(daemon)).toEqual([expect.stringMatching(/^\d error/)]);
    });

    /** A unit that is not started, whatever its commands would write. */
    async function refused(name: string, unit: string): Promise<{ text: string; daemon: Daemon }> {
      const file = box.fresh('.out');
      const daemon = await serveUnits(box, { [name]: `${unit}StandardOutput=append:${file}\n` });
      expect(toldOf(daemon, name).some((text) => /^(Started|Finished|Starting)/.test(text))).toBe(false);
      return { text: await box.read(file).catch(() => ''), daemon };
    }

    it('C-032: values out of range are warned of, and the unit starts', async () => {
      const daemon = await serveUnits(
        box,
        answering(port, `${scratch}/bin/hello`, {
          service: ['Type=bogus', 'Restart=sometimes', 'Nice=99', 'LimitNOFILE=5:3'],
        }),
      );
      expect(said(daemon)).toEqual([4, 5, 6, 7].map((line) => expect.stringMatching(`^${line} warning`)));
      expect(await box.says(port)).toBe(hello);
    });
  });

  describe('specifiers', () => {
    it('C-033: expand, and an unknown one takes its line away', async () => {
      const folder = box.fresh('');
      const daemon = await serveUnits(box, {
        'w.service': service('Type=oneshot', 'ExecStart=/bin/true', '[Unit]', 'Wants=p@i.socket'),
        'p@.socket': socket(`ListenStream=${folder}/%p/%i.sock`, `ListenStream=${folder}/%Q.sock`),
        'p@.service': service(`ExecStart=${box.server('hold')}`),
      });
      await eventually('it listens', async () => toldOf(daemon, 'p@i.socket').length > 0);
      expect((await box.shell(`cd ${folder}; find . -type s`)).stdout).toBe('./p/i.sock\n');
      expect(said(daemon)).toContainEqual(expect.stringMatching(/^3 warning/));
    });

    it('C-034: the zone of an address needs two percent signs', async () => {
      await box.shell('ip address add fe80::1/64 dev lo nodad');
      const at = (zone: string) => socket(`ListenStream=[fe80::1]:${port}${zone}`, 'Accept=yes');
      const units = answering(port, box.server('hello'));
      const daemon = await serveUnits(box, {
        ...units,
        'a.socket': at('%%lo'),
        'b.socket': at('%lo').replace(`${port}`, `${other}`),
        'b@.service': String(units['a@.service']),
      });
      expect(await box.says(port, { host: 'fe80::1%lo' })).toBe(hello);
      expect(await bound(box, 'tcp', other)).toEqual([]);
      expect(daemon.events('diagnostic').filter(({ file }) => file.endsWith('b.socket'))).not.toEqual([]);
    });

    it('C-035: an instance as it is, unescaped, and as a path', async () => {
      const file = box.fresh('.out');
      await serveUnits(box, {
        'a.service': service('Type=oneshot', 'ExecStart=/bin/true', '[Unit]', 'Wants=zz@a-b\\x2dc.service'),
        'zz@.service': service(`StandardOutput=append:${file}`, `ExecStart=${args} %i %I %f`),
      });
      await eventually('it ran', async () => (await box.read(file).catch(() => '')).endsWith('\n'));
      expect(await box.read(file)).toBe(`[${args}][a-b\\x2dc][a/b-c][/a/b-c]\n`);
    });
  });

  describe('folders', () => {
    const told = (word: string) =>
      service('Type=oneshot', `StandardOutput=append:${file}`, `ExecStart=${args} ${word}`);
    const more = (word: string) => service(`ExecStart=${args} ${word}`);
    const file = `${scratch}/folders.out`;
    const words = async () => (await box.read(file)).replaceAll(`[${args}]`, '');

    it('C-036: drop-ins of every folder are applied by their names', async () => {
      await box.shell(`rm -f ${file}`);
      const folder = await writeUnits(box, {
        'w.service': service('Type=oneshot', 'ExecStart=/bin/true', '[Unit]', 'Wants=zz-yy-xx@inst.service'),
        'zz-yy-xx@.service': told('main'),
        'service.d/05-a.conf': '',
        'zz-yy-xx@inst.service.d/10-a.conf': more('10'),
        'zz-yy-.service.d/20-a.conf': more('20'),
        'zz-yy-xx@.service.d/30-a.conf': `${more('30')}[Unit]\nDescription=from 30\n`,
        'zz-yy-xx@.service.d/05-b.conf': more('05'),
        'zz-.service.d/35-a.conf': more('35'),
        'zz-yy-xx@.service.d/35-a.conf': '',
        'zz-.service.d/40-a.other': more('40'),
        'zz-.service.d/.50-a.conf': more('50'),
      });
      // The starts of instances are told with the connections.
      const daemon = await serveUnits(box, {}, { options: ['--log-connections'] }, folder);
      await settled(daemon, 'zz-yy-xx@inst.service');
      expect(await words()).toBe('[main]\n[05]\n[10]\n[20]\n[30]\n');
      expect(toldOf(daemon, 'zz-yy-xx@inst.service')).toContain('Finished zz-yy-xx@inst.service - from 30.');
    });

    it('C-037: an empty line in a drop-in takes the addresses of before away', async () => {
      await serveUnits(box, {
        ...greeting(accepting()),
        'a.socket.d/new.conf': socket('ListenStream=', `ListenStream=${other}`, `ListenStream=${other + 1}`),
      });
      expect([await box.says(port), await box.says(other), await box.says(other + 1)]).toEqual([
        closed,
        hello,
        hello,
      ]);
    });

    it.each([
      { title: 'C-038: an empty file', link: false },
      { title: 'C-038: a link to /dev/null', link: true },
    ])('$title masks a unit', async ({ link }) => {
      const folder = await writeUnits(box, {
        ...greeting(''),
        'w.service': service('Type=oneshot', 'ExecStart=/bin/true', '[Unit]', 'Wants=a.socket'),
      });
      if (link) await box.shell(`ln -sf /dev/null ${folder}/a.socket`);
      const daemon = await serveUnits(box, {}, {}, folder);
      expect(await box.says(port)).toBe(closed);
      expect(daemon.output.join('\n')).toMatch(/a\.socket.*masked/);
    });

    it('C-039: a name in /etc wins, then one in /run', async () => {
      await box.shell(`rm -rf ${file} /etc/superd /run/superd`);
      await writeUnits(box, { 'a.service': told('run'), 'b.service': told('run-b') }, '/run/superd');
      await writeUnits(box, { 'a.service': told('etc') }, '/etc/superd');
      await box.shell(
        'mkdir -p /etc/superd/multi-user.target.wants && cd /etc/superd/multi-user.target.wants && ln -s ../a.service /run/superd/b.service .',
      );
      const daemon = await serve(box, '', { options: ['--unit-path=/etc/superd'], files: [] });
      await settled(daemon, 'a.service');
      await settled(daemon, 'b.service');
      await box.shell('rm -rf /etc/superd /run/superd');
      expect((await words()).split('\n').sort()).toEqual(['', '[etc]', '[run-b]']);
    });

    it('C-040: a link inside is an alias, one to the outside a unit with its own name', async () => {
      await box.shell(`rm -f ${file}`);
      const outside = await writeUnits(box, { 'real.service': told('%n %y') });
      const folder = await writeUnits(box, {
        'w.service': service(
          'Type=oneshot',
          'ExecStart=/bin/true',
          '[Unit]',
          'Wants=al.service linked.service',
        ),
        'b.service': told('%n %y'),
      });
      await box.shell(
        `cd ${folder} && ln -s b.service al.service && ln -s ${outside}/real.service linked.service`,
      );
      const daemon = await serveUnits(box, {}, {}, folder);
      await settled(daemon, 'b.service');
      await settled(daemon, 'linked.service');
      expect((await words()).split('\n').sort()).toEqual([
        '',
        `[b.service][${folder}/b.service]`,
        `[linked.service][${outside}/real.service]`,
      ]);
      expect(toldOf(daemon, 'al.service')).toEqual([]);
    });
  });

  describe('EnvironmentFile=', () => {
    /** The values that a service gets from a file with these lines, by name. */
    async function valuesOf(lines: readonly string[], more: readonly string[], ...names: readonly string[]) {
      const file = await box.write(box.fresh('.env'), [...lines, ''].join('\n'));
      const { env } = await stateAt([`EnvironmentFile=${file}`, ...more]);
      return env.filter((entry) => names.includes(String(entry.split('=')[0]))).sort();
    }

    it('C-041: wins over Environment=', async () => {
      expect(await valuesOf(['FOO=file'], ['Environment=FOO=unit'], 'FOO')).toEqual(['FOO=file']);
    });

    it('C-042: quotes, names that are none, joined lines and blanks', async () => {
      const lines = ['BAR="q \\"x"', 'export BAZ=1', 'QUX=a\\', 'b', 'SP= lead '];
      expect(await valuesOf(lines, [], 'BAR', 'BAZ', 'export BAZ', 'QUX', 'SP')).toEqual([
        'BAR=q "x',
        'QUX=ab',
        'SP=lead',
      ]);
    });

    it('C-043: one that is missing keeps the service from starting', async () => {
      const { text, daemon } = await written('EnvironmentFile=/nonexistent/env', `ExecStart=${args} x`);
      expect(text).toBe('');
      expect(toldOf(daemon, 'a.service')).toContain("a.service: Failed with result 'resources'.");
    });

    it('C-043: one that may be missing does not', async () => {
      const { text } = await written('EnvironmentFile=-/nonexistent/env', `ExecStart=${args} x`);
      expect(text).toBe(`[${args}][x]\n`);
    });
  });
});
