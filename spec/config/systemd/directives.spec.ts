import { describe, expect, it } from '@jest/globals';
import { execDirectives } from '../../../lib/config/systemd/directives/exec.ts';
import { installDirectives } from '../../../lib/config/systemd/directives/install.ts';
import { isolationDirectives } from '../../../lib/config/systemd/directives/isolation.ts';
import { serviceDirectives } from '../../../lib/config/systemd/directives/service.ts';
import { socketDirectives } from '../../../lib/config/systemd/directives/socket.ts';
import { unitDirectives } from '../../../lib/config/systemd/directives/unit.ts';
import { lines, loadTree, serviceOf, socketOf } from '../../fixtures/units.ts';

/** A key, a value that is taken, where it is found in the unit, and a value that is not taken; null: every value is. */
type Row = readonly [key: string, value: string, path: string, read: unknown, refused: string | null];

const SECOND = 1000;
const FOREVER = Number.POSITIVE_INFINITY;
const command = (program: string) => [expect.objectContaining({ program })];
const inet = (type: string) => [{ kind: 'inet', family: 6, host: '::', port: 81, type }];

// biome-ignore format: a table
const UNIT: readonly Row[] = [
  ['Description', 'The %p unit', 'head.description', 'The a unit', '%Q'],
  ['Requires', 'b.service c.socket', 'head.relations.requires', ['b.service', 'c.socket'], 'b'],
  ['Requisite', 'b.service', 'head.relations.requisite', ['b.service'], 'b@.service'],
  ['Wants', 'b.service', 'head.relations.wants', ['b.service'], 'b'],
  ['BindsTo', 'b.service', 'head.relations.bindsTo', ['b.service'], 'b'],
  ['BindTo', 'b.service', 'head.relations.bindsTo', ['b.service'], 'b'],
  ['PartOf', 'b.service', 'head.relations.partOf', ['b.service'], 'b'],
  ['Upholds', 'b.service', 'head.relations.upholds', ['b.service'], 'b'],
  ['Conflicts', 'b.service', 'head.relations.conflicts', ['b.service'], 'b'],
  ['Before', '%p-b.service', 'head.relations.before', ['a-b.service'], '%I.service'],
  ['After', 'network.target', 'head.relations.after', ['network.target'], 'network'],
  ['OnFailure', 'b.service', 'head.relations.onFailure', ['b.service'], 'b'],
  ['OnSuccess', 'b.service', 'head.relations.onSuccess', ['b.service'], 'b'],
  ['PropagatesStopTo', 'b.service', 'head.relations.propagatesStopTo', ['b.service'], 'b'],
  ['StopPropagatedFrom', 'b.service', 'head.relations.stopPropagatedFrom', ['b.service'], 'b'],
  ['StartLimitIntervalSec', '1min', 'head.startLimit.intervalMs', 60 * SECOND, '5x'],
  ['StartLimitInterval', '0', 'head.startLimit', null, '-1'],
  ['StartLimitBurst', '3', 'head.startLimit.burst', 3, '-1'],
  ['StartLimitAction', 'none', 'head.startLimit.burst', 5, 'reboot'],
  ['FailureAction', 'none', 'head.startLimit.burst', 5, 'reboot-force'],
  ['SuccessAction', 'none', 'head.startLimit.burst', 5, 'exit'],
  ['JobTimeoutAction', 'none', 'head.startLimit.burst', 5, 'reboot'],
  ['OnFailureJobMode', 'fail', 'head.onFailureMode', 'fail', 'isolate'],
  ['OnSuccessJobMode', 'replace', 'head.onSuccessMode', 'replace', 'flush'],
  ['CollectMode', 'inactive-or-failed', 'head.collect', 'inactive-or-failed', 'failed'],
  ['StopWhenUnneeded', 'yes', 'head.stopWhenUnneeded', true, ''],
  ['RefuseManualStart', 'yes', 'head.refuseManualStart', true, 'maybe'],
  ['RefuseManualStop', 'yes', 'head.refuseManualStop', true, 'maybe'],
  ['ConditionPathExists', '|!/run/x', 'head.conditions', [{ test: 'PathExists', value: '/run/x', negated: true, alternative: true }], 'run/x'],
  ['AssertHost', '%H', 'head.asserts', [{ test: 'Host', value: 'box.example.org', negated: false, alternative: false }], '%Q'],
];

