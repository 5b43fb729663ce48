import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, property } from 'fast-check';
import type { Event } from '../../lib/log/events.ts';
import { xinetdFileFormat } from '../../lib/log/formats/xinetd.ts';
import { textOf } from '../../lib/log/text.ts';
import { startedMessage, xinetdWording } from '../../lib/log/xinetd-wording.ts';
import { samples } from './samples.ts';

const wording = xinetdWording(7);
const { message, paused, refused, sensed } = samples;
const own = (event: Event): string => textOf(event);

// biome-ignore format: a table
const rows: readonly (readonly [event: Event, level: string, text: string])[] = [
  [startedMessage('superd 1.2.3'), 'notice', 'superd 1.2.3 started with libwrap loadavg options compiled in.'],
  [samples.ready, 'notice', 'Started working: 5 available services'],
  [{ ...samples.ready, services: 1 }, 'notice', 'Started working: 1 available service'],
  [{ ...samples.ready, services: 0 }, 'notice', 'Started working: 0 available services'],
  [samples.reloading, 'notice', 'Starting reconfiguration'],
  [samples.applying, 'notice', 'Swapping defaults'],
  [{ ...samples.changed, service: 'ftp' }, 'notice', 'readjusting service ftp'],
  [{ ...samples.removed, service: 'ftp' }, 'notice', 'service ftp deactivated'],
  [samples.reloaded, 'notice', 'Reconfigured: new=1 old=7 dropped=2 (services)'],
  [samples['reload-failed'], 'warning', 'reconfiguration failed: /etc/inetd.conf: EACCES'],
  [paused, 'err', 'Deactivating service finger due to excessive incoming connections.  Restarting in 600 seconds.'],
  [{ ...paused, reason: 'looping', pauseMs: 10_000 }, 'err', 'Deactivating service finger due to excessive incoming connections.  Restarting in 10 seconds.'],
  [{ ...paused, reason: 'descriptors', pauseMs: 1000 }, 'err', 'Deactivating service finger due to no available descriptors.  Restarting in 1 seconds.'],
  [{ ...paused, pauseMs: null }, 'err', 'Deactivating service finger due to excessive incoming connections.'],
  [{ ...paused, reason: 'spawn', pauseMs: 1000 }, 'warning', 'finger/tcp: cannot start children, service suspended for 1 s'],
  [samples.resumed, 'err', 'Activating service finger'],
  [samples.stopping, 'warning', 'Exiting...'],
  [{ ...samples.ending, service: 'ftp' }, 'warning', 'Sending signal 15 to ftp server 99'],
  [{ ...samples.ending, service: 'ftp', signal: 'SIGKILL' }, 'warning', 'Sending signal 9 to ftp server 99'],
  [{ ...samples['bind-failed'], service: 'ftp' }, 'err', 'bind failed (Address already in use (errno = 98)). service = ftp'],
  [samples['start-failed'], 'err', 'execv( /usr/sbin/in.fingerd ) failed: No such file or directory (errno = 2)'],
  [{ ...samples['start-failed'], step: 'setresuid' }, 'err', own({ ...samples['start-failed'], step: 'setresuid' })],
  [{ ...refused, reason: 'load' }, 'err', 'refused connect from 192.0.2.7 due to excessive load'],
  [{ ...refused, service: 'ftp', daemon: 'in.ftpd' }, 'info', 'libwrap refused connection to ftp (libwrap=in.ftpd) from 192.0.2.7'],
  [{ ...refused, service: 'ftp' }, 'info', 'libwrap refused connection to ftp from 192.0.2.7'],
  [{ ...refused, level: 'crit', service: 'ftp' }, 'crit', 'libwrap refused connection to ftp from 192.0.2.7'],
  [{ ...refused, reason: 'address' }, 'warning', own({ ...refused, reason: 'address' })],
  [samples.unreached, 'err', "can't connect to remote host 192.0.2.80:80: Connection refused"],
  [sensed, 'crit', '7 {process_sensor} Adding 192.0.2.7 to the global_no_access list for 60 minutes'],
  [{ ...sensed, denyMinutes: 'forever' }, 'crit', '7 {process_sensor} Adding 192.0.2.7 to the global_no_access list for -1 minutes'],
  [samples.forgiven, 'info', 'At least 1 DENY_TIME has expired, global_no_access list updated'],
  [{ ...samples.forgiven, left: 0 }, 'info', 'At least 1 DENY_TIME has expired, global_no_access list updated; global_no_access list is empty.'],
  [{ ...message, level: 'crit' }, 'crit', '7 {main} hello'],
  [message, 'notice', 'hello'],
  [samples.diagnostic, 'err', own(samples.diagnostic)],
  [samples.disallowed, 'notice', own(samples.disallowed)],
];

describe("xinetd's message", () => {
  it.each(rows)('for %j: %s %s', (event, level, text) => {
    expect([wording.levelOf(event), wording.textOf(event)]).toEqual([level, text]);
  });

  it('is there for every event, if only in our own words', () => {
    assert(
      property(constantFrom(...Object.values(samples)), (event) => {
        expect(wording.textOf(event)).toMatch(/^.+$/);
        expect(wording.levelOf(event)).toMatch(/^(crit|err|warning|notice|info|debug)$/);
      }),
    );
  });
});

describe("a line of xinetd's own file", () => {
  const timeMs = new Date(2026, 10, 2, 9, 5, 7).getTime();
  const format = xinetdFileFormat({ ident: 'xinetd', pid: 7 }, wording);

  // biome-ignore format: a table
  it.each<readonly [Event, string]>([
    [samples.reloading, 'NOTICE: Starting reconfiguration'],
    [samples.stopping, 'WARNING: Exiting...'],
    [samples.resumed, 'ERROR: Activating service finger'],
    [sensed, 'CRITICAL: 7 {process_sensor} Adding 192.0.2.7 to the global_no_access list for 60 minutes'],
    [samples.forgiven, 'INFO: At least 1 DENY_TIME has expired, global_no_access list updated'],
    [{ ...message, level: 'debug', message: 'a\nb' }, 'DEBUG: a\\nb'],
  ])('tells %j: %s', (event, text) => {
    expect(format({ event, level: wording.levelOf(event), timeMs })).toBe(`26/11/2@09:05:07 xinetd[7]: ${text}`);
  });
});
