import { createSocket } from 'node:dgram';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { activation } from '../../lib/cli/activate/words.ts';
import { freePort, Run, SUBJECTS } from './activation.ts';
import { folder, talk } from './superd.ts';

jest.setTimeout(30_000);
const cwd = folder();

/** Tells what it was given: variables, and whether the number of its process is right. */
const TELL = [
  'sh',
  '-c',
  'test "$LISTEN_PID" = $$ && me=yes; echo "fds=$LISTEN_FDS names=$LISTEN_FDNAMES me=$me foo=$FOO bar=$BAR user=$USER remote=$REMOTE_ADDR"',
];

function call(port: number): void {
  connect({ host: '127.0.0.1', port })
    .on('error', () => {})
    .end('hi\n');
}

describe.each(SUBJECTS)('C-149: %s', (_, command) => {
  it('becomes the command at the first call, with every socket in its order', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const path = join(cwd, `${port}.sock`);
    const places = [`${port}`, `127.0.0.1:${other}`, path, `@superd-${port}`].flatMap((place) => [
      '-l',
      place,
    ]);
    const run = new Run(command, [...places, '-E', 'FOO', '-E', 'BAR=b', '--fdname=x', ...TELL], {
      FOO: 'f',
      REMOTE_ADDR: 'left out',
    });
    await run.until('as 6.');
    expect(statSync(path).mode & 0o777).toBe(0o644);
    call(other);
    expect(await run.ended).toBe(0);
    const [name, ...args] = TELL;
    expect(run.said).toBe(
      [
        `Listening on [::]:${port} as 3.`,
        `Listening on 127.0.0.1:${other} as 4.`,
        `Listening on ${path} as 5.`,
        `Listening on @superd-${port} as 6.`,
        'Communication attempt on fd 4.',
        `Execing ${name} (${[name, ...args].join(' ')})`,
        'fds=4 names=x:x:x:x me=yes foo=f bar=b user=u remote=',
        '',
      ].join('\n'),
    );
  });

  it('is the process that the command becomes', async () => {
    const port = await freePort();
    const run = new Run(command, ['-l', `${port}`, 'sh', '-c', 'echo "I am $$"']);
    await run.until('as 3.');
    call(port);
    await run.ended;
    expect(run.raw).toContain(`I am ${run.pid}\n`);
  });

  it('gives blocking sockets and nothing else to the command', async () => {
    const port = await freePort();
    const script =
      'for fd in /proc/self/fd/*; do case "$(readlink $fd)" in socket:*|*eventpoll*|*eventfd*) echo "fd $(basename $fd)";; esac; done; grep flags /proc/self/fdinfo/3';
    const run = new Run(command, ['-l', `${port}`, 'bash', '-c', script]);
    await run.until('as 3.');
    call(port);
    await run.ended;
    // Standard streams are sockets here, too.
    expect(run.said.split('\n').filter((line) => /^fd ([3-9]|\d\d)/.test(line))).toEqual(['fd 3']);
    const flags = Number.parseInt(/flags:\s+(\d+)/.exec(run.said)?.[1] ?? '', 8);
    expect(flags & 0o4000).toBe(0);
  });

  it('--inetd makes the socket standard input and output', async () => {
    const port = await freePort();
    const run = new Run(command, [
      '--inetd',
      '-a',
      '-l',
      `${port}`,
      'sh',
      '-c',
      'echo "$LISTEN_FDS:$LISTEN_PID"; cat',
    ]);
    await run.until('as 3.');
    expect(await talk({ host: '127.0.0.1', port }, 'hello')).toBe(':\nhello');
    run.kill();
    await run.ended;
  });

  it('--accept starts the command for each connection and says how it ended', async () => {
    const port = await freePort();
    const run = new Run(command, [
      '-a',
      '-l',
      `${port}`,
      'sh',
      '-c',
      'cat <&3; echo "fds=$LISTEN_FDS" >&3; exit 3',
    ]);
    await run.until('as 3.');
    expect(await talk({ host: '127.0.0.1', port })).toBe('fds=1\n');
    await run.until('died');
    expect(run.said).toContain(`Connection from 127.0.0.1:P to [::ffff:127.0.0.1]:${port}\n`);
    expect(run.said).toMatch(/^Spawned .* as PID N\.$/m);
    expect(run.said).toContain('Child N died with code 3\n');
    expect(await talk({ host: '127.0.0.1', port })).toBe('fds=1\n');
    run.kill();
    await run.ended;
  });

  it('--accept: children end with it', async () => {
    const port = await freePort();
    const run = new Run(command, [
      '-a',
      '-l',
      `${port}`,
      'sh',
      '-c',
      'trap "echo told; exit" TERM; echo up; while :; do sleep 0.1; done',
    ]);
    await run.until('as 3.');
    call(port);
    await run.until('up\n');
    run.kill('SIGKILL');
    await run.until('told\n');
    await run.ended;
  });

  it('--accept: a caller by a Unix socket is its process', async () => {
    const path = join(cwd, 'caller.sock');
    const run = new Run(command, ['-a', '-l', path, 'sh', '-c', 'cat <&3; echo "$LISTEN_FDS" >&3']);
    await run.until('as 3.');
    expect(await talk({ path })).toBe('1\n');
    expect(run.said).toContain(`Connection from PID N/UID ${process.getuid?.()} to ${path}\n`);
    run.kill();
    await run.ended;
  });

  it('--datagram waits for the first datagram and leaves it there; other names are told', async () => {
    const port = await freePort();
    const run = new Run(command, ['-d', '-l', `127.0.0.1:${port}`, '--fdname=a:b', ...TELL]);
    await run.until('as 3.');
    const socket = createSocket('udp4');
    socket.send('hi', port, '127.0.0.1', () => socket.close());
    await run.ended;
    expect(run.said).toContain('The number of fd names is different than number of fds: 2 vs 1\n');
    expect(run.said).toContain('fds=1 names=a:b me=yes');
  });

  it('passes descriptors on that it was given, in front of its own', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const inner = [...command, '-l', `${other}`, ...TELL];
    const run = new Run(command, ['-l', `127.0.0.1:${port}`, ...inner]);
    await run.until('as 3.');
    call(port);
    await run.ended;
    expect(run.said).toContain('Received 1 descriptors via the environment.\n');
    expect(run.said).toContain(`Listening on 127.0.0.1:${port} as 3.\nListening on [::]:${other} as 4.\n`);
    expect(run.said).toContain('fds=2 names= me=yes');
  });

  it('says what could not be run', async () => {
    const port = await freePort();
    const run = new Run(command, ['-l', `${port}`, '/no/such', 'x']);
    await run.until('as 3.');
    call(port);
    await run.ended;
    expect(run.said).toContain(
      'Execing /no/such (/no/such x)\nFailed to execp /no/such (/no/such x): No such file or directory\n',
    );
  });

  it.each([
    {
      words: ['-d', '--seqpacket', '-l', '9', 'cat'],
      said: '--seqpacket may not be combined with --datagram.',
    },
    {
      words: ['-d', '-a', '-l', '9', 'cat'],
      said: 'Datagram sockets do not accept connections. The --datagram and --accept options may not be combined.',
    },
    {
      words: ['-E', '1x=x', '-l', '9', 'cat'],
      said: 'Cannot assign environment variable 1x=x: Invalid argument',
    },
    { words: ['cat'], said: 'No sockets to listen on specified or passed in.' },
    { words: ['-l', 'foo', 'cat'], said: "Failed to open 'foo': Invalid argument" },
    { words: ['-l', '9'], said: 'activate: command to execute is missing.' },
    { words: ['--foo'], said: "activate: unrecognized option '--foo'" },
  ])('refuses $words', async ({ words, said }) => {
    const run = new Run(command, words);
    expect(await run.ended).toBe(1);
    expect(run.said).toContain(said);
  });
});