// biome-ignore format: a table
const SERVICE: readonly Row[] = [
  ['Type', 'notify', 'type', 'notify', 'bogus'],
  ['ExecCondition', '/bin/y', 'commands.condition', command('/bin/y'), null],
  ['ExecStartPre', '/bin/y', 'commands.startPre', command('/bin/y'), null],
  ['ExecStartPost', '/bin/y', 'commands.startPost', command('/bin/y'), null],
  ['ExecReload', '/bin/y', 'commands.reload', command('/bin/y'), null],
  ['ExecStop', '/bin/y', 'commands.stop', command('/bin/y'), null],
  ['ExecStopPost', '/bin/y', 'commands.stopPost', command('/bin/y'), null],
  ['RemainAfterExit', 'yes', 'remainAfterExit', true, 'maybe'],
  ['GuessMainPID', 'no', 'guessMainPid', false, 'maybe'],
  ['PIDFile', 'x.pid', 'pidFile', '/run/x.pid', '%Q'],
  ['Restart', 'on-abort', 'restart', 'on-abort', 'sometimes'],
  ['RestartSec', '5', 'restartMs', 5 * SECOND, '-1'],
  ['RestartSteps', '4', 'restartSteps', 4, 'x'],
  ['RestartMaxDelaySec', '10', 'restartMaxDelayMs', 10 * SECOND, 'x'],
  ['RestartRandomizedDelaySec', '3', 'restartRandomMs', 3 * SECOND, 'x'],
  ['RestartMode', 'direct', 'restart', 'no', 'debug'],
  ['ExitType', 'main', 'type', 'simple', 'cgroup'],
  ['StartLimitAction', 'none', 'head.startLimit.burst', 5, 'reboot'],
  ['FailureAction', 'none', 'head.startLimit.burst', 5, 'reboot'],
  ['SuccessAction', 'none', 'head.startLimit.burst', 5, 'reboot'],
  ['OpenFile', '/etc//x.pem:key:read-only,graceful', 'openFiles', [{ path: '/etc/x.pem', name: 'key', mode: 'read', graceful: true }], '/x:y:append,truncate'],
  ['SuccessExitStatus', 'TEMPFAIL 3 SIGKILL', 'successExit', { codes: [75, 3], signals: [9] }, '256'],
  ['RestartPreventExitStatus', '3', 'restartPrevent.codes', [3], 'x'],
  ['RestartForceExitStatus', 'SIGHUP', 'restartForce.signals', [1], 'x'],
  ['TimeoutStartSec', '0', 'timeoutStartMs', FOREVER, '5x'],
  ['TimeoutStopSec', '1min 20s', 'timeoutStopMs', 80 * SECOND, '5x'],
  ['TimeoutAbortSec', '3', 'timeoutAbortMs', 3 * SECOND, '5x'],
  ['TimeoutSec', '7', 'timeoutStopMs', 7 * SECOND, '5x'],
  ['TimeoutStartFailureMode', 'kill', 'timeoutStartFailure', 'kill', 'x'],
  ['TimeoutStopFailureMode', 'abort', 'timeoutStopFailure', 'abort', 'x'],
  ['RuntimeMaxSec', '1', 'runtimeMaxMs', SECOND, 'x'],
  ['WatchdogSec', '2', 'watchdogMs', 2 * SECOND, 'x'],
  ['NotifyAccess', 'all', 'notifyAccess', 'all', 'x'],
  ['ReloadSignal', 'USR1', 'reloadSignal', 10, 'x'],
  ['FileDescriptorStoreMax', '4', 'fdStoreMax', 4, '-1'],
  ['FileDescriptorStorePreserve', 'yes', 'fdStorePreserve', 'yes', 'x'],
  ['NonBlocking', 'yes', 'nonBlocking', true, 'x'],
  ['Sockets', 'b.socket', 'sockets', ['b.socket'], 'b.service'],
  ['RootDirectoryStartOnly', 'yes', 'exec.rootDirectoryStartOnly', true, 'x'],
  ['StartLimitBurst', '2', 'head.startLimit.burst', 2, 'x'],
  ['X-IdleTimeoutSec', '5min', 'idleMs', 300 * SECOND, 'x'],
  ['IdleTimeoutSec', '0', 'idleMs', null, 'x'],
  ['User', 'www-data', 'exec.user', 'www-data', null],
  ['Group', '33', 'exec.group', '33', null],
  ['SupplementaryGroups', 'adm 4', 'exec.supplementaryGroups', ['adm', '4'], 'a:b'],
  ['WorkingDirectory', '-~', 'exec.workingDirectory', { path: 'home', optional: true }, 'x'],
  ['RootDirectory', '/srv//x', 'exec.rootDirectory', '/srv/x', 'x'],
  ['Environment', 'A=1 "B=two words" C=\'q\' D=x\\x41', 'exec.environment', ['A=1', 'B=two words', 'C=q', 'D=xA'], '9BAD=1'],
  ['EnvironmentFile', '-/etc/x', 'exec.environmentFiles', [{ path: '/etc/x', optional: true }], 'x'],
  ['PassEnvironment', 'A B', 'exec.passEnvironment', ['A', 'B'], '9'],
  ['UnsetEnvironment', 'A B=1', 'exec.unsetEnvironment', ['A', 'B=1'], '9'],
  ['ExecSearchPath', '/a:/b', 'exec.execSearchPath', ['/a', '/b'], 'a'],
  ['UMask', '077', 'exec.umask', 0o77, '0999'],
  ['Nice', '-5', 'exec.nice', -5, '99'],
  ['OOMScoreAdjust', '-1000', 'exec.oomScoreAdjust', -1000, '1001'],
  ['NoNewPrivileges', 'yes', 'exec.noNewPrivileges', true, 'x'],
  ['IgnoreSIGPIPE', 'no', 'exec.ignoreSigpipe', false, 'x'],
  ['TimerSlackNSec', '1ms', 'exec.timerSlackNs', 1e6, 'x'],
  ['CPUSchedulingPolicy', 'rr', 'exec.cpuScheduling', { policy: 'rr', priority: 1, resetOnFork: false }, 'x'],
  ['CPUSchedulingPriority', '0', 'exec.cpuScheduling.priority', 0, '100'],
  ['CPUSchedulingResetOnFork', 'yes', 'exec.cpuScheduling.resetOnFork', true, 'x'],
  ['CPUAffinity', '0-2,5 1', 'exec.cpuAffinity', [0, 1, 2, 5], 'x'],
  ['IOSchedulingClass', '3', 'exec.ioScheduling.class', 'idle', 'x'],
  ['IOSchedulingPriority', '2', 'exec.ioScheduling', { class: 'best-effort', priority: 2 }, '8'],
  ['StandardInput', 'file:/x', 'exec.standardInput', { kind: 'file', path: '/x', mode: 'write' }, 'tty'],
  ['StandardOutput', 'append:/x', 'exec.standardOutput', { kind: 'file', path: '/x', mode: 'append' }, 'x'],
  ['StandardError', 'fd', 'exec.standardError', { kind: 'fd', name: 'stderr' }, 'file:x'],
  ['StandardInputText', 'hi', 'exec.standardInput', { kind: 'data', bytes: Buffer.from('hi\n') }, '%Q'],
  ['StandardInputText', 'a\\tb\\x41\\nc', 'exec.standardInput', { kind: 'data', bytes: Buffer.from('a\tbA\nc\n') }, 'a\\z'],
  ['StandardInputData', 'aGk=', 'exec.standardInput', { kind: 'data', bytes: Buffer.from('hi') }, '?'],
  ['SyslogIdentifier', '%n', 'exec.syslog.identifier', 'a.service', '%Q'],
  ['SyslogLevel', 'err', 'exec.syslog.level', 3, '8'],
  ['SyslogLevelPrefix', 'no', 'exec.syslog.levelPrefix', false, 'x'],
  ['RuntimeDirectory', 'a b/c', 'exec.directories', [{ kind: 'runtime', names: ['a', 'b/c'], mode: 0o755 }], '../x'],
  ['RuntimeDirectory', 'a:old/b', 'exec.directories', [{ kind: 'runtime', names: ['a'], mode: 0o755, links: [{ name: 'old/b', to: 'a' }] }], 'a:../b'],
  ['StateDirectory', 'a', 'exec.directories.0.kind', 'state', '/a'],
  ['CacheDirectory', 'a', 'exec.directories.0.kind', 'cache', '/a'],
  ['LogsDirectory', 'a', 'exec.directories.0.kind', 'logs', '/a'],
  ['ConfigurationDirectory', 'a', 'exec.directories.0.kind', 'configuration', 'a:b'],
  ['RuntimeDirectoryPreserve', 'restart', 'exec.runtimeDirectoryPreserve', 'restart', 'x'],
  ['KillMode', 'process', 'exec.killMode', 'process', 'x'],
  ['KillSignal', 'RTMIN+3', 'exec.killSignal', 37, 'x'],
  ['RestartKillSignal', 'INT', 'exec.restartKillSignal', 2, 'x'],
  ['FinalKillSignal', '6', 'exec.finalKillSignal', 6, '0'],
  ['WatchdogSignal', 'SIGTERM', 'exec.watchdogSignal', 15, 'x'],
  ['SendSIGHUP', 'yes', 'exec.sendSighup', true, 'x'],
  ['SendSIGKILL', 'no', 'exec.sendSigkill', false, 'x'],
  ...['AS', 'CORE', 'DATA', 'FSIZE', 'LOCKS', 'MEMLOCK', 'MSGQUEUE', 'NOFILE', 'NPROC', 'RSS', 'RTPRIO', 'SIGPENDING', 'STACK'].map(
    (name): Row => [`Limit${name}`, '3:infinity', 'exec.resources', [{ resource: name.toLowerCase(), soft: 3, hard: FOREVER }], '5:3'],
  ),
  ['LimitCPU', '1500ms', 'exec.resources.0.soft', 2, 'x'],
  ['LimitRTTIME', '1ms', 'exec.resources.0.soft', 1000, 'x'],
  ['LimitNICE', '-5', 'exec.resources.0.soft', 25, '41'],
];

