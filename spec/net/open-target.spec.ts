import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatTarget } from '../../lib/model/listen-target.ts';
import type { ListenTarget, SocketFiles, SocketOptions } from '../../lib/model/socket-unit.ts';
import { describeFailure, holderOf } from '../../lib/net/holder.ts';
import { openTarget } from '../../lib/net/open-target.ts';
import { chownTarget, linkTargets, type Owner, ownerOf, removeTargets } from '../../lib/net/target-files.ts';
import { openOptions, setOptions } from '../../lib/net/target-options.ts';
import { constant } from '../../lib/sys/constants.ts';
import { SystemError } from '../../lib/sys/errors.ts';
import { native } from '../../lib/sys/native.ts';
import {
  close,
  connect,
  isBlocking,
  isListening,
  isV6Only,
  localAddress,
  localPort,
  openSocket,
  socketProtocol,
  socketType,
} from '../../lib/sys/socket.ts';
import { getOption, readOption, type SocketOption } from '../../lib/sys/socket-options.ts';
import { removeQueue } from '../../lib/sys/special-files.ts';
import { asRoot } from '../sys/as-root.ts';

const LOWEST = 100;
const open: number[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-target-'));
});
afterEach(() => {
  for (const fd of open.splice(0)) close(fd);
  rmSync(folder, { recursive: true });
});

const plain: SocketFiles = {
  user: null,
  group: null,
  mode: 0o666,
  directoryMode: 0o755,
  symlinks: [],
  removeOnStop: false,
};

interface Given {
  readonly options?: Partial<SocketOptions>;
  readonly files?: Partial<SocketFiles>;
  readonly owner?: Owner;
}

function opened(target: ListenTarget, { options, files, owner }: Given = {}) {
  const settings = {
    options: { backlog: 2 ** 32 - 1, ...options },
    files: { ...plain, ...files },
    owner: owner ?? null,
  };
  const result = openTarget(target, settings, LOWEST);
  open.push(result.fd);
  return result;
}

/** What is thrown, as far as it is ours. */
function failure(target: ListenTarget, given?: Given): SystemError {
  try {
    opened(target, given);
  } catch (error) {
    const { code, syscall, what } = error as SystemError;
    return new SystemError(code, syscall, what);
  }
  throw new Error('it was opened');
}

const unix = (name: string, type: 'stream' | 'dgram' | 'seqpacket' = 'stream') =>
  ({ kind: 'unix', path: join(folder, name), type }) as const;
const tcp = (port: number, host = '127.0.0.1') =>
  ({ kind: 'inet', family: host.includes(':') ? 6 : 4, host, port, type: 'stream' }) as const;
const abstract = (name: string) =>
  ({ kind: 'abstract', name: `superd-${process.pid}-${name}`, type: 'stream' }) as const;

/** A port that is free now, found by the kernel. */
function freePort(type: 'stream' | 'dgram' = 'stream'): number {
  const { fd } = opened({ ...tcp(0), type });
  const port = localPort(fd);
  close(open.pop() ?? -1);
  expect(port).toBeGreaterThan(0);
  return port;
}

