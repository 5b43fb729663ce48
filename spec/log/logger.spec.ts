import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../../lib/log/entry.ts';
import { createLog, type LogOptions } from '../../lib/log/logger.ts';
import type { Recovered, Sink } from '../../lib/log/sinks/sink.ts';
import { samples } from './samples.ts';

const name = ({ event, timeMs }: Entry): string => `${timeMs} ${event.event}`;

/** A log into an array of batches, at a time that the spec sets. */
function logInto(options: Partial<LogOptions> = {}) {
  const batches: string[][] = [];
  const lost: { dropped: number; recovered: Recovered } = { dropped: 0, recovered: () => undefined };
  const time = { now: 0 };
  const sink: Sink = {
    get dropped() {
      return lost.dropped;
    },
    write: (lines) => void batches.push([...lines]),
    close: () => Promise.resolve(),
  };
  const log = createLog({
    level: 'info',
    routine: true,
    format: name,
    wall: () => time.now,
    sink: (recovered) => {
      lost.recovered = recovered;
      return sink;
    },
    ...options,
  });
  return { log, batches, lost, time };
}

describe('the log', () => {
  it('writes the events of one turn of the loop together, each with its own time', async () => {
    const { log, batches, time } = logInto();
    log.emit(samples.started);
    time.now = 5;
    log.emit(samples.exited);
    log.emit(samples.refused);
    expect(batches).toEqual([]);
    await turn();
    log.emit(samples.stopped);
    await turn();
    expect(batches).toEqual([['0 started', '5 exited', '5 refused'], ['5 stopped']]);
  });

  it('writes at once when it is flushed, and nothing twice', async () => {
    const { log, batches } = logInto();
    log.emit(samples.stopping);
    log.flush();
    log.flush();
    expect(batches).toEqual([['0 stopping']]);
    await turn();
    expect(batches).toHaveLength(1);
  });

  it('keeps the order across many flushes of one turn', () => {
    const { log, batches } = logInto({
      format: ({ event }) => (event.event === 'dropped' ? `${event.lines}` : ''),
    });
    const numbers = Array.from({ length: 1000 }, (_, lines) => lines);
    for (const lines of numbers) {
      log.emit({ event: 'dropped', lines });
      if (lines % 7 === 0) log.flush();
    }
    log.flush();
    expect(batches.flat()).toEqual(numbers.map(String));
  });

  it('does not let a turn that tells much pile up', () => {
    const { log, batches } = logInto();
    for (let i = 0; i < 1000; i += 1) log.emit(samples.builtin);
    expect(batches.map((lines) => lines.length)).toEqual([256, 256, 256]);
  });

  it.each([
    { level: 'err', told: ['bind-failed'] },
    { level: 'warning', told: ['bind-failed', 'refused'] },
    { level: 'notice', told: ['bind-failed', 'refused', 'ready'] },
    { level: 'info', told: ['bind-failed', 'refused', 'ready', 'listening'] },
    { level: 'debug', told: ['bind-failed', 'refused', 'ready', 'listening', 'message'] },
  ] as const)('at level $level tells $told', ({ level, told }) => {
    const { log, batches } = logInto({
      level: level === 'err' ? 'debug' : 'err',
      format: ({ event }) => event.event,
    });
    log.setLevel(level);
    for (const kind of ['bind-failed', 'refused', 'ready', 'listening'] as const) log.emit(samples[kind]);
    log.emit({ ...samples.message, level: 'debug' });
    log.flush();
    expect(batches).toEqual([told]);
  });

  it('is silent of the normal course of connections unless asked, not of what went wrong', () => {
    const { log, batches } = logInto({ routine: false });
    for (const kind of ['started', 'builtin', 'handed-over', 'exited', 'refused'] as const)
      log.emit(samples[kind]);
    log.emit({ ...samples.exited, wait: true, status: 3 });
    log.flush();
    expect(batches).toEqual([['0 refused', '0 exited']]);
  });

  it('is silent of refusals that only the log of their service tells', () => {
    const { log, batches } = logInto();
    log.emit({ ...samples.refused, hidden: true });
    log.emit(samples.refused);
    log.flush();
    expect(batches).toEqual([['0 refused']]);
  });

  it('is as loud as it is told to be', () => {
    const { log, batches } = logInto({
      level: 'warning',
      levelOf: ({ event }) => (event === 'stopping' ? 'warning' : 'debug'),
      format: ({ event, level }) => `${level} ${event.event}`,
    });
    log.emit(samples['bind-failed']);
    log.emit(samples.stopping);
    log.flush();
    expect(batches).toEqual([['warning stopping']]);
  });

  it('says how many lines were lost when there is a way again', () => {
    const { log, batches, lost } = logInto({
      format: ({ event }) => (event.event === 'dropped' ? `lost ${event.lines}` : event.event),
    });
    lost.dropped = 12;
    expect(log.dropped).toBe(12);
    lost.recovered(12);
    log.emit(samples.ready);
    log.flush();
    expect(batches).toEqual([['lost 12', 'ready']]);
  });

  it('writes what is left when it is closed', async () => {
    const { log, batches } = logInto();
    log.emit(samples.stopped);
    await log.close();
    expect(batches).toEqual([['0 stopped']]);
  });

  it('swallows what comes after it was closed', async () => {
    const { log, batches } = logInto();
    await log.close();
    log.emit(samples.stopped);
    log.flush();
    expect(batches).toEqual([]);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