// biome-ignore format: a table
const SOCKET: readonly Row[] = [
  ['ListenStream', '81', 'listen', inet('stream'), 'localhost:80'],
  ['ListenDatagram', '81', 'listen', inet('dgram'), '127.0.0.1:0'],
  ['ListenSequentialPacket', '@x', 'listen', [{ kind: 'abstract', name: 'x', type: 'seqpacket' }], '81'],
  ['ListenFIFO', '/var/run/f', 'listen', [{ kind: 'fifo', path: '/run/f' }], 'f'],
  ['ListenSpecial', '/proc/x', 'listen', [{ kind: 'special', path: '/proc/x' }], 'x'],
  ['ListenNetlink', 'route 3', 'listen', [{ kind: 'netlink', family: 'route', group: 3 }], 'x'],
  ['ListenMessageQueue', '/q', 'listen', [{ kind: 'message-queue', name: '/q' }], 'q'],
  ['SocketProtocol', 'mptcp', 'options.protocol', 'mptcp', 'tcp'],
  ['BindIPv6Only', 'ipv6-only', 'options.v6Only', true, 'x'],
  ['Backlog', '4294967295', 'options.backlog', 2_147_483_647, '-1'],
  ['BindToDevice', 'eth0', 'options.device', 'eth0', 'a/b'],
  ...['KeepAlive', 'NoDelay', 'ReusePort', 'FreeBind', 'Transparent', 'Broadcast', 'PassCredentials', 'PassSecurity', 'PassPacketInfo', 'AcceptFileDescriptors', 'Writable'].map(
    (name): Row => [name, 'oN', `options.${name.charAt(0).toLowerCase()}${name.slice(1)}`, true, 'maybe'],
  ),
  ['PassPIDFD', 't', 'options.passPidfd', true, 'maybe'],
  ['KeepAliveTimeSec', '1min', 'options.keepAliveTimeSec', 60, '5x'],
  ['KeepAliveIntervalSec', '10', 'options.keepAliveIntervalSec', 10, '5x'],
  ['KeepAliveProbes', '3', 'options.keepAliveProbes', 3, '-1'],
  ['DeferAcceptSec', '3', 'options.deferAcceptSec', 3, '5x'],
  ['Priority', '-1', 'options.priority', -1, 'x'],
  ['ReceiveBuffer', '1M5', 'options.receiveBuffer', 1_048_581, 'x'],
  ['SendBuffer', '8K', 'options.sendBuffer', 8192, 'x'],
  ['IPTOS', 'low-delay', 'options.tos', 16, 'x'],
  ['IPTTL', '999', 'options.ttl', 999, 'x'],
  ['Mark', '0x10', 'options.mark', 16, 'x'],
  ['Timestamping', 'µs', 'options.timestamping', 'us', 'ms'],
  ['TCPCongestion', 'bbr', 'options.congestion', 'bbr', null],
  ['PipeSize', '1M', 'options.pipeSize', 1_048_576, 'x'],
  ['SocketUser', 'root', 'files.user', 'root', null],
  ['SocketGroup', 'root', 'files.group', 'root', null],
  ['SocketMode', '660', 'files.mode', 0o660, '0999'],
  ['DirectoryMode', '0750', 'files.directoryMode', 0o750, 'rw'],
  ['RemoveOnStop', 'yes', 'files.removeOnStop', true, 'x'],
  ['Accept', 'YES', 'accept', true, 'maybe'],
  ['Service', 'b.service', 'service', 'b.service', 'b.socket'],
  ['MaxConnections', '3', 'maxConnections', 3, 'x'],
  ['MaxConnectionsPerSource', '3', 'maxConnectionsPerSource', 3, 'x'],
  ['TriggerLimitIntervalSec', '1', 'triggerLimit', { intervalMs: SECOND, burst: 20 }, 'x'],
  ['TriggerLimitBurst', '0', 'triggerLimit', null, 'x'],
  ['PollLimitIntervalSec', '1', 'pollLimit', { intervalMs: SECOND, burst: 15 }, 'x'],
  ['PollLimitBurst', '3', 'pollLimit.burst', 3, 'x'],
  ['X-TriggerLimitAction', 'pause', 'atTriggerLimit', 'pause', 'x'],
  ['DeferTrigger', 'patient', 'deferTrigger', 'patient', 'x'],
  ['DeferTrigger', 'on', 'deferTrigger', 'yes', 'x'],
  ['DeferTriggerMaxSec', '3', 'deferTriggerMaxMs', 3 * SECOND, 'x'],
  ['X-TriggerInterruptsRestartDelay', 'yes', 'interruptsRestart', true, 'x'],
  ['TriggerInterruptsRestartDelay', 'yes', 'interruptsRestart', true, 'x'],
  ['X-InstanceNaming', 'v258', 'instanceNaming', 'v258', 'v300'],
  ['InstanceNaming', 'v258', 'instanceNaming', 'v258', 'x'],
  ['FlushPending', 'yes', 'flushPending', true, 'x'],
  ['FileDescriptorName', 'web', 'fdName', 'web', 'a:b'],
  ['PassFileDescriptorsToExec', 'yes', 'passFdsToExec', true, 'x'],
  ['TimeoutSec', '0', 'timeoutMs', FOREVER, '5x'],
  ['ExecStartPre', '/bin/y', 'commands.startPre', command('/bin/y'), null],
  ['ExecStartPost', '/bin/y', 'commands.startPost', command('/bin/y'), null],
  ['ExecStopPre', '/bin/y', 'commands.stopPre', command('/bin/y'), null],
  ['ExecStopPost', '/bin/y', 'commands.stopPost', command('/bin/y'), null],
];