describe('a listen line', () => {
  it('becomes a listening, non-blocking descriptor above the ones that children get', () => {
    const { fd, warnings } = opened(tcp(freePort()));
    expect(fd).toBeGreaterThanOrEqual(LOWEST);
    expect([isListening(fd), isBlocking(fd), warnings]).toEqual([true, false, []]);
  });

  it.each(['stream', 'dgram', 'seqpacket'] as const)(
    'of a Unix %s socket is bound, and listens if it can',
    (type) => {
      const { fd } = opened(unix('s', type));
      expect(socketType(fd)).toBe(type);
      expect(isListening(fd)).toBe(type !== 'dgram');
      expect(localAddress(fd)).toEqual({ kind: 'unix', path: join(folder, 's') });
    },
  );

  it('C-044: of every address serves IPv4 and IPv6, unless told otherwise', () => {
    const port = freePort();
    const { fd } = opened(tcp(port, '::'));
    const caller = openSocket(4, 'stream', 0);
    open.push(caller);
    connect(caller, { kind: 'inet', family: 4, host: '127.0.0.1', port });
    expect(isV6Only(fd)).toBe(false);
  });

  it('C-045, C-046: of every IPv4 address is in the way of one of IPv6 that serves both', () => {
    const port = freePort();
    opened(tcp(port, '0.0.0.0'));
    expect(failure(tcp(port, '::')).code).toBe('EADDRINUSE');
    expect(isV6Only(opened(tcp(port, '::'), { options: { v6Only: true } }).fd)).toBe(true);
  });

  it('C-047: is there twice with ReusePort=', () => {
    const port = freePort();
    const given = { options: { reusePort: true } };
    opened(tcp(port, '::'), given);
    expect(failure(tcp(port, '::')).code).toBe('EADDRINUSE');
    expect(() => opened(tcp(port, '::'), given)).not.toThrow();
  });

  it('has the zone of its interface', () => {
    expect(failure(tcp(80, 'fe80::1%nosuchlink')).code).toBe('ENODEV');
  });

  it('of an abstract name leaves no file', () => {
    const target = abstract('a');
    const { fd } = opened(target);
    expect(localAddress(fd)).toEqual({ kind: 'unix', path: `@${target.name}` });
    expect(failure(target).code).toBe('EADDRINUSE');
  });

  it('of a vsock is bound where the kernel has them', () => {
    const target = {
      kind: 'vsock',
      cid: null,
      port: 40_000 + (process.pid % 10_000),
      type: 'stream',
    } as const;
    if (!existsSync('/dev/vsock')) {
      expect(failure(target).code).toBe('EAFNOSUPPORT');
      return;
    }
    const { fd } = opened(target);
    expect(isListening(fd)).toBe(true);
    expect(failure(target).code).toBe('EADDRINUSE');
  });

  it('of netlink joins its group', () => {
    const { fd } = opened({ kind: 'netlink', family: 'route', group: 1 });
    const bytes = new Uint8Array(128);
    expect(native.getsockname(fd, bytes)).toBe(12);
    expect(new DataView(bytes.buffer).getUint32(8, true)).toBe(1);
    expect(failure({ kind: 'netlink', family: 'nosuch', group: 0 }).code).toBe('EPROTONOSUPPORT');
  });

  it('takes the protocol that is named', () => {
    const port = freePort();
    const attempt = () => opened(tcp(port), { options: { protocol: 'mptcp' } }).fd;
    if (existsSync('/proc/sys/net/mptcp')) expect(socketProtocol(attempt())).toBe(constant('IPPROTO_MPTCP'));
    else expect(attempt).toThrow();
  });

  it('that fails names the call, the code and the address', () => {
    const port = freePort();
    opened(tcp(port));
    expect(failure(tcp(port))).toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'bind',
      what: `127.0.0.1:${port}`,
    });
  });
});

