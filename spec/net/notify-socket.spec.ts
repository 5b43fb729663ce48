import { fstatSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Notification, openNotifySocket, receiveNotification } from '../../lib/net/notify-socket.ts';
import { limitOf, setLimit } from '../../lib/sys/limits.ts';
import { close, openSocket } from '../../lib/sys/socket.ts';
import { sendMessage } from '../../lib/sys/transfer.ts';
import { asRoot } from '../sys/as-root.ts';

let folder = '';
let place = '';
let socket = -1;
let sender = -1;
const open: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-notify-'));
  place = join(folder, 'notify');
  socket = openNotifySocket(place, 100);
  sender = openSocket('unix', 'dgram', 0);
  open.push(socket, sender);
});
afterEach(() => {
  for (const fd of open.splice(0)) close(fd);
  rmSync(folder, { recursive: true });
});

const tell = (text: string | Uint8Array, extra: Parameters<typeof sendMessage>[2] = {}) =>
  sendMessage(sender, typeof text === 'string' ? Buffer.from(text) : text, { to: place, ...extra });
const fdCount = () => readdirSync('/proc/self/fd').length;

function received(): Notification {
  const message = receiveNotification(socket);
  if (message === 'again' || 'dropped' in message) throw new Error(JSON.stringify(message));
  open.push(...message.fds);
  return message;
}

describe('a notification', () => {
  it('says who sent it, although the sender did not', () => {
    expect(receiveNotification(socket)).toBe('again');
    tell('READY=1\nSTATUS=läuft');
    const sender = { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() };
    expect(received()).toEqual({ text: 'READY=1\nSTATUS=läuft', sender, fds: [] });
    expect(receiveNotification(socket)).toBe('again');
  });

  it('brings descriptors, close-on-exec', () => {
    const file = openSync(join(folder, 'file'), 'w+');
    open.push(file);
    tell('FDSTORE=1', { fds: [file, file] });
    const { fds } = received();
    expect(fds.map((fd) => fstatSync(fd).ino)).toEqual([fstatSync(file).ino, fstatSync(file).ino]);
    expect(fds.every((fd) => fd !== file)).toBe(true);
    // O_CLOEXEC, in octal (proc_pid_fdinfo(5)).
    const flags = fds.map(
      (fd) => /^flags:\s*0*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1],
    );
    expect(flags.map((octal) => Number.parseInt(octal ?? '', 8) & 0o2000000)).toEqual([0o2000000, 0o2000000]);
  });

  it('may have as many descriptors as the kernel lets one message have', () => {
    tell('FDSTORE=1', { fds: Array<number>(253).fill(sender) });
    expect(received().fds).toHaveLength(253);
  });

  it('may be as long as a pipe takes at once, and end with a NUL', () => {
    tell(Buffer.alloc(4096, 'x'));
    expect(received().text).toBe('x'.repeat(4096));
    tell('READY=1\0');
    expect(received().text).toBe('READY=1');
    tell('');
    expect(received().text).toBe('');
  });

  // biome-ignore format: a table
  it.each([
    { dropped: 'too-long', text: Buffer.alloc(4097, 'x') },
    { dropped: 'too-long', text: Buffer.alloc(60_000, 'x') },
    { dropped: 'not-text', text: Buffer.from('READY=1\0STOPPING=1') },
    { dropped: 'not-text', text: Buffer.from('READY=1\0\0') },
  ])('is dropped as $dropped, and its descriptors are closed', ({ dropped, text }) => {
    const before = fdCount();
    tell(text, { fds: [sender, sender] });
    expect(receiveNotification(socket)).toEqual({ dropped });
    expect(fdCount()).toBe(before);
    tell('READY=1');
    expect(received().text).toBe('READY=1');
  });

  it('is dropped when there is no room for its descriptors', () => {
    const before = fdCount();
    const { soft, hard } = limitOf('RLIMIT_NOFILE');
    // Room for one: the descriptors below are all taken.
    const taken: number[] = [];
    tell('FDSTORE=1', { fds: [sender, sender, sender] });
    for (let fd = openSync('/dev/null', 'r'); ; fd = openSync('/dev/null', 'r')) {
      taken.push(fd);
      if (fd > Math.max(...open) + 10) break;
    }
    const highest = Math.max(...taken);
    setLimit('RLIMIT_NOFILE', { soft: highest + 2, hard });
    try {
      expect(receiveNotification(socket)).toEqual({ dropped: 'descriptors' });
    } finally {
      setLimit('RLIMIT_NOFILE', { soft, hard });
      for (const fd of taken) close(fd);
    }
    expect(fdCount()).toBe(before);
  });

  asRoot('tells the identity that the administrator lends', () => {
    tell('READY=1', { credentials: { pid: process.pid, uid: 4711, gid: 12 } });
    expect(received().sender).toEqual({ pid: process.pid, uid: 4711, gid: 12 });
  });
});

describe('the socket', () => {
  it('may be written to by everybody, and takes the place of one that nobody reads', () => {
    expect(statSync(place).mode & 0o777).toBe(0o666);
    expect(socket).toBeGreaterThanOrEqual(100);
    expect(() => openNotifySocket(place, 100)).toThrow();
    close(open.shift() ?? -1);
    open.push(openNotifySocket(place, 100));
  });

  it('may have an abstract name', () => {
    const name = `@superd-notify-${process.pid}`;
    const abstract = openNotifySocket(name, 100);
    open.push(abstract);
    sendMessage(sender, Buffer.from('READY=1'), { to: name });
    expect(receiveNotification(abstract)).toMatchObject({ text: 'READY=1' });
  });
});