async function read(section: 'Unit' | 'Service' | 'Socket', assignment: string) {
  const isSocket = section === 'Socket';
  const own = isSocket
    ? `ListenStream=/run/s; ${assignment.startsWith('Listen') ? 'ListenStream=' : ''}`
    : 'ExecStart=/bin/x';
  const [head, body] = section === 'Unit' ? [assignment, own] : ['', `${own}; ${assignment}`];
  const name = isSocket ? 'a.socket' : 'a.service';
  const text = lines(`[Unit]; ${head}; [${isSocket ? 'Socket' : 'Service'}]; ${body}`);
  const loaded = await loadTree({ [`/u/${name}`]: text }, [`/u/${name}`]);
  const unit: unknown = isSocket ? socketOf(loaded, name) : serviceOf(loaded, name);
  const said = loaded.diagnostics
    .filter(({ code }) => code === 'unit/bad-value')
    .map(({ message }) => message);
  return {
    at: (path: string) =>
      path.split('.').reduce((value, key) => (value as Record<string, unknown> | null)?.[key], unit),
    said,
  };
}

describe.each([
  { section: 'Unit', rows: UNIT, table: unitDirectives },
  { section: 'Service', rows: SERVICE, table: serviceDirectives },
  { section: 'Socket', rows: SOCKET, table: socketDirectives },
] as const)('[$section]', ({ section, rows, table }) => {
  it.each(rows)('%s=%s', async (key, value, path, expected) => {
    const { at, said } = await read(section, `${key}=${value}`);
    expect({ said, [path]: at(path) }).toEqual({ said: [], [path]: expected });
  });

  it.each(rows.filter(([, , , , refused]) => refused !== null))(
    '%s keeps what it was',
    async (key, _, path, __, refused) => {
      const [plain, wrong] = [await read(section, 'X-Nothing=1'), await read(section, `${key}=${refused}`)];
      expect(wrong.said).toEqual([expect.stringContaining(`${key}=: `)]);
      if (!key.startsWith('Listen')) expect(wrong.at(path)).toEqual(plain.at(path));
    },
  );

  it('has a row here for every key that is read', () => {
    const shared = [...execDirectives.keys()].filter((key) => section !== 'Service' || /Mode$/.test(key));
    const tried = new Set([
      ...rows.map(([key]) => key),
      ...shared,
      ...isolationDirectives.keys(),
      ...OTHERWISE,
    ]);
    const read = [...table].filter(([, { tier }]) => tier === 'used').map(([key]) => key);
    expect(read.filter((key) => !tried.has(key) && !/^(Condition|Assert)/.test(key))).toEqual([]);
  });
});

/** Tried in rules.spec.ts and load.spec.ts, since they need others beside them. */
const OTHERWISE = [
  'ExecStart',
  'BusName',
  'Symlinks',
  'MessageQueueMaxMessages',
  'MessageQueueMessageSize',
  'StartLimitInterval',
  'StartLimitIntervalSec',
  'X-IgnoreUnsupported',
];

describe('[Install]', () => {
  it('is known', () => {
    expect([...installDirectives.keys()]).toEqual([
      'WantedBy',
      'RequiredBy',
      'UpheldBy',
      'Also',
      'Alias',
      'DefaultInstance',
    ]);
  });
});
