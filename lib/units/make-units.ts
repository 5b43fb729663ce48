/** The units of a real daemon, made of the machine. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { Exit } from '../exec/launch.ts';
import { exitName } from '../exec/unit/exit-names.ts';
import type { World } from '../service/serving.ts';
import { becomeSubreaper } from '../sys/processes.ts';
import { UnitCommands } from './command-starter.ts';
import { machineFacts } from './machine-facts.ts';
import { Notifications } from './notifications.ts';
import { Outputs } from './output.ts';
import { ServiceUnitRunner } from './service/runner.ts';
import { useOf } from './service/use.ts';
import { SocketUnitRunner } from './socket/runner.ts';
import type { UnitStore } from './store.ts';
import { Units } from './units.ts';

/** Processes that ended and that nobody had started here: what services leave behind comes to us. */
export interface Orphans {
  /** Replaced by whoever knows them. */
  tell: (exit: Exit) => void;
}

/** What a daemon with units needs besides its world. */
export interface UnitMachine {
  readonly orphans: Orphans;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
}

/** Makes the units. From now on what their processes leave behind is ours. */
export function makeUnits(world: World, store: UnitStore, { environment, orphans, pid }: UnitMachine): Units {
  becomeSubreaper();
  const services = function* (): Generator<ServiceUnitRunner> {
    for (const runner of units.runners) if (runner instanceof ServiceUnitRunner) yield runner;
  };
  const place = `@superd/${pid}/${randomBytes(8).toString('hex')}/notify`;
  const notifications = new Notifications(place, world, services);
  const invocation = () => randomUUID().replaceAll('-', '');
  const outputs = new Outputs(world);
  const commands = new UnitCommands({ world, outputs, notifySocket: notifications.place, invocation });
  const tools = {
    starter: commands,
    invocation,
    monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
    exitName,
    useOf,
  };
  const units = new Units({
    world,
    store,
    facts: machineFacts(environment),
    makeSocket: (unit, home) => new SocketUnitRunner(unit, home, commands),
    makeService: (unit, home) => new ServiceUnitRunner(unit, home, tools),
    soon: (call) => queueMicrotask(call),
  });
  orphans.tell = (exit) => {
    for (const service of services()) if (service.orphaned(exit)) return;
  };
  return units;
}
