/** The open descriptors of a socket unit: opened together, watched together, closed together. */

import { Window } from '../../access/window.ts';
import { targetKey } from '../../model/listen-target.ts';
import type { ListenTarget, SocketUnit } from '../../model/socket-unit.ts';
import { openTarget } from '../../net/open-target.ts';
import { chownTarget, linkTargets, type Owner, ownerOf, removeTargets } from '../../net/target-files.ts';
import { openOptions, setOptions } from '../../net/target-options.ts';
import type { World } from '../../service/serving.ts';
import { explaining, OpenPort, type Port, type Ready } from './port.ts';
import type { Result } from './state.ts';

/** Why the sockets cannot be had. */
export interface OpenProblem {
  readonly result: Exclude<Result, 'success'>;
  readonly problem: string;
}

/** Something that went wrong and does not matter enough to stop. */
export type Warn = (problem: string) => void;

/** Owns the descriptors. Several units may be told to listen on one address: what the kernel says to that holds. */
export class Ports {
  readonly #world: World;
  readonly #ready: Ready;
  readonly #warn: Warn;
  #ports: OpenPort[] = [];
  #watching = false;

  constructor(world: World, { ready, warn }: { readonly ready: Ready; readonly warn: Warn }) {
    this.#world = world;
    this.#ready = ready;
    this.#warn = warn;
  }

  /** In the order of the listen lines. */
  get list(): readonly Port[] {
    return this.#ports;
  }

  /** Opens every line, makes the links and gives the nodes to their owner. When one cannot be had, none is. */
  open(unit: SocketUnit): OpenProblem | null {
    return attempt(() => {
      const owner = resolveOwner(unit);
      for (const target of unit.listen) this.#ports.push(this.#open(target, unit, owner));
      this.#adorn(unit, this.#ports, owner);
    }, this);
  }

  /**
   * Goes on under a changed unit: lines that stayed keep their descriptor and get their options anew, those that went are
   * closed, new ones are opened. What cannot be had is said, and the rest goes on.
   */
  change(unit: SocketUnit): void {
    const old = new Map(this.#ports.map((port) => [targetKey(port.target), port]));
    const kept = new Set(unit.listen.map(targetKey));
    for (const [key, port] of old) if (!kept.has(key)) port.end();
    this.#ports = unit.listen.flatMap((target) => {
      const port = old.get(targetKey(target));
      if (port !== undefined) {
        port.polls.change(unit.pollLimit);
        this.#tell(setOptions(port.fd, openOptions(target, unit.options)));
        return [port];
      }
      return this.#openLater(target, unit) ?? [];
    });
  }

  /** Throws a SystemError for what cannot be waited for. */
  watch(): void {
    this.#watching = true;
    for (const port of this.#ports) port.watch();
  }

  unwatch(): void {
    this.#watching = false;
    for (const port of this.#ports) port.unwatch();
  }

  /** Callers of this one wait for so long, and at least as long as the others are not watched. */
  pause(port: Port, forMs: number): void {
    const open = this.#ports.find((one) => one === port);
    open?.pause(forMs, () => {
      if (this.#watching) open.watch();
    });
  }

  /** Our copies; a service keeps its own. */
  close(): void {
    this.#watching = false;
    for (const port of this.#ports.splice(0)) port.end();
  }

  #open(target: ListenTarget, unit: SocketUnit, owner: Owner | null): OpenPort {
    const { fd, warnings } = explaining(target, () =>
      openTarget(target, { ...unit, owner }, this.#world.lowest),
    );
    this.#tell(warnings);
    return new OpenPort(target, fd, new Window(unit.pollLimit), this.#world, this.#ready);
  }

  #openLater(target: ListenTarget, unit: SocketUnit): OpenPort | null {
    let port: OpenPort | null = null;
    const problem = attempt(() => {
      const owner = resolveOwner(unit);
      port = this.#open(target, unit, owner);
      this.#adorn(unit, [port], owner);
      if (this.#watching) port.watch();
    }, null);
    if (problem === null) return port;
    (port as OpenPort | null)?.end();
    this.#warn(`${problem.problem}; it is tried again at the next start`);
    return null;
  }

  #adorn(unit: SocketUnit, ports: readonly Port[], owner: Owner | null): void {
    for (const { path, code } of linkTargets(unit.listen, unit.files)) {
      this.#warn(`Failed to create symlink ${path}: ${code}`);
    }
    if (owner !== null) for (const { target, fd } of ports) chownTarget(target, fd, owner);
  }

  #tell(
    warnings: readonly { readonly setting: string; readonly option: string; readonly code: string }[],
  ): void {
    for (const { setting, option, code } of warnings) {
      // What this kind of socket has no use for is no mistake of the unit.
      if (code === 'EOPNOTSUPP') continue;
      this.#warn(`${setting}= failed (${option}): ${code}`);
    }
  }
}

/** RemoveOnStop=: the nodes and the links to them. */
export function removePorts(unit: SocketUnit): void {
  if (unit.files.removeOnStop) removeTargets(unit.listen, unit.files);
}

/** Thrown where a unit names nobody. */
class UnknownOwner extends Error {}

function resolveOwner({ files }: SocketUnit): Owner | null {
  const owner = ownerOf(files);
  if (owner === null || !('unknown' in owner)) return owner;
  const { user, group } = files;
  throw new UnknownOwner(
    owner.unknown === 'user'
      ? `there is no user ${user} (217/USER)`
      : `there is no group ${group} (216/GROUP)`,
  );
}

/** Calls, and on a failure of the system closes what `ports` has open. */
function attempt(act: () => void, ports: Ports | null): OpenProblem | null {
  try {
    act();
    return null;
  } catch (error) {
    ports?.close();
    if (error instanceof UnknownOwner) return { result: 'exit-code', problem: error.message };
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (typeof code !== 'string') throw error;
    return { result: 'resources', problem: `Failed to create listening socket: ${message}` };
  }
}