describe('superd activate', () => {
  const [[, command]] = SUBJECTS as readonly [(typeof SUBJECTS)[number]];

  it('--now starts at once', async () => {
    const run = new Run(command, ['--now', '-l', `${await freePort()}`, ...TELL]);
    expect(await run.ended).toBe(0);
    expect(run.said).not.toContain('Communication attempt');
    expect(run.said).toContain('fds=1 names= me=yes');
  });

  it('runs a script without #! as a shell does', async () => {
    const run = new Run(command, [
      '--now',
      '-l',
      `${await freePort()}`,
      join(import.meta.dirname, 'no-shebang'),
      'word',
    ]);
    await run.ended;
    expect(run.said).toContain('a script says word\n');
  });

  it('leaves the options of the command alone', () => {
    expect(activation(['-l', '1', '-l2', '--', 'x', '-a', '--help'], {})).toMatchObject({
      listen: ['1', '2'],
      accept: false,
      command: ['x', '-a', '--help'],
    });
    expect(activation(['-l', '1', 'x', '-a'], {})).toMatchObject({ accept: false, command: ['x', '-a'] });
  });

  it.each([
    { words: ['--now', '-a', '-l', '1', 'x'], misuse: '--now cannot be used in conjunction with --accept.' },
    { words: ['--fdname=a:\u0007', '-l', '1', 'x'], misuse: 'File descriptor name "\u0007" is not valid.' },
  ])('refuses $words', ({ words, misuse }) => {
    expect(activation(words, {})).toEqual({ misuse });
  });

  it('--inetd takes one socket', async () => {
    const run = new Run(command, [
      '--inetd',
      '-l',
      `${await freePort()}`,
      '-l',
      `${await freePort()}`,
      'cat',
    ]);
    expect(await run.ended).toBe(1);
    expect(run.said).toContain('--inetd only supported for single file descriptors.\n');
  });
});