describe('the file of a socket', () => {
  it.each([0o666, 0o600, 0o640])('has mode %o whatever the umask is', (mode) => {
    const umask = process.umask(0o077);
    try {
      opened(unix('s'), { files: { mode } });
      expect(process.umask()).toBe(0o077);
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(folder, 's')).mode & 0o777).toBe(mode);
  });

  it('C-051: gets the folders that are missing, with DirectoryMode=', () => {
    opened(unix('a/b/s'), { files: { directoryMode: 0o750 } });
    expect(['a', 'a/b'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o750, 0o750]);
    mkdirSync(join(folder, 'mine'), { mode: 0o700 });
    opened(unix('mine/s'), { files: { directoryMode: 0o755 } });
    expect(statSync(join(folder, 'mine')).mode & 0o777).toBe(0o700);
  });

  it.each(['stream', 'dgram', 'seqpacket'] as const)(
    'C-052: that nobody serves any more is replaced (%s)',
    (type) => {
      opened(unix('s', type));
      close(open.pop() ?? -1);
      expect(() => opened(unix('s', type))).not.toThrow();
    },
  );

  it('that is served is left alone, whatever type it has', () => {
    opened(unix('s', 'dgram'));
    const { ino } = lstatSync(join(folder, 's'));
    for (const type of ['stream', 'dgram', 'seqpacket'] as const) {
      expect(failure(unix('s', type)).code).toBe('EADDRINUSE');
    }
    expect(lstatSync(join(folder, 's')).ino).toBe(ino);
  });

  it.each([
    { what: 'C-053: a regular file', make: (path: string) => writeFileSync(path, 'precious') },
    { what: 'C-054: a folder', make: (path: string) => mkdirSync(path) },
    { what: 'a link to nowhere', make: (path: string) => symlinkSync('/nonexistent', path) },
  ])('$what in its place stays', ({ make }) => {
    const path = join(folder, 's');
    make(path);
    const before = lstatSync(path);
    const error = failure(unix('s'));
    expect(describeFailure(unix('s'), error.code)).toBe(
      `${path}: Address already in use by a file that is no socket`,
    );
    removeTargets([unix('s')], plain);
    expect(lstatSync(path)).toMatchObject({ ino: before.ino, mode: before.mode });
  });

  it('cannot be where there is no folder to be', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(failure(unix('file/s'))).toMatchObject({ code: 'EEXIST', syscall: 'mkdir' });
  });

  asRoot('C-050: is given to its owner', () => {
    const files = { ...plain, user: 'daemon', mode: 0o640 };
    const { fd } = opened(unix('s'), { files });
    const owner = ownerOf(files);
    if (owner === null || 'unknown' in owner) throw new Error('there is no daemon');
    chownTarget(unix('s'), fd, owner);
    expect(statSync(join(folder, 's'))).toMatchObject(owner);
    expect(owner.uid).not.toBe(0);
    chownTarget(unix('s'), fd, { uid: -1, gid: 12 });
    expect(statSync(join(folder, 's'))).toMatchObject({ uid: owner.uid, gid: 12 });
  });
});

describe('SocketUser= and SocketGroup=', () => {
  // biome-ignore format: a table
  it.each([
    { user: null, group: null, owner: null },
    { user: 'root', group: null, owner: { uid: 0, gid: 0 } },
    { user: null, group: 'root', owner: { uid: -1, gid: 0 } },
    { user: '4711', group: null, owner: { uid: 4711, gid: -1 } },
    { user: '0', group: '4711', owner: { uid: 0, gid: 4711 } },
    { user: 'nosuchuser', group: null, owner: { unknown: 'user' } },
    { user: 'root', group: 'nosuchgroup', owner: { unknown: 'group' } },
  ])('$user $group: $owner', ({ user, group, owner }) => {
    expect(ownerOf({ ...plain, user, group })).toEqual(owner);
  });
});

describe('a FIFO', () => {
  const fifo = () => ({ kind: 'fifo', path: join(folder, 'a/f') }) as const;

  it('is made with its mode less the umask, and has no end', () => {
    const umask = process.umask(0o022);
    try {
      const { fd, warnings } = opened(fifo(), { options: { pipeSize: 4096 } });
      const status = statSync(join(folder, 'a/f'));
      expect(status.isFIFO()).toBe(true);
      expect(status.mode & 0o777).toBe(0o644);
      expect([isBlocking(fd), warnings]).toEqual([false, []]);
      expect(native.read(fd, new Uint8Array(1), 1)).toBe(-constant('EAGAIN'));
      // The one that is there is taken again, if it is the same.
      expect(() => opened(fifo())).not.toThrow();
      expect(failure(fifo(), { files: { mode: 0o600 } })).toMatchObject({ code: 'EEXIST' });
    } finally {
      process.umask(umask);
    }
  });

  it('is not made of another file or a link', () => {
    writeFileSync(join(folder, 'f'), '', { mode: 0o666 });
    symlinkSync('f', join(folder, 'l'));
    expect(failure({ kind: 'fifo', path: join(folder, 'f') }).code).toBe('EEXIST');
    expect(failure({ kind: 'fifo', path: join(folder, 'l') }).code).toBe('ELOOP');
  });

  it('goes on when its size cannot be had', () => {
    const { warnings } = opened(fifo(), { options: { pipeSize: 2 ** 31 - 1 } });
    expect(warnings).toEqual([{ setting: 'PipeSize', option: 'F_SETPIPE_SZ', code: expect.any(String) }]);
  });

  asRoot('that was given away is ours the next time, and a stranger’s is not', () => {
    const owner = { uid: 1, gid: 2 };
    chownTarget(fifo(), opened(fifo()).fd, owner);
    expect(() => opened(fifo(), { owner })).not.toThrow();
    chownSync(join(folder, 'a/f'), 5, 2);
    expect(failure(fifo(), { owner }).code).toBe('EEXIST');
  });
});

