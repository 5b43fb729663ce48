/**
 * The exact interface of the addon, and the only place that loads it.
 *
 * One function is one system call of the same name and argument order. Unless said otherwise it returns the call's
 * result (0 or more) or `-errno`; it never throws. Every descriptor it makes is close-on-exec. Only lib/sys calls it.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A compiled plan in C memory, freed with its last reference. */
export type NativePlan = { readonly __plan: unique symbol };

/** A batch of datagram buffers in C memory, for recvmmsg(2) and sendmmsg(2). */
export interface NativeBatch {
  /** `count` payloads of `size` bytes, one after the other. */
  readonly payloads: Uint8Array;
  /** Bytes of each payload; before sendmmsg, -1 leaves that datagram out. */
  readonly lengths: Int32Array;
  /** `count` struct sockaddr_storage of 128 bytes: the senders, and whom sendmmsg answers. */
  readonly addresses: Uint8Array;
  readonly addressLengths: Int32Array;
}

/**
 * What a child does between clone and exec, as plain system calls.
 * `strings` is a blob of NUL-terminated strings. `argv` and `env` list offsets into it; -1-k stands for the k-th
 * string given at the start (an env entry whose string is not given is left out). In `argv`, -2^31 ends a vector and another
 * one may follow; an argument of kind 3 is the index at which its vector begins (0 for the only one).
 * `fills` holds 2 numbers each: what the child completes (0 its pid, 1 the inode number of its pidfd), and the offset of the
 * text before that number. They come behind `env`; without pidfs (Linux 6.9) there is no entry for the latter.
 * `operations` holds 9 numbers each: system call number, six arguments, `kinds` (3 bits an argument: 0 the number itself,
 * 1 an offset into `strings`, 2 the k-th descriptor given at the start, 3 argv, 4 env), and the result that must come
 * back (-1: any that is not an error; -1-E: any, and after the error number E the next operation follows, as with ENOEXEC
 * and a shell). Another result fails the operation with EPERM. The last operation is execve or execveat.
 */
export interface NativePlanSpec {
  readonly strings: Uint8Array;
  readonly argv: Int32Array;
  readonly env: Int32Array;
  readonly fills: Int32Array;
  readonly operations: Float64Array;
}

