/** What a unit loses on its way to a service of an inetd, whichever it is. */

import { RELATIONS } from '../../../model/unit.ts';
import { type LossRow, when } from '../losses.ts';
import { listed } from './listed.ts';
import { portsOf } from './sockets.ts';
import type { UnitPair } from './subject.ts';

/** The table. */
export const PAIR_LOSSES: readonly LossRow<UnitPair>[] = [
  {
    id: 'L3',
    general: true,
    find: ({ socket: { listen, options } }) =>
      when(
        options.v6Only === undefined &&
          listen.some((target) => target.kind === 'inet' && target.host === '::'),
        'where BindIPv6Only= says nothing IPv4 is served too, whatever /proc/sys/net/ipv6/bindv6only says',
      ),
  },
  {
    id: 'L6',
    find: ({ server: { exec } }) => when(exec.nice !== null, 'the nice value is added to that of the daemon'),
  },
  {
    id: 'L8',
    general: true,
    find: () => 'servers get no PATH, USER, HOME, LOGNAME and SHELL of units, but what the daemon gives them',
  },
  {
    id: 'L9',
    general: true,
    find: ({ socket: { accept } }) => when(accept, 'servers find no REMOTE_ADDR and REMOTE_PORT'),
  },
  {
    id: 'L10',
    find: (pair) =>
      when(
        portsOf(pair).length > 1 && pair.socket.accept,
        'the connections of each of its ports are counted apart, so there can be more',
      ),
  },
  {
    id: 'L11',
    find: ({ socket: { triggerLimit } }) =>
      when(
        triggerLimit !== null,
        `over ${triggerLimit?.burst} starts in ${(triggerLimit?.intervalMs ?? 0) / 1000} s the unit failed; the service pauses`,
      ),
  },
  {
    id: 'L11',
    general: true,
    find: ({ socket: { pollLimit } }) =>
      when(pollLimit !== null, 'PollLimitBurst= slows nobody down; the rate of starts alone is limited'),
  },
  {
    id: 'L25',
    find: ({ socket: { files, listen } }) =>
      listen.some(({ kind }) => kind === 'unix')
        ? listed('its file has no', [
            ['Symlinks=', files.symlinks.length > 0],
            ['DirectoryMode=', files.directoryMode !== 0o755],
          ])
        : null,
  },
  { id: 'L27', find: livesOtherwise },
  { id: 'L28', find: ({ socket: { options } }) => otherOptions(options) },
  {
    id: 'L31',
    general: true,
    find: ({ server: { exec } }) =>
      when(exec.ignoreSigpipe, 'SIGPIPE ends servers that are not prepared for it'),
  },
  {
    id: 'L32',
    find: ({ server: { exec } }) =>
      listed('its server needs a wrapper for', [
        ['OOMScoreAdjust=', exec.oomScoreAdjust !== null],
        ['CPUSchedulingPolicy=', exec.cpuScheduling !== null],
        ['CPUAffinity=', exec.cpuAffinity !== null],
        ['IOSchedulingClass=', exec.ioScheduling !== null],
        ['TimerSlackNSec=', exec.timerSlackNs !== null],
      ]),
  },
  { id: 'L37', find: onlyUnits },
];

function livesOtherwise({ server }: UnitPair): string | null {
  const { timeoutStartMs, timeoutStopMs, type, startLimit } = { ...server, ...server.head };
  const start = type === 'oneshot' ? Number.POSITIVE_INFINITY : USUAL_MS;
  return listed('callers start it, and it ends by itself or with the daemon: there is no', [
    ['Restart=', server.restart !== 'no'],
    ['RuntimeMaxSec=', Number.isFinite(server.runtimeMaxMs)],
    ['TimeoutStartSec=', timeoutStartMs !== start],
    ['TimeoutStopSec=', timeoutStopMs !== USUAL_MS],
    ['WatchdogSec=', server.watchdogMs !== null],
    ['StartLimitBurst=', startLimit?.burst !== 5 || startLimit.intervalMs !== 10_000],
    ['RemainAfterExit=', server.remainAfterExit],
    ['X-IdleTimeoutSec=', server.idleMs !== null],
    ['Type=notify', server.type === 'notify' || server.type === 'notify-reload'],
  ]);
}

/** TimeoutStartSec= and TimeoutStopSec= of a unit that has none. */
const USUAL_MS = 90_000;

function otherOptions(options: UnitPair['socket']['options']): string | null {
  const { backlog: _backlog, v6Only: _v6Only, protocol: _protocol, ...others } = options;
  const { sendBuffer: _send, receiveBuffer: _receive, noDelay: _delay, keepAlive: _keep, ...lost } = others;
  return listed(
    'its sockets have no',
    Object.entries(lost).map(([name, value]) => [
      KEYS.get(name) ?? `${capital(name)}=`,
      value !== undefined && value !== false,
    ]),
  );
}

/** Options whose keys are not their names with a capital letter. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['tos', 'IPTOS='],
  ['congestion', 'TCPCongestion='],
]);

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Commands, relations and the like. */
function onlyUnits({ socket, server }: UnitPair): string | null {
  const { commands, exec, head } = server;
  const own = [socket.head.name, head.name, socket.service];
  const related = RELATIONS.filter((relation) =>
    [socket.head, head].some(({ relations }) =>
      relations[relation].some((name) => /\.(socket|service)$/.test(name) && !own.includes(name)),
    ),
  );
  return listed('there is no', [
    ['ExecStartPost=', commands.startPost.length + socket.commands.startPost.length > 0],
    ['ExecStop=', commands.stop.length + socket.commands.stopPre.length > 0],
    ['ExecStopPost=', commands.stopPost.length + socket.commands.stopPost.length > 0],
    ['ExecReload=', commands.reload.length > 0],
    ...related.map((relation) => [`${capital(relation)}=`, true] as const),
    ...exec.directories.map(({ kind }) => [`${capital(kind)}Directory=`, true] as const),
    ['FileDescriptorStoreMax=', server.fdStoreMax > 0],
    ['SyslogIdentifier=', exec.syslog.identifier !== null],
    ['FlushPending=', socket.flushPending],
    ['DeferTrigger=', socket.deferTrigger !== 'no'],
    ['X-TriggerInterruptsRestartDelay=', socket.interruptsRestart],
  ]);
}
