/** What xinetd(8) tells of itself on a signal: the state dump and the consistency check. */

import { inconsistencies } from '../daemon/consistency.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { processFacts } from '../daemon/dump/facts.ts';
import { snapshotOf } from '../daemon/dump/take.ts';
import { dumpText } from '../daemon/dump/text.ts';
import { appendDump, DUMP_FILE } from '../daemon/dump/write.ts';
import type { Emit, Level } from '../log/events.ts';
import type { ServeOptions } from './serve-options.ts';
import { VERSION } from './version.ts';

/** Appends the state of everything to /var/run/xinetd.dump; it never rejects. */
export async function dumpState(
  { runners, serviceDefaults: defaults, world }: Daemon,
  options: ServeOptions,
): Promise<void> {
  const { emit } = world;
  const facts = {
    ...processFacts(),
    version: VERSION,
    wallMs: Date.now(),
    processLimit: options.processLimit,
    configFile: options.paths[0] ?? '',
    logging: true,
  };
  const problem = await appendDump(dumpText(snapshotOf(runners, { facts, defaults })));
  if (problem === null) say(emit, 'info', `generated state dump in file ${DUMP_FILE}`);
  else say(emit, 'err', `no state dump: ${problem}`);
}

/** Looks whether the tables agree; `aloud` also says that they do. */
export function checkState({ runners, world }: Daemon, { aloud }: { readonly aloud: boolean }): void {
  const { emit, house } = world;
  const problems = inconsistencies(runners, house);
  for (const problem of problems) say(emit, 'err', problem);
  if (problems.length > 0) say(emit, 'warning', `Consistency check detected ${problems.length} errors`);
  else if (aloud) say(emit, 'info', 'Consistency check passed');
}

/** Checks every so often, without a word when all is well; gives back what ends it. */
export function checkRegularly(daemon: Daemon, intervalMs: number | null): () => void {
  if (intervalMs === null) return () => {};
  let cancel = () => {};
  const again = () => {
    cancel = daemon.world.clock.after(intervalMs, () => {
      checkState(daemon, { aloud: false });
      again();
    });
  };
  again();
  return () => cancel();
}

function say(emit: Emit, level: Level, message: string): void {
  emit({ event: 'message', level, message });
}