export interface Native {
  /** Numbers that differ between architectures: system calls by name (`execve`, `setresuid` is the 32-bit-id one). */
  readonly SYS: Readonly<Record<string, number>>;
  /** The numbers of errno by name (`EAGAIN`), and of constants that lib/sys needs (`AF_INET6`, `SO_REUSEADDR`). */
  readonly constants: Readonly<Record<string, number>>;

  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array): number;
  connect(fd: number, address: Uint8Array): number;
  listen(fd: number, backlog: number): number;
  /**
   * accept4(2) until the queue is empty or `fds` is full. Returns how many were accepted, or -errno when the first
   * call failed; EINTR and ECONNABORTED are retried. `addresses` gets 128 bytes each, `addressLengths` their lengths.
   */
  accept4(
    fd: number,
    flags: number,
    fds: Int32Array,
    addresses: Uint8Array,
    addressLengths: Int32Array,
  ): number;
  /** Writes the address into `address` and returns its length. */
  getsockname(fd: number, address: Uint8Array): number;
  getpeername(fd: number, address: Uint8Array): number;
  /** Writes the value and returns its length. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  shutdown(fd: number, how: number): number;
  read(fd: number, buffer: Uint8Array, length: number): number;
  write(fd: number, buffer: Uint8Array, length: number): number;
  recv(fd: number, buffer: Uint8Array, flags: number): number;
  send(fd: number, buffer: Uint8Array, flags: number): number;
  sendto(fd: number, buffer: Uint8Array, flags: number, address: Uint8Array): number;
  /** Writes the sender into `address` and the length of it into `addressLength`. */
  recvfrom(
    fd: number,
    buffer: Uint8Array,
    flags: number,
    address: Uint8Array,
    addressLength: Int32Array,
  ): number;
  /** recvmsg(2)/sendmsg(2) with SCM_RIGHTS and SCM_CREDENTIALS: `fds` and `credentials` (pid, uid, gid) may be null. */
  sendmsg(
    fd: number,
    buffer: Uint8Array,
    flags: number,
    address: Uint8Array | null,
    fds: Int32Array | null,
    credentials: Int32Array | null,
  ): number;
  /** `counts` gets [descriptors received, 1 when credentials came, msg_flags]; surplus descriptors are closed. */
  recvmsg(
    fd: number,
    buffer: Uint8Array,
    flags: number,
    fds: Int32Array,
    credentials: Int32Array,
    counts: Int32Array,
  ): number;
  batch(count: number, size: number): NativeBatch | number;
  /** Fills the batch; the packet info of each datagram is kept, so that sendmmsg answers from the address asked. */
  recvmmsg(fd: number, batch: NativeBatch, flags: number): number;
  /** Sends the first `count` datagrams of the batch whose length is not -1; each error is dropped. Returns how many went. */
  sendmmsg(fd: number, batch: NativeBatch, count: number, flags: number): number;

  close(fd: number): number;
  /** fcntl(F_DUPFD_CLOEXEC): the lowest free descriptor not below `min`. */
  dupfd(fd: number, min: number): number;
  getfl(fd: number): number;
  setfl(fd: number, flags: number): number;
  /** `out` gets [the end to read from, the end to write to]. */
  pipe(out: Int32Array): number;
  /** fcntl(F_SETPIPE_SZ): returns the size that it got. */
  pipeSize(fd: number, bytes: number): number;
  /** ioctl(FIONREAD): bytes that can be read now. */
  fionread(fd: number): number;
  mkfifo(path: string, mode: number): number;
  /** `name` is without its slash; `sizes` is empty or [messages, bytes of a message]. */
  mq_open(name: string, flags: number, mode: number, sizes: Int32Array): number;
  mq_unlink(name: string): number;
  /** flock(2) */
  flock(fd: number, operation: number): number;

  /**
   * One epoll instance, watched by libuv. `ready` is called with the number of events of a batch; each stands in `events`
   * as three numbers: token, generation, events. epollWait is never needed: ready is called again while there are more.
   */
  epollOpen(events: Uint32Array, ready: (count: number) => void): number;
  epollCtl(operation: number, fd: number, events: number, token: number, generation: number): number;
  /** Whether the watch alone keeps the process alive (1) or not (0). */
  epollRef(on: number): number;
  epollClose(): number;

  plan(spec: NativePlanSpec): NativePlan | number;
  /**
   * Queues a start for the spawner threads and returns its id. The thread clones (CLONE_VM|CLONE_VFORK|CLONE_FILES|
   * CLONE_PARENT_SETTID), the child keeps its own copy of the descriptors up to the highest of `fds`, and runs the plan.
   * With `closeAfter` 1 the thread closes `fds` in the daemon when the child has reached exec or failed.
   */
  spawn(plan: NativePlan, fds: readonly number[], strings: readonly string[], closeAfter: number): number;
  /**
   * This process becomes the plan's program. It comes back, with -errno, only when nothing was begun; later failures end the
   * process with status 1, and the first of `strings` and the errno's text on standard error.
   */
  become(plan: NativePlan, fds: readonly number[], strings: readonly string[]): number;
  /** An eventfd that is readable while reports wait. */
  spawnEventFd(): number;
  /**
   * Takes finished starts: 4 numbers each: id, pid, step, errno. errno 0: the program runs. Steps: -4 clone, -3 close_range,
   * -2 signal handlers, -1 signal mask, from 0 on the plan's operations. pid is 0 when clone failed. ECANCELED: a signal ended
   * the child before its exec.
   */
  spawnReports(out: Int32Array): number;
  /** For a start still under way: `out` gets [pid or 0, step]. -ENOENT when there is none of that id, -EAGAIN while queued. */
  spawnProgress(id: number, out: Int32Array): number;
  /** Adds a spawner thread; two at first use. */
  spawnerAdd(): number;

  /** Starts the thread that waits for exits, and returns an eventfd that is readable when a child has ended. */
  exitsOpen(): number;
  /** After a start; and with `reaped` 1 when all exits were reaped: then the next one makes the eventfd readable again. */
  exitsArm(reaped: number): number;
  /** wait4(2) of any child when pid is -1. `out` gets [status, user µs, system µs, maximal RSS in kB]. Returns the pid, 0 or -errno. */
  wait4(pid: number, options: number, out: Float64Array): number;
  kill(pid: number, signal: number): number;
  pidfd_open(pid: number): number;
  pidfd_send_signal(fd: number, signal: number): number;
  setsid(): number;
  /** `out` gets the old [soft, hard]; RLIM_INFINITY is Infinity. `limits` of length 0 only reads. */
  prlimit(pid: number, resource: number, limits: Float64Array, out: Float64Array): number;
  prctl(option: number, argument: number): number;

  /** [name, uid, gid, home, shell], or -errno; -ENOENT when there is none of that name. */
  getpwnam(name: string): readonly [string, number, number, string, string] | number;
  getpwuid(uid: number): readonly [string, number, number, string, string] | number;
  /** [name, gid], or -errno. */
  getgrnam(name: string): readonly [string, number] | number;
  getgrgid(gid: number): readonly [string, number] | number;
  /** Every group of a user, `gid` included, or -errno. */
  getgrouplist(user: string, gid: number): readonly number[] | number;
  /**
   * innetgr(3) in a thread of libuv: `done` is called with 1 for a member and 0 for none, when this has returned 0. A null is
   * any host, user or domain. -ENOSYS where libc has no netgroups. It is not thread-safe: one question at a time.
   */
  innetgr(
    group: string,
    host: string | null,
    user: string | null,
    domain: string | null,
    done: (member: number) => void,
  ): number;

  /** strerror(3): the text of an errno number. */
  strerror(errno: number): string;
  /** The number of a network interface, as in a zone of an IPv6 address. */
  if_nametoindex(name: string): number;
  if_indextoname(index: number): string | number;
}

type Load = (root: string) => Native;

/** The package's folder: lib/sys and dist/sys lie two below it, a bundle in dist/ one. */
function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith('sys') ? join(here, '..', '..') : join(here, '..');
}

const load = createRequire(import.meta.url)('node-gyp-build') as Load;

/** The addon itself: prebuilt where one fits, else built at install. */
export const native: Native = load(packageRoot());