describe('a special file', () => {
  it.each(['/proc/self/mountinfo', '/dev/null'])('%s is opened for reading', (path) => {
    const { fd } = opened({ kind: 'special', path });
    expect(native.write(fd, new Uint8Array(1), 1)).toBe(-constant('EBADF'));
  });

  it('is opened for writing with Writable=', () => {
    const { fd } = opened({ kind: 'special', path: '/dev/null' }, { options: { writable: true } });
    expect(native.write(fd, new Uint8Array(1), 1)).toBe(1);
  });

  it('is no folder and no socket', () => {
    expect(failure({ kind: 'special', path: folder }).code).toBe('EEXIST');
    opened(unix('s'));
    expect(failure({ kind: 'special', path: join(folder, 's') }).code).toBe('ENXIO');
  });
});

describe('a message queue', () => {
  const queue = { kind: 'message-queue', name: `/superd-${process.pid}` } as const;
  const supported = existsSync('/proc/sys/fs/mqueue') ? it : it.skip;
  afterEach(() => {
    if (existsSync('/proc/sys/fs/mqueue')) removeQueue(queue.name);
  });

  supported('is made with its mode and sizes', () => {
    const options = { queueMessages: 3, queueMessageSize: 64 };
    const { fd } = opened(queue, { options, files: { mode: 0o600 } });
    expect(isBlocking(fd)).toBe(false);
    // The same queue again, but not one of another mode.
    expect(() => opened(queue, { files: { mode: 0o600 } })).not.toThrow();
    expect(failure(queue, { files: { mode: 0o640 } }).code).toBe('EEXIST');
    removeTargets([queue], plain);
    expect(() => opened(queue, { files: { mode: 0o640 } })).not.toThrow();
  });
});

