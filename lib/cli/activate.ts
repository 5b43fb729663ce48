/** `superd activate`: listens, and starts a command when somebody calls, as systemd-socket-activate(1) does. */

import { startEach } from './activate/each.ts';
import { startOnce } from './activate/once.ts';
import { openSockets } from './activate/sockets.ts';
import { ACTIVATE_OPTIONS, activation } from './activate/words.ts';
import { verbHelp } from './help.ts';
import { say } from './say.ts';
import { VERSION } from './version.ts';

const PURPOSE = [
  'Listens on sockets and starts a command when somebody calls: in the place of',
  'this process with the sockets, or for each connection with -a.',
];

/** Does what the words say, and returns the exit status; once it became the command it does not return. */
export async function main(words: readonly string[]): Promise<number> {
  const asked = activation(words, process.env);
  if (asked === 'help') {
    const usage = 'superd activate [OPTION...] COMMAND [ARGUMENT...]';
    process.stdout.write(verbHelp(usage, PURPOSE, ACTIVATE_OPTIONS));
    return 0;
  }
  if (asked === 'version') {
    process.stdout.write(`superd ${VERSION}\n`);
    return 0;
  }
  if ('misuse' in asked) {
    say(asked.misuse);
    return 1;
  }
  const sockets = openSockets(asked, process.env);
  if (sockets === null) return 1;
  if (sockets.length === 0) {
    say('No sockets to listen on specified or passed in.');
    return 1;
  }
  if (asked.inetd && !asked.accept && sockets.length !== 1) {
    say('--inetd only supported for single file descriptors.');
    return 1;
  }
  return asked.accept ? startEach(asked, sockets) : startOnce(asked, sockets);
}
