/** A unit as `superd list --json` and `superd check --json` print it, behind the services of the other languages. */

import { formatTarget, targetType } from '../model/listen-target.ts';
import type { Origin } from '../model/service.ts';
import type { Unit } from '../model/socket-unit.ts';
import type { LoadState } from '../model/unit.ts';
import type { UnitSet } from './loaded.ts';

/** One unit. The fields and their order are stable; a field that does not apply is null or empty. */
export interface UnitRecord {
  readonly name: string;
  /** `on` is started, `not enabled` is not, `refused` cannot be. */
  readonly state: 'on' | 'not enabled' | 'refused';
  readonly kind: Unit['kind'];
  readonly origin: Origin | null;
  readonly load: LoadState;
  readonly problem: string | null;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly dropIns: readonly string[];
  /** Instances of it are made as they are needed. */
  readonly template: boolean;
  /** Of a socket: its addresses and, one for each, what they are. */
  readonly listen: readonly string[];
  readonly types: readonly string[];
  readonly accept: boolean | null;
  readonly service: string | null;
  /** Of a service: the sockets that it gets. */
  readonly sockets: readonly string[];
  /** Whom it runs as, and what; of a socket that of its service. */
  readonly user: string | null;
  readonly program: string | null;
}

/** The records of all units, in the order of their names. */
export function unitRecords(units: UnitSet | undefined): readonly UnitRecord[] {
  if (units === undefined) return [];
  const names = [...new Set([...units.store.names(), ...units.start])].sort();
  return names.flatMap((name) => {
    const unit = units.store.unit(name);
    return unit === null ? [] : [recordOf(unit, units)];
  });
}

function recordOf(unit: Unit, { store }: UnitSet): UnitRecord {
  const { name, origin, load, problem, description, aliases, dropIns } = unit.head;
  const isSocket = unit.kind === 'socket';
  const served = isSocket ? store.unit(unit.service) : unit;
  return {
    name,
    state: load !== 'loaded' ? 'refused' : store.enabled(name) ? 'on' : 'not enabled',
    kind: unit.kind,
    origin,
    load,
    problem,
    description,
    aliases,
    dropIns,
    template: /@\.[a-z]+$/.test(name),
    listen: isSocket ? unit.listen.map(formatTarget) : [],
    types: isSocket ? [...new Set(unit.listen.map(targetType))] : [],
    accept: isSocket ? unit.accept : null,
    service: isSocket ? unit.service : null,
    sockets: isSocket ? [] : unit.sockets,
    user: served?.exec.user ?? null,
    program: served?.kind === 'service' ? (served.commands.start[0]?.program ?? null) : null,
  };
}