describe('links', () => {
  it('C-058, C-057: point at the one node, in folders made for them, and go with it', () => {
    const files = { ...plain, directoryMode: 0o711, symlinks: [join(folder, 'l'), join(folder, 'd/l')] };
    const targets = [unix('s'), tcp(80)];
    opened(unix('s'));
    expect(linkTargets(targets, files)).toEqual([]);
    expect(linkTargets(targets, files)).toEqual([]);
    expect(files.symlinks.map((path) => readlinkSync(path))).toEqual([join(folder, 's'), join(folder, 's')]);
    expect(statSync(join(folder, 'd')).mode & 0o777).toBe(0o711);
    removeTargets(targets, files);
    expect(['s', 'l', 'd/l', 'd'].map((name) => existsSync(join(folder, name)))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(() => removeTargets(targets, files)).not.toThrow();
  });

  it('that cannot be made are told, and what is in their place stays', () => {
    const files = { ...plain, symlinks: [join(folder, 'file'), join(folder, 'other')] };
    writeFileSync(join(folder, 'file'), 'precious');
    symlinkSync('elsewhere', join(folder, 'other'));
    opened(unix('s'));
    expect(linkTargets([unix('s')], files)).toEqual(files.symlinks.map((path) => ({ path, code: 'EEXIST' })));
    removeTargets([unix('s')], files);
    expect(readlinkSync(join(folder, 'other'))).toBe('elsewhere');
    expect(statSync(join(folder, 'file')).size).toBe(8);
  });
});

describe('options', () => {
  // biome-ignore format: a table
  const cases: readonly { given: Partial<SocketOptions>; option: SocketOption; value: number; on?: ListenTarget['kind'] | 'udp' | 'v6' }[] = [
    { given: { keepAlive: true }, option: 'SO_KEEPALIVE', value: 1 },
    { given: { keepAliveTimeSec: 61 }, option: 'TCP_KEEPIDLE', value: 61 },
    { given: { keepAliveIntervalSec: 7 }, option: 'TCP_KEEPINTVL', value: 7 },
    { given: { keepAliveProbes: 3 }, option: 'TCP_KEEPCNT', value: 3 },
    { given: { deferAcceptSec: 1 }, option: 'TCP_DEFER_ACCEPT', value: 1 },
    { given: { noDelay: true }, option: 'TCP_NODELAY', value: 1 },
    { given: { broadcast: true }, option: 'SO_BROADCAST', value: 1, on: 'udp' },
    { given: { passCredentials: true }, option: 'SO_PASSCRED', value: 1, on: 'unix' },
    { given: { passSecurity: true }, option: 'SO_PASSSEC', value: 1, on: 'unix' },
    { given: { passPacketInfo: true }, option: 'IP_PKTINFO', value: 1, on: 'udp' },
    { given: { passPacketInfo: true }, option: 'IPV6_RECVPKTINFO', value: 1, on: 'v6' },
    { given: { passPacketInfo: true }, option: 'NETLINK_PKTINFO', value: 1, on: 'netlink' },
    { given: { timestamping: 'us' }, option: 'SO_TIMESTAMP', value: 1 },
    { given: { timestamping: 'ns' }, option: 'SO_TIMESTAMPNS', value: 1 },
    { given: { priority: 5 }, option: 'SO_PRIORITY', value: 5 },
    { given: { receiveBuffer: 65_536 }, option: 'SO_RCVBUF', value: 131_072 },
    { given: { sendBuffer: 65_536 }, option: 'SO_SNDBUF', value: 131_072 },
    { given: { tos: 16 }, option: 'IP_TOS', value: 16 },
    { given: { tos: 16 }, option: 'IP_TOS', value: 16, on: 'v6' },
    { given: { ttl: 9 }, option: 'IP_TTL', value: 9 },
    { given: { ttl: 9 }, option: 'IPV6_UNICAST_HOPS', value: 9, on: 'v6' },
    { given: { freeBind: true }, option: 'IP_FREEBIND', value: 1 },
    { given: { freeBind: true }, option: 'IPV6_FREEBIND', value: 1, on: 'v6' },
    { given: { reusePort: true }, option: 'SO_REUSEPORT', value: 1 },
    { given: {}, option: 'SO_REUSEADDR', value: 1 },
    { given: {}, option: 'SO_REUSEADDR', value: 1, on: 'unix' },
  ];

  it.each(cases)('$given sets $option on $on', ({ given, option, value, on }) => {
    const targets: Record<string, () => ListenTarget> = {
      udp: () => ({ ...tcp(freePort('dgram')), type: 'dgram' }),
      v6: () => tcp(freePort(), '::1'),
      unix: () => unix('s'),
      netlink: () => ({ kind: 'netlink', family: 'route', group: 1 }),
    };
    const target = targets[on ?? '']?.() ?? tcp(freePort());
    const { fd, warnings } = opened(target, { options: given });
    expect(warnings).toEqual([]);
    expect(getOption(fd, option)).toBe(value);
  });

  it('that are not given are not touched', () => {
    expect(openOptions(tcp(80), { backlog: 1 })).toEqual([]);
    expect(openOptions(tcp(80), { backlog: 1, keepAlive: false, noDelay: false, broadcast: false })).toEqual(
      [],
    );
  });

  it('choose the way that TCP is slowed down', () => {
    const { fd } = opened(tcp(freePort()), { options: { congestion: 'reno' } });
    const name = new Uint8Array(16);
    readOption(fd, 'TCP_CONGESTION', name);
    expect(Buffer.from(name).toString('latin1').replace(/\0+$/, '')).toBe('reno');
  });

  it('that the kernel does not take are told, and the socket is open all the same', () => {
    const { fd, warnings } = opened(unix('s'), {
      options: { noDelay: true, congestion: 'nosuch', ttl: 999, keepAlive: true },
    });
    expect(isListening(fd)).toBe(true);
    expect(warnings.map(({ setting }) => setting)).toEqual(['NoDelay', 'TCPCongestion']);
    expect(warnings[0]).toEqual({ setting: 'NoDelay', option: 'TCP_NODELAY', code: 'EOPNOTSUPP' });
  });

  it('without which a socket would be another one stop it', () => {
    const error = failure(tcp(freePort()), { options: { device: 'nosuchlink' } });
    expect(error).toMatchObject({ code: 'ENODEV', syscall: 'setsockopt' });
  });

  asRoot('bind it to a device and mark it', () => {
    const { fd, warnings } = opened(tcp(freePort()), { options: { device: 'lo', mark: 7 } });
    expect([getOption(fd, 'SO_MARK'), warnings]).toEqual([7, []]);
    const name = new Uint8Array(16);
    readOption(fd, 'SO_BINDTODEVICE', name);
    expect(Buffer.from(name).toString('latin1').replace(/\0+$/, '')).toBe('lo');
  });

  asRoot('give the administrator a buffer above the limit', () => {
    const { fd, warnings } = opened(tcp(freePort()), { options: { receiveBuffer: 64 << 20 } });
    expect([getOption(fd, 'SO_RCVBUF'), warnings]).toEqual([128 << 20, []]);
  });

  it('are set again on a connection', () => {
    const target = unix('s');
    const options = { backlog: 1, keepAlive: true, passCredentials: true, receiveBuffer: 50_000 };
    opened(target);
    const caller = openSocket('unix', 'stream', 0);
    open.push(caller);
    expect(setOptions(caller, openOptions(target, options))).toEqual([]);
    const read = (option: SocketOption) => getOption(caller, option);
    expect([read('SO_KEEPALIVE'), read('SO_PASSCRED'), read('SO_RCVBUF')]).toEqual([1, 1, 100_000]);
  });
});

describe('who has an address', () => {
  const self = () => ({ pid: process.pid, name: expect.any(String) });

  it.each([
    { what: 'TCP', make: () => tcp(freePort()) },
    { what: 'TCP of IPv6', make: () => tcp(freePort(), '::1') },
    { what: 'UDP', make: (): ListenTarget => ({ ...tcp(freePort('dgram')), type: 'dgram' }) },
    { what: 'a Unix socket', make: () => unix('a b\tc') },
    { what: 'an abstract name', make: () => abstract('holder') },
  ])('is found: $what', ({ make }) => {
    const target = make();
    expect(holderOf(target)).toBe(null);
    opened(target);
    expect(holderOf(target)).toEqual(self());
    expect(describeFailure(target, 'EADDRINUSE')).toBe(
      `${formatTarget(target)}: Address already in use by ${holderOf(target)?.name} (pid ${process.pid})`,
    );
  });

  it('is found although it has every address', () => {
    const port = freePort();
    opened(tcp(port, '::'));
    expect(holderOf(tcp(port))).toEqual(self());
    expect(holderOf(tcp(port, '::1'))).toEqual(self());
  });

  it('is nobody on another address of the port', () => {
    const port = freePort();
    opened(tcp(port, '127.0.0.2'));
    expect(holderOf(tcp(port, '127.0.0.3'))).toBe(null);
  });

  it('is not looked for after other failures', () => {
    expect(describeFailure(tcp(80), 'EACCES')).toBe('127.0.0.1:80: Permission denied');
  });
});
