/** The sockets of units: which there are, with what options, and what keeps them from being there. */

import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bound, eventually } from './observe.ts';
import { asRoot, root } from './sandbox.ts';
import { commandUnits, type UnitDaemon, unitText } from './unit-verbs.ts';
import { serveUnits, type UnitTexts } from './units.ts';

asRoot('The sockets of units', (box) => {
  const port = 7001;
  const listening = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/listen.py')}`;
  const closed = 'ECONNREFUSED';
  const hello = 'HELLO\n';

  /** x.socket of these lines, and a service that is given its descriptors. */
  const one = (...lines: readonly string[]) => ({
    'x.socket': unitText({ Socket: lines }),
    'x.service': unitText({ Service: [`ExecStart=${listening}`] }),
  });

  /** x.socket of these lines, and a service that says hello to each caller. */
  const each = (...lines: readonly string[]) => ({
    'x.socket': unitText({ Socket: ['Accept=yes', ...lines] }),
    'x@.service': unitText({ Service: [`ExecStart=${box.server('hello')}`, 'StandardInput=socket'] }),
  });

  const serve = (files: Readonly<Record<string, string>>) => commandUnits(box, files);
  const shell = async (script: string) => (await box.shell(script)).stdout;

  /** x.socket failed for this, and nothing of it listens. */
  async function expectFailed(daemon: UnitDaemon, result: string): Promise<void> {
    expect(await daemon.status('x.socket')).toMatchObject({ sub: 'failed', result, descriptors: 0 });
    expect(await bound(box, 'tcp', port)).toEqual([]);
  }

  describe('of addresses', () => {
    it('C-044: a port alone serves IPv4 and IPv6 with one socket', async () => {
      await serve(each(`ListenStream=${port}`));
      const [only, ...more] = await bound(box, 'tcp', port);
      expect(only).toMatchObject({ address: `*:${port}`, v6only: false });
      expect(more).toEqual([]);
      expect(await box.says(port, { host: '10.9.9.9' })).toBe(hello);
      expect(await box.says(port, { host: 'fd00:9::9' })).toBe(hello);
    });

    it('C-045: both families of every address are in each other’s way, and nothing stays open', async () => {
      const daemon = await serve(each(`ListenStream=0.0.0.0:${port}`, `ListenStream=[::]:${port}`));
      await expectFailed(daemon, 'resources');
      expect(daemon.said('Address already in use')).toBeGreaterThan(0);
    });

    it('C-046: they are not with BindIPv6Only=ipv6-only', async () => {
      await serve(
        each(`ListenStream=0.0.0.0:${port}`, `ListenStream=[::]:${port}`, 'BindIPv6Only=ipv6-only'),
      );
      const sockets = await bound(box, 'tcp', port);
      expect(sockets.map(({ address, v6only }) => ({ address, v6only }))).toEqual([
        { address: `0.0.0.0:${port}`, v6only: false },
        { address: `[::]:${port}`, v6only: true },
      ]);
      expect([await box.says(port), await box.says(port, { host: '::1' })]).toEqual([hello, hello]);
    });

    it('C-047: one address twice is in its own way', async () => {
      await expectFailed(await serve(one(`ListenStream=${port}`, `ListenStream=[::]:${port}`)), 'resources');
    });

    it('C-047: with ReusePort=yes there are two sockets, and both are passed', async () => {
      await serve(one(`ListenStream=${port}`, `ListenStream=[::]:${port}`, 'ReusePort=yes'));
      expect(await bound(box, 'tcp', port)).toHaveLength(2);
      expect(JSON.parse(await box.says(port))).toMatchObject({ count: 2 });
    });

    // biome-ignore format: a table
    it.each([
      '0', '99999', 'localhost:80', '127.0.0.1:http', '127.0.0.1', '::1', '[::1]', '@', '/', 'rel/path', '127.0.0.1:0',
    ])('C-048: %s is no address, and the line does not count', async (address) => {
      const daemon = await serve(each(`ListenStream=${address}`, `ListenStream=${port}`));
      expect(daemon.output).toMatch(/"severity":"warning","file":"[^"]*x\.socket","line":3/);
      expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening', descriptors: 1 });
      expect(await box.says(port)).toBe(hello);
    });

    // biome-ignore format: a table
    it.each([
      { title: 'C-048: no address at all', lines: ['ListenStream=localhost:80'] },
      { title: 'C-055: a path of 110 characters', lines: [`ListenStream=/run/${'x'.repeat(105)}`] },
      { title: 'C-056: a path with ..', lines: [`ListenStream=/run/../run/x.sock`, `ListenStream=${port}`] },
      { title: 'C-061: datagrams with Accept=yes', lines: [`ListenDatagram=${port}`] },
      { title: 'C-061: a FIFO with Accept=yes', lines: [`ListenFIFO=/run/x.fifo`, `ListenStream=${port}`] },
      { title: 'C-061: a special file with Accept=yes', lines: ['ListenSpecial=/dev/null', `ListenStream=${port}`] },
      { title: 'C-062: Service= with Accept=yes', lines: [`ListenStream=${port}`, 'Service=x.service'] },
      { title: 'C-063: MaxConnections=0', lines: [`ListenStream=${port}`, 'MaxConnections=0'] },
    ])('$title keeps the unit from being started', async ({ lines }) => {
      const daemon = await serve({ ...one(), ...each(...lines) });
      expect(await daemon.run('start', 'x.socket')).toMatchObject({ problem: expect.stringContaining('x.socket') });
      expect(daemon.output).toMatch(/"severity":"error","file":"[^"]*x\.socket"/);
      expect(await box.says(port)).toBe(closed);
      expect(await shell(`ls /run | grep '^x' || true`)).toBe('');
    });
  });

  describe('with files', () => {
    it('C-049: an unknown owner fails a unit, even one without a file', async () => {
      const daemon = await serve(each(`ListenStream=${port}`, 'SocketUser=nosuch'));
      await expectFailed(daemon, 'exit-code');
      expect(daemon.said('nosuch')).toBeGreaterThan(0);
    });

    it('C-050: have the owner and the mode that are asked for', async () => {
      const node = box.fresh('.sock');
      await serve(each(`ListenStream=${node}`, 'SocketUser=daemon', 'SocketMode=0640'));
      expect(await shell(`stat -c '%A %U %G' ${node}`)).toBe('srw-r----- daemon daemon\n');
    });

    it('C-051: are in folders made for them, with DirectoryMode=', async () => {
      const folder = box.fresh('');
      await serve(each(`ListenStream=${folder}/a/x.sock`, 'DirectoryMode=0750'));
      expect(await shell(`stat -c %a ${folder} ${folder}/a; stat -c %F ${folder}/a/x.sock`)).toBe(
        '750\n750\nsocket\n',
      );
      expect(await box.says(0, { path: `${folder}/a/x.sock` })).toBe(hello);
    });

    it('C-052: take the place of a node that nobody serves', async () => {
      const node = box.fresh('.sock');
      await shell(`python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("${node}")'`);
      await serve(each(`ListenStream=${node}`));
      expect(await box.says(0, { path: node })).toBe(hello);
    });

    it('C-053: leave a file that is no socket as it is, and say so', async () => {
      const file = await box.write(box.fresh(), 'precious');
      const daemon = await serve(each(`ListenStream=${file}`, `ListenStream=${port}`));
      await expectFailed(daemon, 'resources');
      expect(daemon.said(`${file}: Address already in use by a file that is no socket`)).toBe(1);
      expect(await box.read(file)).toBe('precious');
    });

    it('C-053: leave the node of a server that lives as it is', async () => {
      const node = box.fresh('.sock');
      await serve({ ...each(`ListenStream=${node}`) });
      const second = await commandUnits(box, each(`ListenStream=${node}`));
      await expectFailed(second, 'resources');
      expect(second.said('Address already in use')).toBeGreaterThan(0);
      expect(await box.says(0, { path: node })).toBe(hello);
    });

    it('C-054: cannot take the place of a folder', async () => {
      const folder = box.fresh('');
      await shell(`mkdir ${folder}`);
      const daemon = await serve(each(`ListenStream=${folder}`));
      await expectFailed(daemon, 'resources');
      expect(daemon.said('Address already in use')).toBeGreaterThan(0);
    });

    it.each([
      { title: 'stay when it stops', lines: [], left: 'x.fifo\nx.sock\n' },
      { title: 'go with RemoveOnStop=yes', lines: ['RemoveOnStop=yes'], left: '' },
    ])('C-057: $title', async ({ lines, left }) => {
      const folder = box.fresh('');
      const daemon = await serve(
        one(`ListenStream=${folder}/x.sock`, `ListenFIFO=${folder}/x.fifo`, ...lines),
      );
      expect(await shell(`ls ${folder}`)).toBe('x.fifo\nx.sock\n');
      expect(await daemon.run('stop', 'x.socket')).toEqual({ result: 'done' });
      expect(await shell(`ls ${folder}`)).toBe(left);
    });

    it('C-057: their links go with RemoveOnStop=yes', async () => {
      const folder = box.fresh('');
      const daemon = await serve(
        one(`ListenStream=${folder}/x.sock`, `Symlinks=${folder}/link`, 'RemoveOnStop=yes'),
      );
      expect(await shell(`ls ${folder}`)).toBe('link\nx.sock\n');
      await daemon.run('stop', 'x.socket');
      expect(await shell(`ls ${folder}`)).toBe('');
    });

    it('C-058: have links, in folders made for them', async () => {
      const folder = box.fresh('');
      const links = [`${folder}/a`, `${folder}/d/b`];
      await serve(each(`ListenStream=${folder}/x.sock`, `Symlinks=${links.join(' ')}`, 'DirectoryMode=0710'));
      expect(await shell(`readlink ${links.join(' ')}; stat -c %a ${folder}/d`)).toBe(
        `${folder}/x.sock\n${folder}/x.sock\n710\n`,
      );
      for (const link of links) expect(await box.says(0, { path: link })).toBe(hello);
    });
  });

  describe('of every kind', () => {
    it('C-068: are passed in the order of their lines', async () => {
      const folder = box.fresh('');
      const report = box.fresh('.out');
      // A name for each descriptor from 3 on: of sockets their family and type, else where they lead.
      const program = await box.write(
        box.fresh('.py'),
        `#!/usr/bin/python3
import os, socket
for fd in range(3, 3 + int(os.environ["LISTEN_FDS"])):
    link = os.readlink(f"/proc/self/fd/{fd}")
    one = socket.socket(fileno=fd) if link.startswith("socket:") else None
    print(link if one is None else f"{one.family.name} {one.type.name}")
`,
        0o755,
      );
      const lines = [
        `ListenFIFO=${folder}/x.fifo`,
        'ListenNetlink=kobject-uevent 1',
        `ListenStream=127.0.0.1:${port}`,
        'ListenMessageQueue=/x',
        'ListenSpecial=/proc/1/mounts',
        `ListenSequentialPacket=${folder}/x.sock`,
        `ListenDatagram=${port}`,
        'ListenStream=@x',
      ];
      const units = {
        'x.socket': unitText({ Socket: lines }),
        'x.service': unitText({
          Service: [
            'Type=oneshot',
            'RemainAfterExit=yes',
            `ExecStart=${program}`,
            `StandardOutput=truncate:${report}`,
          ],
        }),
      };
      // A message queue lives as long as its namespace.
      await serveUnits(box, units, { under: ['unshare', '--ipc'] });
      await box.shell(`echo >${folder}/x.fifo`);
      const told = async () => (await box.read(report).catch(() => '')).split('\n').filter(Boolean);
      await eventually('the service has told', async () => (await told()).length === lines.length);
      expect(await told()).toEqual([
        `${folder}/x.fifo`,
        'AF_NETLINK SOCK_RAW',
        'AF_INET SOCK_STREAM',
        '/x',
        expect.stringMatching(/^\/proc\/\d+\/mounts$/),
        'AF_UNIX SOCK_SEQPACKET',
        'AF_INET6 SOCK_DGRAM',
        'AF_UNIX SOCK_STREAM',
      ]);
    });

    it('C-069: a file that cannot be waited for fails the unit', async () => {
      const daemon = await serve(one('ListenSpecial=/dev/zero', `ListenStream=${port}`));
      await expectFailed(daemon, 'resources');
      expect(daemon.said('/dev/zero: Operation not permitted')).toBe(1);
    });

    it('C-069: a reload that adds such a file says so, and the rest is served on', async () => {
      const daemon = await serve(one(`ListenStream=${port}`));
      await daemon.reload(one(`ListenStream=${port}`, 'ListenSpecial=/dev/zero'));
      expect(JSON.parse(await box.says(port))).toMatchObject({ count: 1 });
      await daemon.hears('/dev/zero: Operation not permitted');
    });
  });

  describe('with options', () => {
    /** What a daemon calls from the socket on that ends up bound there: system calls, options by their names. */
    async function callsFor(files: UnitTexts, address: string): Promise<readonly string[]> {
      const trace = box.fresh('.trace');
      const calls = 'socket,setsockopt,bind,listen,umask,mkdir,utimensat,symlink,lchown';
      const under = ['strace', '-f', '-qq', '-o', trace, '-e', `trace=${calls}`, '-e', 'signal=none'];
      await serveUnits(box, files, { under });
      const lines = (await box.read(trace)).split('\n');
      const isBound = lines.findIndex((line) => line.includes(' bind(') && line.includes(address));
      const from = lines.slice(0, isBound).findLastIndex((line) => line.includes(' socket('));
      return lines.slice(from).flatMap((line) => {
        const option = /setsockopt\(\d+, \w+, (\w+)/.exec(line)?.[1]?.replace(/_(OLD|NEW)$/, '');
        return option ?? /^\d+ +(\w+)\(/.exec(line)?.[1] ?? [];
      });
    }

    it('C-059: are set in one order, before and after it is bound', async () => {
      const lines = [
        `ListenStream=[::]:${port}`,
        ...['BindIPv6Only=both', 'BindToDevice=lo', 'ReusePort=yes', 'FreeBind=yes', 'Transparent=yes'],
        ...['KeepAlive=yes', 'KeepAliveTimeSec=60', 'KeepAliveIntervalSec=10', 'KeepAliveProbes=3'],
        ...['DeferAcceptSec=1', 'NoDelay=yes', 'Broadcast=yes', 'PassPacketInfo=yes', 'Timestamping=ns'],
        ...['Priority=3', 'ReceiveBuffer=40000', 'SendBuffer=40000', 'Mark=7', 'IPTOS=8', 'IPTTL=30'],
        'TCPCongestion=reno',
      ];
      const units = { ...each(), 'x.socket': unitText({ Socket: ['Accept=yes', ...lines] }) };
      expect(await callsFor(units, `htons(${port})`)).toEqual([
        'socket',
        ...['IPV6_V6ONLY', 'SO_BINDTODEVICE', 'SO_REUSEPORT', 'IPV6_FREEBIND', 'IPV6_TRANSPARENT'],
        ...['SO_REUSEADDR', 'bind', 'listen'],
        ...[
          'SO_KEEPALIVE',
          'TCP_KEEPIDLE',
          'TCP_KEEPINTVL',
          'TCP_KEEPCNT',
          'TCP_DEFER_ACCEPT',
          'TCP_NODELAY',
        ],
        ...['SO_BROADCAST', 'IP_PKTINFO', 'IPV6_RECVPKTINFO', 'SO_TIMESTAMPNS', 'SO_PRIORITY', 'SO_RCVBUF'],
        ...['SO_SNDBUF', 'SO_MARK', 'IP_TOS', 'IPV6_UNICAST_HOPS', 'TCP_CONGESTION'],
      ]);
    });

    it('C-059: a node is bound below folders made for it, touched, and linked; its owner comes last', async () => {
      const folder = box.fresh('');
      const units = each(
        ...[
          `ListenStream=${folder}/x.sock`,
          `Symlinks=${folder}/link`,
          'SocketUser=daemon',
          'PassCredentials=yes',
        ],
      );
      const parents = ['umask', 'mkdir', 'umask'];
      expect(await callsFor(units, `${folder}/x.sock`)).toEqual([
        ...[
          'socket',
          'SO_REUSEADDR',
          ...parents,
          'umask',
          'bind',
          'umask',
          'listen',
          'utimensat',
          'SO_PASSCRED',
        ],
        ...[...parents, 'symlink', 'lchown'],
      ]);
    });

    it('C-060: two callers fit into a backlog of one; the others hang without a reset', async () => {
      const files = one(`ListenStream=127.0.0.1:${port}`, 'Backlog=1');
      await serve({ ...files, 'x.service': unitText({ Service: ['ExecStart=/bin/sleep 60'] }) });
      const calls = Array.from({ length: 6 }, () => box.tcp(port, { timeoutMs: 2_000, halfClose: false }));
      const sockets = async () =>
        shell(
          `ss -Hnt state syn-sent 'dport = :${port}' | wc -l; ss -Hnt state established 'dport = :${port}' | wc -l`,
        );
      await eventually('four hang', async () => (await sockets()) === '4\n2\n');
      expect((await Promise.all(calls)).map(({ outcome }) => outcome)).toEqual(Array(6).fill('timeout'));
    });
  });

  describe('without their service', () => {
    it.each([
      { title: 'C-064: a service that is missing', service: null },
      { title: 'C-066: a service that is masked', service: '' },
    ])('$title keeps a socket from being started', async ({ service }) => {
      const { 'x.socket': text } = one(`ListenStream=${port}`);
      const daemon = await serve({ 'x.socket': text, ...(service === null ? {} : { 'x.service': service }) });
      expect(daemon.said('Socket service x.service not loaded, refusing.')).toBe(1);
      expect(await box.says(port)).toBe(closed);
    });

    it('C-065: a template that is missing is found by the first caller, and fails the socket', async () => {
      const daemon = await serve({ 'x.socket': each(`ListenStream=${port}`)['x.socket'] });
      expect(await daemon.status('x.socket')).toMatchObject({ sub: 'listening' });
      const { outcome } = await box.tcp(port, { send: 'x' });
      expect(['ECONNRESET', 'end']).toContain(outcome);
      await daemon.reaches('x.socket', 'failed');
      await expectFailed(daemon, 'resources');
      expect(await box.says(port)).toBe(closed);
    });
  });
});
