import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '../../lib/log/logger.ts';
import { openLog } from '../../lib/log/open.ts';
import { MAX_WAITING_LINES, RETRY_MS } from '../../lib/log/sinks/datagram.ts';
import { bind, close, type Fd, openSocket } from '../../lib/sys/socket.ts';
import { receive, unixSend } from '../../lib/sys/transfer.ts';
import { ManualClock } from './manual-clock.ts';
import { samples } from './samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A log to a syslog socket in the folder, which need not be there. */
function openSyslog(): { readonly log: Log; readonly clock: ManualClock; readonly path: string } {
  const path = join(folder, 'log');
  const clock = new ManualClock();
  const log = openLog(
    {
      target: { kind: 'syslog', path, form: 'rfc3164' },
      format: 'human',
      ident: 'inetd',
      level: 'info',
      routine: true,
      colour: false,
    },
    {
      stdout: process.stdout,
      stderr: process.stderr,
      unixSend,
      clock: { wall: () => 0, after: (delayMs, action) => clock.after(delayMs, action) },
      pid: 7,
      host: 'box',
      journalStream: undefined,
    },
  );
  return { log, clock, path };
}

function emitExits(log: Log, count: number): void {
  for (let pid = 0; pid < count; pid += 1) log.emit({ ...samples.exited, pid });
  log.flush();
}

describe('a log to a real syslog socket', () => {
  it('that is full takes events without blocking, loses none that fits, and counts and tells the others', () => {
    const { log, clock, path } = openSyslog();
    const daemon = listenAt(path);
    try {
      const emitted = 5000;
      emitExits(log, emitted);
      const { dropped } = log;
      // The kernel holds so many datagrams (unix.max_dgram_qlen), the log so many lines.
      expect(dropped).toBeGreaterThan(0);
      expect(dropped).toBeLessThan(emitted - MAX_WAITING_LINES);

      const lines = readAll(daemon, () => {
        clock.advance(RETRY_MS);
        log.flush();
      });
      expect(lines.at(-1)).toMatch(new RegExp(`^<28>.* inetd\\[7\\]: ${dropped} log lines were lost`));
      expect(
        lines.slice(0, -1).map((line) => /in\.fingerd\[(\d+)\]: exit status 0$/.exec(line)?.[1]),
      ).toEqual(Array.from({ length: emitted - dropped }, (_, pid) => String(pid)));
    } finally {
      close(daemon);
    }
  });

  it('that comes later, goes away and comes again gets every line in between', () => {
    const { log, clock, path } = openSyslog();
    emitExits(log, 3);
    expect(log.dropped).toBe(0);
    for (const _ of ['later', 'again']) {
      const daemon = listenAt(path);
      clock.advance(RETRY_MS);
      expect(readAll(daemon, () => clock.advance(RETRY_MS))).toHaveLength(3);
      close(daemon);
      emitExits(log, 3);
      rmSync(path);
    }
    expect(log.dropped).toBe(0);
  });
});

function listenAt(path: string): Fd {
  const fd = openSocket('unix', 'dgram', 0);
  bind(fd, { kind: 'unix', path });
  return fd;
}

/** Reads until nothing comes any more, letting the writer go on whenever the socket is empty. */
function readAll(fd: Fd, goOn: () => void): readonly string[] {
  const lines: string[] = [];
  const buffer = new Uint8Array(65_536);
  for (let before = -1; lines.length > before; goOn()) {
    before = lines.length;
    for (let length = receive(fd, buffer); typeof length === 'number'; length = receive(fd, buffer)) {
      lines.push(Buffer.from(buffer.subarray(0, length)).toString());
    }
  }
  return lines;
}
