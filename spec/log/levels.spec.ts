import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../lib/log/events.ts';
import { isRoutine, levelOf } from '../../lib/log/levels.ts';
import { samples } from './samples.ts';

const { exited, refused, paused, diagnostic, message } = samples;

// biome-ignore format: a table
const rows: readonly { readonly event: Event; readonly level: string; readonly routine?: true; readonly when?: string }[] = [
  { event: samples.listening, level: 'info' },
  { event: samples.closed, level: 'info' },
  { event: samples['bind-failed'], level: 'err' },
  { event: samples.started, level: 'info', routine: true },
  { event: samples['handed-over'], level: 'info', routine: true },
  { event: samples.builtin, level: 'info', routine: true },
  { event: samples['builtin-ended'], level: 'debug', routine: true },
  { event: exited, level: 'info', routine: true, when: 'a child did well' },
  { event: { ...exited, status: 1 }, level: 'info', routine: true, when: 'a child of nowait did not' },
  { event: { ...exited, wait: true }, level: 'info', routine: true, when: 'a wait server did well' },
  { event: { ...exited, wait: true, status: 1 }, level: 'warning', when: 'a wait server did not' },
  { event: { ...exited, wait: true, status: null, signal: 9 }, level: 'warning', when: 'a wait server was killed' },
  { event: samples['start-failed'], level: 'err' },
  { event: refused, level: 'warning' },
  { event: { ...refused, reason: 'loop' }, level: 'warning', when: 'loop' },
  { event: { ...refused, reason: 'per-address-rate' }, level: 'err', when: 'per-address-rate' },
  { event: { ...refused, reason: 'per-address-children' }, level: 'err', when: 'per-address-children' },
  { event: samples['accept-failed'], level: 'warning' },
  { event: paused, level: 'err' },
  { event: { ...paused, reason: 'looping' }, level: 'err', when: 'looping' },
  { event: { ...paused, reason: 'descriptors' }, level: 'warning', when: 'descriptors' },
  { event: { ...paused, reason: 'spawn' }, level: 'warning', when: 'spawn' },
  { event: { ...paused, reason: 'children' }, level: 'notice', when: 'children' },
  { event: samples.resumed, level: 'notice' },
  { event: samples.identified, level: 'info', routine: true },
  { event: samples.relayed, level: 'info', routine: true },
  { event: samples.unreached, level: 'err' },
  { event: samples.sensed, level: 'crit' },
  { event: samples.forgiven, level: 'info' },
  { event: samples.disallowed, level: 'notice' },
  { event: samples.ending, level: 'warning' },
  { event: samples.reloading, level: 'notice' },
  { event: samples.applying, level: 'debug' },
  { event: samples.changed, level: 'info' },
  { event: samples.removed, level: 'notice' },
  { event: samples.rpc, level: 'info' },
  { event: samples.reloaded, level: 'notice' },
  { event: samples['reload-failed'], level: 'err' },
  { event: diagnostic, level: 'err' },
  { event: { ...diagnostic, severity: 'warning' }, level: 'warning', when: 'a warning' },
  { event: { ...diagnostic, severity: 'note' }, level: 'info', when: 'a note' },
  { event: samples.ready, level: 'notice' },
  { event: samples.stopping, level: 'notice' },
  { event: samples.stopped, level: 'notice' },
  { event: samples.dropped, level: 'warning' },
  { event: samples.state, level: 'notice' },
  { event: samples.output, level: 'info' },
  { event: samples.unit, level: 'info' },
  { event: { ...samples.unit, level: 'err' }, level: 'err', when: 'of a failure' },
  { event: message, level: 'notice' },
  { event: { ...message, level: 'debug' }, level: 'debug', when: 'a quiet one' },
];

describe('the level of an event', () => {
  it.each(rows)('$event.event $when: $level', ({ event, level, routine = false }) => {
    expect({ level: levelOf(event), routine: isRoutine(event) }).toEqual({ level, routine });
  });

  it('is in this table for every kind', () => {
    expect([...new Set(rows.map(({ event }) => event.event))].sort()).toEqual(Object.keys(samples).sort());
  });
});
