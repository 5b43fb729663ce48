import { describe, expect, it } from '@jest/globals';
import type { Dialect } from '../../../lib/config/settings.ts';
import { makeAccount, makeService } from '../../make.ts';
import { read, write } from './convert.ts';

/** The arguments of /bin/x as each inetd has them; null: none of its quotes hold them. */
// biome-ignore format: a table
const ROWS: readonly { readonly args: readonly string[]; readonly dialect: Dialect; readonly text: string | null }[] = [
  { args: ['x', 'a b'], dialect: 'auto', text: 'x "a b"' },
  { args: ['x', 'a b'], dialect: 'bsd', text: null },
  { args: ['x', 'a b'], dialect: 'debian', text: null },
  { args: ['x', 'a b'], dialect: 'netbsd', text: 'x "a b"' },
  { args: ['x', 'a b'], dialect: 'freebsd', text: 'x "a b"' },
  { args: ['x', 'a b'], dialect: 'gnu', text: 'x "a b"' },
  { args: ['x', 'a b'], dialect: 'busybox', text: null },
  { args: ['x', 'a b'], dialect: 'solaris', text: null },
  { args: ['x', 'say "hi"'], dialect: 'auto', text: `x 'say "hi"'` },
  { args: ['x', "it's"], dialect: 'auto', text: "x it's" },
  { args: ['x', "it's"], dialect: 'netbsd', text: `x "it's"` },
  { args: ['x', `it's "it"`], dialect: 'freebsd', text: null },
  { args: ['x', '"a'], dialect: 'bsd', text: 'x "a' },
  { args: ['x', '"a'], dialect: 'gnu', text: `x '"a'` },
  { args: ['x', '#1'], dialect: 'bsd', text: 'x #1' },
  { args: ['x', 'a#1'], dialect: 'busybox', text: null },
  { args: ['x', 'a#1'], dialect: 'solaris', text: null },
  { args: ['x', 'a\\'], dialect: 'busybox', text: 'x a\\ ' },
  { args: ['x', ''], dialect: 'auto', text: 'x ""' },
  { args: ['x', ''], dialect: 'bsd', text: null },
  { args: ['x', 'a\nb'], dialect: 'netbsd', text: null },
];

describe('Arguments in inetd.conf', () => {
  it.each(ROWS)('$args becomes $text for $dialect', ({ args, dialect, text }) => {
    const [conversion] = write([service({ argv: args, host: '0.0.0.0' })], { to: 'inetd', dialect });
    const line = `7007 stream tcp${FAMILY[dialect] ?? ''} nowait root /bin/x ${text}\n`;
    expect(conversion?.text?.replace(/nowait\S*/, 'nowait') ?? null).toBe(text === null ? null : line);
    if (text === null) expect(conversion?.losses.map(({ id }) => id)).toEqual(['L26']);
  });
});

/** Whose plain tcp is also IPv6. */
const FAMILY: Partial<Record<Dialect, string>> = { auto: '4', debian: '4' };

describe('Words in xinetd.conf', () => {
  it.each([
    { argv: ['x', 'a b'], text: null },
    { argv: ['x', ''], text: null },
    { argv: ['x', 'a\tb'], text: null },
    { argv: ['x', '"a', '#', '}', '\\'], text: 'server_args     = "a # } \\' },
    { argv: ['in.x'], text: 'server_args     = in.x' },
  ])('$argv becomes $text', async ({ argv, text }) => {
    const [conversion] = write([service({ argv })], { to: 'xinetd', dialect: 'auto' });
    expect(conversion?.text?.match(/server_args.*/)?.[0] ?? null).toBe(text);
    if (conversion?.text === null) expect(conversion.losses.map(({ id }) => id)).toEqual(['L26']);
    else {
      const { services } = await read('xinetd.conf', conversion?.text ?? '', { dialect: 'auto' });
      expect(services.map(({ action }) => action)).toEqual([{ kind: 'exec', program: '/bin/x', argv }]);
    }
  });

  it('NAMEINARGS stands before server_args, which depends on it', () => {
    const [conversion] = write([service({ argv: ['in.x', 'y'] })], { to: 'xinetd', dialect: 'auto' });
    expect(conversion?.text).toMatch(/flags .*NAMEINARGS[\s\S]*server_args/);
  });
});

describe('What would be open to more callers', () => {
  it('is not converted to an inetd that listens on every address', () => {
    const [conversion] = write([service({ argv: ['x'], host: '127.0.0.1' })], {
      to: 'inetd',
      dialect: 'solaris',
    });
    expect([conversion?.text, conversion?.losses.map(({ id }) => id)]).toEqual([null, ['L4']]);
  });

  it('is not converted where IPv6 alone cannot be said', () => {
    const [conversion] = write([service({ argv: ['x'], host: '::' })], { to: 'inetd', dialect: 'busybox' });
    expect([conversion?.text, conversion?.losses.map(({ id }) => id)]).toEqual([null, ['L3']]);
  });

  it('a user without a name stays a number in xinetd.conf and is refused by inetd.conf', () => {
    const numeric = {
      ...service({ argv: ['x'] }),
      account: makeAccount({ user: '12345', uid: 12345, gid: 7, groups: [] }),
    };
    const [xinetd] = write([numeric], { to: 'xinetd', dialect: 'auto' });
    expect(xinetd?.text).toMatch(/user {12}= 12345\n\tgroup {11}= 7\n/);
    const [inetd] = write([numeric], { to: 'inetd', dialect: 'auto' });
    expect([inetd?.text, inetd?.losses.map(({ id }) => id)]).toEqual([null, ['L34']]);
  });
});

function service({ argv, host }: { readonly argv: readonly string[]; readonly host?: string }) {
  const plain = makeService({ label: '7007/tcp', action: { kind: 'exec', program: '/bin/x', argv } });
  const [socket] = plain.sockets;
  if (socket === undefined) throw new Error('it has a socket');
  const address = {
    kind: 'inet',
    family: host === '::' ? 6 : 4,
    host: host ?? '127.0.0.1',
    port: 7007,
    dual: false,
  } as const;
  return { ...plain, sockets: [{ ...socket, address }] };
}
