/** What rules ask the world, as far as it can be asked without one. */

import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../../lib/log/events.ts';
import { HostNames } from '../../../lib/service/wrap/host-names.ts';
import { systemLookUps } from '../../../lib/service/wrap/look-ups.ts';
import { ManualClock } from '../../builtins/manual-clock.ts';

describe('The look-ups of a daemon', () => {
  it('aclexec runs the bytes of its command, and tells the status', async () => {
    const { commands, events, lookups } = make(3);
    // As it is read from the file: each byte of the UTF-8 is a character.
    expect(await lookups.aclexec(Buffer.from('/bin/prüfe').toString('latin1'))).toBe(3);
    expect(commands).toEqual(['/bin/prüfe']);
    expect(events).toEqual([{ event: 'message', level: 'info', message: 'aclexec returned 3' }]);
  });
});

/** Commands are not run, but end with `status`. */
function make(status: number) {
  const events: Event[] = [];
  const commands: string[] = [];
  const run = (command: string) => {
    commands.push(command);
    return Promise.resolve(status);
  };
  const clock = new ManualClock();
  const names = new HostNames(clock);
  const lookups = systemLookUps({ clock, names, emit: (event) => events.push(event), run });
  return { commands, events, lookups };
}
