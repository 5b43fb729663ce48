/** A real rpcbind(8) in network and mount namespaces of its own, and TCP to it from this side. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface TestPortmapper {
  /** The Unix socket, which a path reaches from any network namespace. */
  readonly socketPath: string;
  /** A port of 127.0.0.1 that leads to port 111 of the namespace, from a privileged port there. */
  readonly tcpPort: number;
  /** What `rpcinfo -p` shows of a program: `version protocol port`, sorted. */
  listed(program: number): readonly string[];
  /** What `rpcinfo` without -p shows, IPv6 too: `version netid address owner`, sorted. */
  listedFully(program: number): readonly string[];
  stop(): Promise<void>;
}

/** Why the real portmapper cannot be had here; empty when it can. */
export function whyNoPortmapper(): string {
  if (process.getuid?.() !== 0) return 'needs root';
  return existsSync('/usr/sbin/rpcbind') ? '' : 'needs rpcbind';
}

/** Starts rpcbind and waits until it answers. */
export async function startPortmapper(): Promise<TestPortmapper> {
  const folder = mkdtempSync(join(tmpdir(), 'superd-rpcbind-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'rpcbind'));
  execFileSync('chown', ['_rpc', join(folder, 'rpcbind')]);
  const script = 'mount --bind "$0" /run && ip link set lo up && exec /usr/sbin/rpcbind -f -w';
  const child = spawn('unshare', ['-n', '-m', 'sh', '-c', script, folder], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const pid = String(child.pid);
  const socketPath = join(folder, 'rpcbind.sock');
  const rpcinfo = (args: readonly string[]) =>
    rows(execFileSync('nsenter', ['-t', pid, '-n', '-m', 'rpcinfo', ...args], { encoding: 'utf8' }));
  while (!existsSync(socketPath) && child.exitCode === null) await delay(10);
  const tcp = await forwardTo(pid);
  return {
    socketPath,
    tcpPort: (tcp.address() as AddressInfo).port,
    listed: (program) =>
      rpcinfo(['-p', '127.0.0.1'])
        .filter(of(program))
        .map(([, ...rest]) => rest.slice(0, 3).join(' '))
        .sort(),
    listedFully: (program) =>
      rpcinfo(['127.0.0.1'])
        .filter(of(program))
        .map(([, version, netid, address, ...rest]) => [version, netid, address, rest.at(-1)].join(' '))
        .sort(),
    async stop() {
      tcp.close();
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function rows(text: string): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.trim().split(/\s+/));
}

function of(program: number): (row: readonly string[]) => boolean {
  return (row) => row[0] === String(program);
}

async function forwardTo(pid: string): Promise<Server> {
  let next = 600 + Math.floor(Math.random() * 300);
  const server = createServer((socket) => {
    next += 1;
    const nc = spawn('nsenter', ['-t', pid, '-n', 'busybox', 'nc', '-p', String(next), '127.0.0.1', '111']);
    socket.pipe(nc.stdin).on('error', () => socket.destroy());
    nc.stdout.pipe(socket).on('error', () => nc.kill());
    socket.on('close', () => nc.kill());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
