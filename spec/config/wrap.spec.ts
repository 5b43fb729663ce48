/** Which entries hosts.allow and hosts.deny are asked about, and by which name. */

import { describe, expect, it } from '@jest/globals';
import type { Dialect, WrapScope } from '../../lib/config/settings.ts';
import { loadText } from '../fixtures/config.ts';

const STREAMS: WrapScope = { programs: 'streams', builtins: false, tcpd: true };
const ALL: WrapScope = { programs: 'all', builtins: true, tcpd: true };

describe('hosts.allow and hosts.deny', () => {
  it.each<{ entry: string; wrap: WrapScope; daemon: string | null; dialect?: Dialect; codes?: string[] }>([
    { entry: 'stream tcp4 nowait root /bin/x in.x -l', wrap: STREAMS, daemon: 'in.x' },
    { entry: 'stream tcp4 nowait root /bin/x /bin/y', wrap: STREAMS, daemon: '/bin/y' },
    { entry: 'stream tcp4 nowait root /bin/x', wrap: STREAMS, daemon: 'x' },
    { entry: 'stream tcp4 nowait root /bin/x', wrap: STREAMS, dialect: 'netbsd', daemon: 'echo' },
    { entry: 'stream tcp4 nowait root /bin/x in.x', wrap: STREAMS, dialect: 'netbsd', daemon: 'in.x' },
    { entry: 'stream tcp4 nowait root /bin/x in.x', wrap: ALL, dialect: 'freebsd', daemon: 'x' },
    {
      entry: 'stream tcp4 wait root /bin/x x',
      wrap: ALL,
      daemon: null,
      codes: ['inetd/wait-unwrapped'],
    },
    { entry: 'dgram udp4 wait root /bin/x x', wrap: STREAMS, daemon: null },
    { entry: 'dgram udp4 wait root /bin/x x', wrap: ALL, daemon: 'x' },
  ])('$entry is known as $daemon', async ({ entry, wrap, daemon, dialect, codes = [] }) => {
    const { services, diagnostics } = await loadText(`echo ${entry}\n`, dialect, { wrap });
    expect(services.map((service) => service.wrap)).toEqual([daemon === null ? null : { daemon }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    { wrap: STREAMS, expected: null },
    { wrap: ALL, expected: { daemon: 'daytime' } },
  ])('a built-in service is known by its own name: $expected', async ({ wrap, expected }) => {
    const { services } = await loadText('daytime stream tcp4 nowait root internal\n', 'auto', { wrap });
    expect(services.map((service) => service.wrap)).toEqual([expected]);
  });
});

describe('tcpd', () => {
  const program = async (words: string, wrap: WrapScope) => {
    const { services } = await loadText(`finger stream tcp4 ${words}\n`, 'debian', { wrap });
    return services.map(({ action, wrap: asked }) => [action, asked]);
  };

  it.each([
    {
      words: 'nowait nobody /usr/sbin/tcpd /usr/sbin/in.fingerd -w',
      program: '/usr/sbin/in.fingerd',
      argv: ['in.fingerd', '-w'],
      because: 'the server of argv[0]',
    },
    {
      words: 'nowait nobody /opt/tcpd in.fingerd',
      program: '/usr/sbin/in.fingerd',
      argv: ['in.fingerd'],
      because: "in tcpd's own folder",
    },
  ])('$words runs $program: $because', async ({ words, program: path, argv }) => {
    const served = [{ kind: 'exec', program: path, argv }, { daemon: 'in.fingerd' }];
    expect(await program(words, STREAMS)).toEqual([served]);
  });

  it.each([
    { words: 'nowait root /usr/sbin/tcpd', wrap: STREAMS, because: 'it names no server' },
    { words: 'wait root /usr/sbin/tcpd /bin/x', wrap: STREAMS, because: 'nobody else could ask' },
    {
      words: 'nowait root /usr/sbin/tcpd /bin/x',
      wrap: { ...STREAMS, tcpd: false },
      because: 'it is to run',
    },
    {
      words: 'nowait root /usr/sbin/tcpd /bin/x',
      wrap: { ...STREAMS, programs: 'none' as const },
      because: 'superd does not ask',
    },
  ])('$words runs tcpd itself: $because', async ({ words, wrap }) => {
    expect(await program(words, wrap)).toEqual([
      [
        expect.objectContaining({ program: '/usr/sbin/tcpd' }),
        wrap.programs === 'none' || words.startsWith('wait') ? null : expect.anything(),
      ],
    ]);
  });
});
