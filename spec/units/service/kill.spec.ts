import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { planKill } from '../../../lib/units/service/kill.ts';
import { makeService } from './make-unit.ts';

const { SIGABRT, SIGCONT, SIGHUP, SIGINT, SIGKILL, SIGTERM } = constants.signals;
const ALIVE = { main: 7, control: 8, others: [9, 10] };

describe('KillMode=', () => {
  it.each([
    { killMode: 'control-group', operation: 'terminate', pids: [7, 8, 9, 10] },
    { killMode: 'control-group', operation: 'kill', pids: [7, 8, 9, 10] },
    { killMode: 'mixed', operation: 'terminate', pids: [7, 8] },
    { killMode: 'mixed', operation: 'abort', pids: [7, 8] },
    { killMode: 'mixed', operation: 'kill', pids: [7, 8, 9, 10] },
    { killMode: 'process', operation: 'terminate', pids: [7, 8] },
    { killMode: 'process', operation: 'kill', pids: [7, 8] },
    { killMode: 'none', operation: 'terminate', pids: [] },
    { killMode: 'none', operation: 'kill', pids: [] },
  ] as const)('$killMode, $operation: $pids', ({ killMode, operation, pids }) => {
    expect(planKill(makeService({ exec: { killMode } }).exec, operation, ALIVE, false).pids).toEqual(pids);
  });
});

describe('The signal', () => {
  it.each([
    { exec: {}, operation: 'terminate', signals: [SIGTERM, SIGCONT] },
    { exec: { killSignal: SIGINT }, operation: 'terminate', signals: [SIGINT, SIGCONT] },
    { exec: { sendSighup: true }, operation: 'terminate', signals: [SIGTERM, SIGCONT, SIGHUP] },
    { exec: { sendSighup: true, killSignal: SIGHUP }, operation: 'terminate', signals: [SIGHUP, SIGCONT] },
    { exec: { sendSighup: true }, operation: 'kill', signals: [SIGKILL] },
    { exec: {}, operation: 'kill', signals: [SIGKILL] },
    { exec: { finalKillSignal: SIGABRT }, operation: 'kill', signals: [SIGABRT, SIGCONT] },
    { exec: {}, operation: 'abort', signals: [SIGABRT, SIGCONT] },
  ] as const)('to $operation with $exec: $signals', ({ exec, operation, signals }) => {
    const { followedBy, signal } = planKill(makeService({ exec }).exec, operation, ALIVE, false);
    expect([signal, ...followedBy]).toEqual(signals);
  });

  it('of a restart may be another one', () => {
    const { exec } = makeService({ exec: { restartKillSignal: SIGINT } });
    expect(planKill(exec, 'terminate', ALIVE, true).signal).toBe(SIGINT);
    expect(planKill(exec, 'terminate', ALIVE, false).signal).toBe(SIGTERM);
  });
});
