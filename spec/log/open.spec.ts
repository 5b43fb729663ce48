import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogIo, type LogSettings, type Output, openLog } from '../../lib/log/open.ts';
import { MAX_WAITING } from '../../lib/log/sinks/stream.ts';
import { ManualClock } from './manual-clock.ts';
import { samples } from './samples.ts';

const settings: LogSettings = {
  target: { kind: 'stderr' },
  format: 'human',
  ident: 'superd',
  level: 'info',
  routine: true,
  colour: true,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'superd-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The machine, with one output in the place of both. */
function ioOf(output: Output, more: Partial<LogIo> = {}): LogIo {
  const clock = new ManualClock();
  return {
    stdout: output,
    stderr: output,
    unixSend: () => 0,
    clock: { wall: () => 0, after: (delayMs, action) => clock.after(delayMs, action) },
    pid: 7,
    host: 'box',
    journalStream: undefined,
    ...more,
  };
}

describe('a log to a file', () => {
  it.each([
    {
      format: 'json',
      journal: false,
      line: /^\{"time":"1970-01-01T00:00:00\.000Z","level":"notice","event":"stopped"/,
    },
    { format: 'human', journal: false, line: /^\d{4}-\d\d-\d\d \d\d:\d\d:00\.000 notice {2}stopped, 2/ },
    { format: 'human', journal: true, line: /^<5>stopped, 2/ },
    { format: 'json', journal: true, line: /^\{"time"/ },
  ] as const)('is written at once: $format, journal $journal', ({ format, journal, line }) => {
    const path = join(folder, 'log');
    const fd = openSync(path, 'a');
    try {
      const { dev, ino } = fstatSync(fd, { bigint: true });
      const output = Object.assign(new PassThrough(), { fd });
      const log = openLog(
        { ...settings, format },
        ioOf(output, { journalStream: journal ? `${dev}:${ino}` : undefined }),
      );
      log.emit(samples.stopped);
      log.flush();
      expect(readFileSync(path, 'utf8')).toMatch(line);
    } finally {
      closeSync(fd);
    }
  });

  it('loses lines on a full disk, and no more', () => {
    const fd = openSync('/dev/full', 'w');
    try {
      const log = openLog(settings, ioOf(Object.assign(new PassThrough(), { fd })));
      log.emit(samples.stopped);
      log.flush();
      expect(log.dropped).toBe(1);
    } finally {
      closeSync(fd);
    }
  });
});

describe('a log to a pipe that nobody reads', () => {
  it('takes events without blocking or growing, and tells how many it lost once somebody reads', async () => {
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    // Opened for both, a FIFO always has a reader: this one, which waits.
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const fd = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    const output = Object.assign(new Socket({ fd, readable: false, writable: true }), { fd });
    try {
      const log = openLog({ ...settings, format: 'json' }, ioOf(output));
      const emitted = 20_000;
      for (let pid = 0; pid < emitted; pid += 1) {
        log.emit({ ...samples.started, pid });
        if (pid % 100 === 99) log.flush();
      }
      expect(output.writableLength).toBeGreaterThan(0);
      // The last batch that was taken may lie across the bound.
      expect(output.writableLength).toBeLessThan(MAX_WAITING + 100 * 300);
      const { dropped } = log;
      expect(dropped).toBeGreaterThan(0);

      const lines = await readUntil(reader, /"event":"dropped","lines":\d+\}\n/);
      expect(lines.at(-1)).toMatchObject({ level: 'warning', event: 'dropped', lines: dropped });
      expect(lines.slice(0, -1).map(({ pid }) => pid)).toEqual(
        Array.from({ length: emitted - dropped }, (_, pid) => pid),
      );
      await log.close();
    } finally {
      output.destroy();
      closeSync(reader);
    }
  });

  it('survives a reader that goes away', async () => {
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    const output = Object.assign(new Socket({ fd, readable: false, writable: true }), { fd });
    const log = openLog(settings, ioOf(output));
    closeSync(reader);
    // The first write meets EPIPE, which is told in a later turn.
    while (log.dropped === 0) {
      log.emit(samples.started);
      await turn();
    }
    await log.close();
    output.destroy();
  });
});

describe('a log to a terminal that somebody stopped', () => {
  it('takes events without blocking', async () => {
    // Makes a terminal that nobody reads: until it is told, or for 10 s, so that a log that blocks fails this spec.
    const keeper = spawn('python3', [
      '-c',
      `import os, select, sys
master, slave = os.openpty()
print(os.ttyname(slave), flush=True)
select.select([sys.stdin], [], [], 10)
while select.select([master], [], [], 0.1)[0]: os.read(master, 65536)`,
    ]);
    const name = await new Promise<string>((resolve) => {
      keeper.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
    });
    const fd = openSync(name, constants.O_RDWR | constants.O_NOCTTY);
    const terminal = new WriteStream(fd);
    try {
      const log = openLog(settings, ioOf(Object.assign(terminal, { fd })));
      for (let pid = 0; pid < 20_000; pid += 1) log.emit({ ...samples.started, pid });
      log.flush();
      expect(log.dropped).toBeGreaterThan(0);
    } finally {
      terminal.destroy();
      keeper.stdin.end();
      await once(keeper, 'exit');
    }
  });
});

describe('a log to syslog', () => {
  it.each([
    {
      form: 'rfc3164',
      line: /^<29>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:00 superd\[7\]: stopped, 2 children live on$/,
    },
    {
      form: 'rfc3164',
      facility: 'local3',
      line: /^<157>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:00 superd\[7\]: stopped/,
    },
    {
      form: 'rfc5424',
      facility: 'mail',
      line: /^<21>1 1970/,
    },
    {
      form: 'rfc5424',
      line: /^<29>1 1970-01-01T00:00:00\.000Z box superd 7 stopped \[superd@32473 children="2"\] stopped/,
    },
  ] as const)('is a datagram in the form of $form: $line', ({ line, ...target }) => {
    const sent: string[] = [];
    const unixSend = (path: string, bytes: Uint8Array): number => {
      sent.push(`${path} ${Buffer.from(bytes).toString()}`);
      return 0;
    };
    const log = openLog(
      { ...settings, target: { kind: 'syslog', path: '/log', ...target } },
      ioOf(Object.assign(new PassThrough(), { fd: 2 }), { unixSend }),
    );
    log.emit(samples.stopped);
    log.flush();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.slice(0, 5)).toBe('/log ');
    expect(sent[0]?.slice(5)).toMatch(line);
  });
});

type Line = Readonly<Record<string, unknown>>;

/** Reads a pipe, as it fills, until its text ends so. */
async function readUntil(fd: number, end: RegExp): Promise<readonly Line[]> {
  const buffer = Buffer.alloc(65_536);
  let text = '';
  while (!end.test(text.slice(-200))) {
    try {
      text += buffer.toString('utf8', 0, readSync(fd, buffer));
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
    }
    await turn();
  }
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
