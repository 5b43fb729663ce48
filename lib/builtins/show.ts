/** The services `services` and `servers` of xinetd: what the daemon has, as text, for callers of this machine. */

import type { StreamBuiltin } from './builtin.ts';
import { Channel } from './channel.ts';
import { isLocalCaller } from './local-caller.ts';
import { tell } from './telling.ts';

/** Says a text that is made anew for each caller, and ends. */
export function showing(text: () => Iterable<string>): StreamBuiltin {
  return (connection, shared) => {
    const channel = new Channel(connection, shared);
    if (isLocalCaller(connection)) tell(text(), { channel, clock: shared.clock, done: () => channel.end() });
    else channel.close();
  };
}
